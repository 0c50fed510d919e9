// Who comes next: an order by urgency and age in which nobody waits for ever, and the members of the next trial.
// It must never look at anything but the record.
import { type Decided, type Entry, entryOf, type MergeContext, rulesOf } from './context.ts';
import { MAX_BATCH_SIZE } from './rules.ts';

/** One step of priority is worth so much age. */
const PRIORITY_STEP_MS = 6 * 3_600_000;
/** Each time it was sent back counts like having come so much later, up to three times. */
const RETRY_PENALTY_MS = 3_600_000;
const MAX_PENALTIES = 3;
/** Members at fault that a batch may be expected to have: with more of them, smaller batches land more an hour. */
const EXPECTED_FAULTS = 0.6;
/** As many are taken to have landed before the first, so that one failure alone says little. */
const PRESUMED_LANDED = 8;

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

/** How many to try together, by how many of the last ones were at fault. */
export function windowAfter(decided: readonly Decided[]): number {
  const landed = decided.filter(({ outcome }) => outcome === 'landed').length;
  const red = decided.filter(({ cause }) => cause === 'merge-red').length;
  if (red === 0) return MAX_BATCH_SIZE;
  const size = Math.floor((EXPECTED_FAULTS * (landed + red + PRESUMED_LANDED)) / red);
  return Math.max(1, Math.min(MAX_BATCH_SIZE, size));
}

/** The members of the next trial; none when nobody may be tried. */
export function nextMembers(context: MergeContext): string[] {
  const { hunt } = context;
  if (hunt?.needsControl) return [];
  // One that may not be tried now is left out, and keeps its place.
  const suspects = hunt?.suspects.filter((item) => entryOf(context, item)?.isAdmitted) ?? [];
  const half = suspects.slice(0, Math.ceil(suspects.length / 2));
  if (half.length > 0) return half;
  const ready = ranked(context.entries).filter(
    (entry) => entry.isAdmitted && !isAside(context, entry),
  );
  const [first] = ready;
  if (first?.isAlone) return [first.item];
  const others = ready.filter(({ isAlone }) => !isAlone);
  return others.slice(0, limitOf(context)).map(({ item }) => item);
}

/** It waits while others are tried that were red with it: if they land, it was not them. */
function isAside(context: MergeContext, { item, isAlone }: Entry): boolean {
  if (!isAlone) return false;
  const others = context.reds.filter((red) => red.includes(item)).flat();
  return others.some((other) => {
    const entry = entryOf(context, other);
    return entry?.isAdmitted && !entry.isAlone;
  });
}

function limitOf(context: MergeContext): number {
  const { batchSize, method } = rulesOf({ settings: context.offered ?? context.settings });
  return method === 'rebase' ? 1 : Math.max(1, Math.min(batchSize, context.window));
}
