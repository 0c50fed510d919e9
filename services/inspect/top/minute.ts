// What has happened within the last minute, counted second by second from the audit.
// It must never keep an entry: a busy fleet makes thousands of them each second.
import { parseAddress } from '../../../machines/address.ts';
import { type AuditLine, isLostClaim } from '../../queries/audit-entries.ts';

export interface MinuteCounts {
  /** Events that were decided: applied, refused or repeated. */
  events: number;
  refused: number;
  claimsWon: number;
  claimsLost: number;
  /** Runs that were carried on because their worker was lost, or claimed because nobody else had. */
  takeovers: number;
  advances: number;
}

export interface Minute {
  note(entry: AuditLine): void;
  counts(nowMs: number): MinuteCounts;
}

const SECOND_MS = 1_000;
const SECONDS = 60;

export function createMinute(): Minute {
  const seconds = new Map<number, MinuteCounts>();
  return {
    note(entry) {
      if (entry.outcome === 'alarm') return;
      const second = Math.floor(entry.atMs / SECOND_MS);
      const counts = seconds.get(second) ?? none();
      seconds.set(second, counts);
      add(counts, countsOf(entry));
      // In the order in which they came, and hosts differ by little: the first is the oldest.
      const [oldest = second] = seconds.keys();
      if (seconds.size > 2 * SECONDS) seconds.delete(oldest);
    },
    counts(nowMs) {
      const sum = none();
      const newest = Math.floor(nowMs / SECOND_MS);
      for (const [second, counts] of seconds) if (second > newest - SECONDS) add(sum, counts);
      return sum;
    },
  };
}

function countsOf(entry: AuditLine): MinuteCounts {
  const { address, type, outcome, from, to } = entry;
  const counts = { ...none(), events: 1 };
  const isRun = parseAddress(address)?.kind === 'run';
  if (outcome === 'refused') {
    counts.refused = 1;
    if (isRun && isLostClaim(entry)) counts.claimsLost = 1;
  }
  if (outcome !== 'applied' || !isRun) return counts;
  if (type === 'claim') counts.claimsWon = 1;
  if (to === 'advanced') counts.advances = 1;
  if (type === 'worker-lost' || (type === 'claim' && from === 'graceExpired')) counts.takeovers = 1;
  return counts;
}

function none(): MinuteCounts {
  return { events: 0, refused: 0, claimsWon: 0, claimsLost: 0, takeovers: 0, advances: 0 };
}

function add(sum: MinuteCounts, more: MinuteCounts): void {
  for (const name of Object.keys(sum) as (keyof MinuteCounts)[]) sum[name] += more[name];
}
