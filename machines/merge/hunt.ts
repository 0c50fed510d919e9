// The search for what makes a batch red: halves, until one item is left that two red trials speak against.
// It must never count a trial against an item while somebody else in it may be at fault, or the base may.
import { type Entry, type Hunt, type MergeContext, rulesOf, type Trial } from './context.ts';

/** Names in the red trials that are remembered, in all; the oldest trials go first. */
const MAX_NAMES = 128;

/** How many trials the search among so many may take. */
export function huntBudget(size: number): number {
  return 2 * Math.ceil(Math.log2(size)) + 1;
}

/** What is known of faults after a trial. */
export type Findings = Pick<MergeContext, 'hunt' | 'reds' | 'entries'>;

/** After a red trial of these members. */
export function afterRed(context: MergeContext, trial: Trial, members: string[]): Findings {
  const { hunt } = context;
  const tried = hunt?.suspects.filter((item) => members.includes(item)) ?? [];
  const isOfHunt = hunt !== null && tried.length > 0;
  const suspects = isOfHunt ? tried : members;
  const left = isOfHunt ? hunt.left - 1 : huntBudget(members.length);
  const reds = limited([...context.reds, members]);
  const next: Hunt = { suspects, left, needsControl: false };
  if (suspects.length > 1 && left > 0) return { hunt: next, reds, entries: context.entries };
  // One is left, or the budget is spent: each of them is tried by itself from now on.
  const entries = setAlone(context.entries, suspects);
  const after = { hunt: null, reds, entries };
  if (isGreen(context, trial.candidate?.baseSha ?? null)) return counted(after);
  return { ...after, hunt: { ...next, needsControl: true } };
}

/** After a trial of these members has landed: none of them was at fault. */
export function afterLanding(context: MergeContext, members: string[]): Findings {
  const { hunt, entries } = context;
  const stay = (item: string) => !members.includes(item);
  const reds = context.reds.map((red) => red.filter(stay));
  const suspects = hunt?.suspects.filter(stay) ?? [];
  if (hunt === null || suspects.length === 0) return counted({ hunt: null, reds, entries });
  const isOfHunt = suspects.length < hunt.suspects.length;
  const next = { ...hunt, suspects, left: isOfHunt ? hunt.left - 1 : hunt.left };
  if (suspects.length > 1 && next.left > 0) return counted({ hunt: next, reds, entries });
  return counted({ hunt: null, reds, entries: setAlone(entries, suspects) });
}

/** After the base alone was found to be green. */
export function afterControl(context: MergeContext, isSameBase: boolean): Findings {
  const { reds, entries } = context;
  // What was red on another base may have been so for its sake.
  return isSameBase ? counted({ hunt: null, reds, entries }) : { hunt: null, reds: [], entries };
}

/** Enough speaks against it to send it back. */
export function guiltyOf(context: MergeContext): Entry[] {
  const { redTrials } = rulesOf(context);
  return context.hunt?.needsControl ? [] : context.entries.filter(({ reds }) => reds >= redTrials);
}

/** Without those that have left, of whom nobody will know whether they were at fault. */
export function without(context: MergeContext, gone: readonly string[]): Findings {
  const stay = (item: string) => !gone.includes(item);
  return {
    entries: context.entries.filter(({ item }) => stay(item)),
    hunt: huntOf(context.hunt, stay),
    reds: context.reds.filter((red) => red.every(stay)),
  };
}

function huntOf(hunt: Hunt | null, stays: (item: string) => boolean): Hunt | null {
  const suspects = hunt?.suspects.filter(stays) ?? [];
  return hunt === null || suspects.length === 0 ? null : { ...hunt, suspects };
}

function isGreen({ green, settings }: MergeContext, baseSha: string | null): boolean {
  return green !== null && green.sha === baseSha && green.digest === settings?.digest;
}

/** A red trial speaks against the one member that is left of it, when all others have landed since. */
function counted({ hunt, reds, entries }: Findings): Findings {
  const proven = reds.filter(({ length }) => length === 1).flat();
  const count = (entry: Entry): Entry => {
    const more = proven.filter((item) => item === entry.item).length;
    return more === 0 ? entry : { ...entry, reds: entry.reds + more };
  };
  return { hunt, reds: reds.filter(({ length }) => length > 1), entries: entries.map(count) };
}

function limited(reds: readonly string[][]): string[][] {
  let names = 0;
  const kept = reds.toReversed().filter((red) => {
    names += red.length;
    return names <= MAX_NAMES;
  });
  return kept.toReversed();
}

function setAlone(entries: readonly Entry[], items: readonly string[]): Entry[] {
  return entries.map((entry) => (items.includes(entry.item) ? { ...entry, isAlone: true } : entry));
}
