// Who comes next: an order by urgency and age in which nobody waits for ever, and the members of the next trial.
// It must never look at anything but the record.
import { type Entry, entryOf, type MergeContext, rulesOf } from './context.ts';

/** One step of priority is worth so much age. */
export const PRIORITY_STEP_MS = 6 * 3_600_000;
/** Each time it was sent back counts like having come so much later, up to three times. */
export const RETRY_PENALTY_MS = 3_600_000;
const MAX_PENALTIES = 3;

/** Like a time of arrival: the smallest is first, and whoever comes much later comes behind, however urgent. */
export function rankOf({ movedTo, enqueuedAtMs, priority, retries }: Entry): number {
  if (movedTo !== null) return movedTo;
  const penalty = Math.min(retries, MAX_PENALTIES) * RETRY_PENALTY_MS;
  return enqueuedAtMs + priority * PRIORITY_STEP_MS + penalty;
}

/** First who is tried first. Of two that are equal the name decides, so that everybody counts the same. */
export function ranked(entries: readonly Entry[]): Entry[] {
  return [...entries].sort((a, b) => rankOf(a) - rankOf(b) || (a.item < b.item ? -1 : 1));
}

/** The members of the next trial; none when nobody may be tried. */
export function nextMembers(context: MergeContext): string[] {
  const { hunt } = context;
  if (hunt === null) return nextBatch(context);
  if (hunt.needsControl) return [];
  const suspects = hunt.suspects.filter((item) => entryOf(context, item) !== null);
  return suspects.slice(0, Math.ceil(suspects.length / 2));
}

function nextBatch(context: MergeContext): string[] {
  const ready = ranked(context.entries).filter(({ isAdmitted }) => isAdmitted);
  const [first] = ready;
  if (first === undefined) return [];
  if (first.isAlone) return [first.item];
  const lone = ready.findIndex(({ isAlone }) => isAlone);
  const together = lone === -1 ? ready : ready.slice(0, lone);
  return together.slice(0, limitOf(context)).map(({ item }) => item);
}

function limitOf(context: MergeContext): number {
  const { batchSize, method } = rulesOf({ settings: context.offered ?? context.settings });
  return method === 'rebase' ? 1 : Math.max(1, Math.min(batchSize, context.window));
}
