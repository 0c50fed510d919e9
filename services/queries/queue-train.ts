// The order in which the items of a merge queue are tried, and what each of them waits for. Pure.
// It must never promise more than the record says: a trial that fails changes the order.
import { isWaitingForChecks } from '../../machines/merge/conditions.ts';
import { type Entry, entryOf, type MergeContext } from '../../machines/merge/context.ts';
import { ranked } from '../../machines/merge/order.ts';
import { holdOf, holdWords } from './queue-hold.ts';
import type { TrainEntry, TrainPlace } from './queue-view.ts';

const LANDING: readonly string[] = ['merging', 'verifying'];

export interface QueueMoment {
  /** Of the record: `idle`, `validating` and so on. */
  state: string;
  /** Server time, epoch milliseconds. */
  nowMs: number;
  /** Who would be tried next, if the trial under way lands. */
  next: readonly string[];
}

/** First who is tried first: the trial under way, the next one, other suspects, and the rest by rank. */
export function trainOf(context: MergeContext, moment: QueueMoment): TrainEntry[] {
  const tried = context.trial?.members ?? [];
  const { next } = moment;
  const suspects = context.hunt?.suspects ?? [];
  const named = [...tried, ...next, ...suspects].flatMap((item) => entryOf(context, item) ?? []);
  const order = [...new Set([...named, ...ranked(context.entries)])];
  return order.map((entry, index) => {
    const isTried = tried.includes(entry.item);
    const isNext = next.includes(entry.item);
    const isSuspect = suspects.includes(entry.item);
    const place = placeOf(entry, { isTried, isNext, isSuspect }, moment);
    const seen = { ...{ place, isNext }, before: order.slice(0, index) };
    return trainEntry(context, entry, { ...seen, moment });
  });
}

function placeOf(
  { isAlone, isAdmitted }: Entry,
  { isTried, isNext, isSuspect }: { isTried: boolean; isNext: boolean; isSuspect: boolean },
  { state }: QueueMoment,
): TrainPlace {
  if (isTried) return LANDING.includes(state) ? 'merging' : 'testing';
  if (isSuspect) return 'suspect';
  if (!isAdmitted) return 'waiting';
  if (isAlone) return 'alone';
  return isNext ? 'next' : 'waiting';
}

interface Seen {
  place: TrainPlace;
  isNext: boolean;
  before: readonly Entry[];
  moment: QueueMoment;
}

function trainEntry(context: MergeContext, entry: Entry, seen: Seen): TrainEntry {
  const { project } = context;
  const { item, stage, attempt, title, headSha, isAdmitted } = entry;
  const { priority, retries, reds, enqueuedAtMs, movedTo } = entry;
  return {
    position: seen.before.length + 1,
    item: `${project}/${item}`,
    run: `${project}/${item}/${stage}/${attempt}`,
    ...{ title, headSha, isAdmitted, place: seen.place, isNext: seen.isNext },
    waitsFor: waitedFor(context, entry, seen),
    ...{ priority, retries, reds, enqueuedAtMs, isMoved: movedTo !== null },
  };
}

function waitedFor(context: MergeContext, entry: Entry, seen: Seen): string {
  const { place, isNext, moment } = seen;
  if (place === 'merging' || place === 'testing') return triedWords(context, entry, place);
  const hold = holdOf(context, moment);
  if (!entry.isAdmitted) return entry.waitsFor || 'the forge to let it in';
  const held = hold === null ? '' : `; the queue is ${holdWords(hold)}: ${hold.release}`;
  return (isNext ? nextWords(context, place) : laterWords(context, entry, seen)) + held;
}

function triedWords(context: MergeContext, { item, withdrawn }: Entry, place: TrainPlace): string {
  const { number = 0, members = [] } = context.trial ?? {};
  const others = members.filter((one) => one !== item);
  const together = others.length === 0 ? '' : `, together with ${others.join(', ')}`;
  const what = place === 'merging' ? 'to land' : 'to pass';
  const forge = isWaitingForChecks(context) ? '; only the checks of the forge are missing' : '';
  const leaving = withdrawn === null ? '' : `; it leaves after that: ${withdrawn}`;
  return `trial ${number} ${what}${together}${forge}${leaving}`;
}

function nextWords({ trial }: MergeContext, place: TrainPlace): string {
  const by = place === 'alone' ? ', by itself' : '';
  const why = place === 'suspect' ? ', for it may be what made the last one red' : '';
  return trial === null ? `the next trial${by}${why}` : `trial ${trial.number} to end${by}${why}`;
}

function laterWords({ hunt }: MergeContext, entry: Entry, { place, before }: Seen): string {
  const control = hunt?.needsControl === true ? 'a trial of the base alone, and ' : '';
  if (place === 'suspect') return `${control}the other suspects: ${namesOf(before)}`;
  if (before.length === 0) return `${control}the next trial`;
  const by = entry.isAlone ? ', and is tried by itself' : '';
  return `${control}the ${before.length} before it: ${namesOf(before)}${by}`;
}

const MAX_NAMED = 5;

function namesOf(entries: readonly Entry[]): string {
  const names = entries.slice(0, MAX_NAMED).map(({ item }) => item);
  const more = entries.length - names.length;
  return names.join(', ') + (more > 0 ? ` and ${more} more` : '');
}
