// What can be read from the record of a merge queue without an event: guards, actions and readers share it.
import type { Candidate, MergeContext } from './context.ts';

/** So many trials without a landing within an hour open the breaker. */
export const MAX_FRUITLESS_TRIALS = 10;
const HOUR_MS = 3_600_000;

/** How many trials of the last hour have landed nothing. */
export function countFruitless(
  { fruitlessAtMs }: Pick<MergeContext, 'fruitlessAtMs'>,
  nowMs: number,
): number {
  return fruitlessAtMs.filter((endedAtMs) => endedAtMs > nowMs - HOUR_MS).length;
}

/** The gates have passed, and only the forge has still to say something: nobody need hold the lease. */
export function isWaitingForChecks({ trial }: Pick<MergeContext, 'trial'>): boolean {
  return trial?.candidate != null && trial.gates === 'passed' && trial.checks === 'pending';
}

/** What a validation stands for: the same heads on the same base, tested in the same way. */
export function validationKey(
  { baseSha, members }: Pick<Candidate, 'baseSha' | 'members'>,
  digest: string,
): string {
  return `${members.map(({ headSha }) => headSha).join(',')}@${baseSha}/${digest}`;
}
