// The search for what makes a batch red: halves, until one item is left that two red trials have held.
// It must never blame an item on one red trial alone, nor while the base may be red by itself.
import {
  type Entry,
  entryOf,
  type Hunt,
  type MergeContext,
  rulesOf,
  type Trial,
} from './context.ts';

/** How many trials the search among so many may take. */
export function huntBudget(size: number): number {
  return 2 * Math.ceil(Math.log2(size)) + 1;
}

export interface HuntStep {
  hunt: Hunt | null;
  /** Each with what it has been through. */
  entries: Entry[];
  /** Who is to be sent back. */
  guilty: string | null;
}

/** After a red trial of these members. */
export function huntAfterRed(context: MergeContext, trial: Trial, members: string[]): HuntStep {
  const entries = context.entries.map((entry) =>
    members.includes(entry.item) ? { ...entry, reds: entry.reds + 1 } : entry,
  );
  const left = context.hunt?.left ?? huntBudget(members.length);
  const baseSha = trial.candidate?.baseSha ?? null;
  const hunt: Hunt = { suspects: members, left, baseSha, needsControl: false };
  if (members.length > 1 && left > 0) return { hunt, entries, guilty: null };
  // The budget is spent: each of them is tried by itself from now on.
  if (members.length > 1) return { hunt: null, entries: setAlone(entries, members), guilty: null };
  return judged({ ...context, entries }, hunt);
}

/** After a trial of these members has landed. */
export function huntAfterLanding(context: MergeContext, members: string[], sha: string): HuntStep {
  const { hunt, entries } = context;
  const suspects = hunt?.suspects.filter((item) => !members.includes(item)) ?? [];
  if (hunt === null || suspects.length === 0) return { hunt: null, entries, guilty: null };
  // What was red with those that have landed is exactly what would be tried now, unless the base was moved.
  const isExact = hunt.baseSha !== null;
  const rest: Hunt = { ...hunt, suspects, left: hunt.left, baseSha: isExact ? sha : null };
  const [only] = suspects;
  const isProven = suspects.length === 1 && isExact && hasEnoughReds(context, only);
  if (isProven && only !== undefined) return { hunt: null, entries, guilty: only };
  if (rest.left > 0 || suspects.length === 1) return { hunt: rest, entries, guilty: null };
  return { hunt: null, entries: setAlone(entries, suspects), guilty: null };
}

/** After the base alone was found to be green: only one suspect can have asked for that. */
export function huntAfterControl(context: MergeContext, baseSha: string): HuntStep {
  const { hunt, entries } = context;
  if (hunt === null) return { hunt: null, entries, guilty: null };
  const next = { ...hunt, needsControl: false, baseSha: hunt.baseSha === baseSha ? baseSha : null };
  const [only] = hunt.suspects;
  const isProven = next.baseSha !== null && hasEnoughReds(context, only);
  if (isProven && only !== undefined) return { hunt: null, entries, guilty: only };
  return { hunt: next, entries, guilty: null };
}

/** Without those that have left the queue. */
export function huntWithout(hunt: Hunt | null, gone: readonly string[]): Hunt | null {
  if (hunt === null) return null;
  const suspects = hunt.suspects.filter((item) => !gone.includes(item));
  return suspects.length === 0 ? null : { ...hunt, suspects };
}

/** One suspect is left, and was red just now. */
function judged(context: MergeContext, hunt: Hunt): HuntStep {
  const { entries, green, settings } = context;
  const [only] = hunt.suspects;
  if (only === undefined) return { hunt: null, entries, guilty: null };
  if (!hasEnoughReds(context, only)) return { hunt, entries, guilty: null };
  const isBaseGreen = green?.sha === hunt.baseSha && green?.digest === settings?.digest;
  if (!isBaseGreen) return { hunt: { ...hunt, needsControl: true }, entries, guilty: null };
  return { hunt: null, entries, guilty: only };
}

function hasEnoughReds(context: MergeContext, item: string | undefined): boolean {
  const entry = item === undefined ? null : entryOf(context, item);
  return entry !== null && entry.reds >= rulesOf(context).redTrials;
}

function setAlone(entries: readonly Entry[], items: readonly string[]): Entry[] {
  return entries.map((entry) => (items.includes(entry.item) ? { ...entry, isAlone: true } : entry));
}
