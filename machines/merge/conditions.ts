// What can be read from the record of a merge queue without an event: guards, actions and readers share it.
import { type Candidate, type Decided, entryOf, type MergeContext } from './context.ts';

/** Entries that a record has room for. */
export const MAX_ENTRIES = 200;
/** Of what an entry waits for, or has left for. */
export const MAX_WORDS_CHARACTERS = 160;

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

/** What a validation stands for: the same heads on the same base, merged to the same tree, tested in the same way. */
export function validationKey(
  { baseSha, treeSha, members }: Pick<Candidate, 'baseSha' | 'treeSha' | 'members'>,
  digest: string,
): string {
  return `${members.map(({ headSha }) => headSha).join(',')}@${baseSha}:${treeSha}/${digest}`;
}

/** What became of this very run, with this very commit; null when nobody has decided, or it was forgotten. */
export function decidedOf(
  { decided }: Pick<MergeContext, 'decided'>,
  told: Pick<Decided, 'item' | 'stage' | 'attempt' | 'headSha'>,
): Decided | null {
  const { item, stage, attempt, headSha } = told;
  const isSame = (one: Decided) =>
    one.item === item && one.stage === stage && one.attempt === attempt && one.headSha === headSha;
  return decided.findLast(isSame) ?? null;
}

/** The forge lets all of them in, as they are. */
export function isAllAdmitted(
  context: Pick<MergeContext, 'entries'>,
  members: readonly { item: string }[],
): boolean {
  return members.every(({ item }) => entryOf(context, item)?.isAdmitted === true);
}
