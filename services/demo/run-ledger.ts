// What the audit stream says of every run: its states, its claims won and lost, and the advances it caused.
// It must never count an entry twice: a message may come again.
import { parseAddress } from '../../machines/address.ts';
import type { AuditLine } from '../queries/audit-entries.ts';

export interface LedgerStep {
  atMs: number;
  event: string;
  from: string | null;
  to: string;
  revision: number;
}

export interface LedgerClaim {
  claimant: string;
  atMs: number;
  /** Revision of the claim when it was won; null when it was lost. */
  revision: number | null;
  /** Why it was lost. */
  reason: string | null;
}

export interface RunEntry {
  address: string;
  stage: string;
  attempt: number;
  /** Every revision of the record, oldest first. */
  steps: LedgerStep[];
  won: LedgerClaim[];
  lost: LedgerClaim[];
  /** How often the item moved on because of this run. */
  advances: number;
}

export interface RunLedger {
  /** Takes an entry; false when it was known. */
  add(entry: AuditLine): boolean;
  /** In the order in which they were opened. */
  runs(): RunEntry[];
  /** State of the item, and since when; null before it was opened. */
  item(): { state: string; atMs: number } | null;
}

export function createRunLedger(): RunLedger {
  const known = new Set<string>();
  const runs = new Map<string, RunEntry>();
  let item: { state: string; atMs: number } | null = null;

  const runOf = (address: string): RunEntry => {
    const found = runs.get(address);
    if (found !== undefined) return found;
    const [, , , stage = '', attempt = '1'] = address.split('.');
    const claims = { won: [], lost: [] };
    const made = { address, stage, attempt: Number(attempt), steps: [], ...claims, advances: 0 };
    runs.set(address, made);
    return made;
  };

  const addToRun = (run: RunEntry, entry: AuditLine): void => {
    if (entry.type === 'claim') noteClaim(run, entry);
    const step = stepOf(entry);
    if (step === null) return;
    run.steps.push(step);
    run.steps.sort((one, other) => one.revision - other.revision);
  };

  const addToItem = (entry: AuditLine): void => {
    if (entry.outcome !== 'applied' || entry.to === null) return;
    item = { state: entry.to, atMs: entry.atMs };
    if (entry.type !== 'advance') return;
    // The id of an effect begins with the address of the run that ordered it.
    const run = [...runs.values()].find(({ address }) => entry.id.startsWith(`${address}:`));
    if (run !== undefined) run.advances += 1;
  };

  return {
    add(entry) {
      const { by, address, id, atMs, outcome, revision } = entry;
      const mark = JSON.stringify([by, address, id, atMs, outcome, revision]);
      if (known.has(mark)) return false;
      known.add(mark);
      const kind = parseAddress(address)?.kind;
      if (kind === 'run') addToRun(runOf(address), entry);
      if (kind === 'item') addToItem(entry);
      return true;
    },
    runs: () => [...runs.values()],
    item: () => item,
  };
}

/** How long a run was in each state, in milliseconds, in the order of the first visit. */
export function durationsOf({ steps }: Pick<RunEntry, 'steps'>): Map<string, number> {
  const durations = new Map<string, number>();
  for (const [index, step] of steps.entries()) {
    const nextMs = steps[index + 1]?.atMs;
    if (nextMs === undefined) continue;
    durations.set(step.to, (durations.get(step.to) ?? 0) + nextMs - step.atMs);
  }
  return durations;
}

/** From its opening to its last step, in milliseconds. */
export function totalMsOf({ steps }: Pick<RunEntry, 'steps'>): number {
  return (steps.at(-1)?.atMs ?? 0) - (steps[0]?.atMs ?? 0);
}

function noteClaim(run: RunEntry, entry: AuditLine): void {
  const { atMs, revision, reason, claimant } = entry;
  const claim = { claimant: claimant ?? 'unknown', atMs };
  if (entry.outcome === 'applied') run.won.push({ ...claim, revision, reason: null });
  if (entry.outcome === 'refused') run.lost.push({ ...claim, revision: null, reason });
}

function stepOf({ outcome, to, revision, atMs, type, from }: AuditLine): LedgerStep | null {
  if (outcome !== 'applied' || to === null || revision === null) return null;
  return { atMs, event: type, from, to, revision };
}
