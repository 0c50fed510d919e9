// The items whose folders are kept, as the janitor reports them.
import type { JanitorReport } from '../queries/janitor-file.ts';
import type { DiskLedger } from './disk-ledger.ts';
import type { KeptReason } from './workspace-judgement.ts';

export interface Kept {
  /** `project/item` */
  address: string;
  reason: KeptReason;
  detail: string;
}

const MAX_LISTED = 1_000;
const MAX_DETAIL_CHARACTERS = 500;

export function keptReport(
  kept: readonly Kept[],
  ledger: Pick<DiskLedger, 'usedBytes' | 'bytesOf'>,
  about: Pick<JanitorReport, 'by' | 'atMs' | 'budgetBytes'>,
): JanitorReport {
  const reasons: Record<string, number> = {};
  for (const { reason } of kept) reasons[reason] = (reasons[reason] ?? 0) + 1;
  const listed = kept
    .map(({ address, reason, detail }) => {
      const bytes = ledger.bytesOf(address);
      return { address, reason, detail: detail.slice(0, MAX_DETAIL_CHARACTERS), bytes };
    })
    .sort((one, other) => other.bytes - one.bytes)
    .slice(0, MAX_LISTED);
  const usedBytes = ledger.usedBytes();
  return { v: 1, ...about, usedBytes, keptCount: kept.length, reasons, kept: listed };
}
