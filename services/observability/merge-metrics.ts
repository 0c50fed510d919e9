// Counts what merge queues decide: how trials end, what becomes of items, and holders that were lost.
// It must never hold anything of an item, nor count an event twice.
import type { Counter } from 'prom-client';
import type { MergeContext, TrialOutcome } from '../../machines/merge/context.ts';
import { mergeContextOf } from '../../machines/typed-context.ts';
import type { AuditEntry } from '../actors/audit-entry.ts';
import type { Observed } from '../actors/observer.ts';

export interface MergeMeters {
  mergeTrials: Counter;
  mergeItems: Counter;
  mergeHolderLosses: Counter;
}

export const TRIAL_OUTCOMES = [
  'landed',
  'red',
  'green-base',
  'red-base',
  'conflict',
  'infrastructure',
  'base-moved',
  'dissolved',
] as const satisfies readonly TrialOutcome[];

/** Its presence lapsed, or its watermark stood still. */
export const HOLDER_LOSSES = ['holder-lost', 'lease-elapsed'] as const;

export function meterMerge(
  meters: MergeMeters,
  { type }: AuditEntry,
  { before, after }: Observed,
): void {
  if (before?.machine !== 'merge' || after?.machine !== 'merge') return;
  const [then, now] = [mergeContextOf(before), mergeContextOf(after)];
  const last = then.ended.at(-1)?.number ?? 0;
  for (const { number, outcome } of now.ended) {
    if (number > last) meters.mergeTrials.inc({ outcome });
  }
  for (const { outcome } of newlyDecided(then, now)) meters.mergeItems.inc({ outcome });
  const cause = HOLDER_LOSSES.find((one) => one === type);
  if (cause !== undefined && then.holder !== null) meters.mergeHolderLosses.inc({ cause });
}

function newlyDecided(then: MergeContext, now: MergeContext): MergeContext['decided'] {
  if (then.decided.at(-1)?.revision === now.decided.at(-1)?.revision) return [];
  const newest = now.decided.at(-1)?.revision;
  return now.decided.filter(({ revision }) => revision === newest);
}
