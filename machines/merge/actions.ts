// What a merge queue writes down of its entries and its operators. What it writes of a trial stands beside this.
// Deadlines are replaced as a whole.
import { newerSettings } from '../stage-settings.ts';
import { isWaitingForChecks, MAX_WORDS_CHARACTERS } from './conditions.ts';
import {
  type Decided,
  type Entry,
  entryOf,
  type MergeArgs,
  type MergeContext,
  mergeRulesOf,
} from './context.ts';
import type { MergeEvent } from './events.ts';
import { without } from './hunt.ts';
import { ranked, rankOf, windowAfter } from './order.ts';

/** A worker that has taken no job by then is asked again. */
const JOB_OVERDUE_MS = 60_000;
/** How long a holder may stand still, but for its gates: fetching and pushing. */
const LEASE_MS = 120_000;
/** A queue at rest looks at itself from time to time. */
const LOOK_MS = 3_600_000;
const MAX_DECIDED = 48;
/** As much as a verdict's summary may hold. */
const MAX_SUMMARY = 4_000;
/** What a run that has not heard is told again, in short. */
const MAX_KEPT_SUMMARY_CHARACTERS = 200;
const MAX_TITLE_CHARACTERS = 60;

type Told = Pick<
  Entry,
  'item' | 'stage' | 'attempt' | 'title' | 'headSha' | 'priority' | 'retries' | 'enqueuedAtMs'
>;

/** Comes to the end; what is known of it already keeps its place. */
export function recordEntry(args: MergeArgs): Partial<MergeContext> {
  const { context, event } = args;
  if (event.type !== 'enqueue') return {};
  const { settings, ...told } = event.data;
  const known = entryOf(context, told.item);
  const offered = newerSettings(context.offered, settings);
  const isSame = known?.attempt === told.attempt && known.headSha === told.headSha;
  if (known !== null && isSame) return { offered };
  const isAdmitted = mergeRulesOf(settings.stage).admission === 'none';
  const title = told.title.slice(0, MAX_TITLE_CHARACTERS);
  const entry = { ...told, title, ...newcomer(isAdmitted), enqueuedAtMs: event.atMs };
  // Nothing that was seen of another commit of it says anything of this one.
  const others = without(context, [told.item]);
  return { offered, ...others, entries: [...others.entries, entry] };
}

function newcomer(isAdmitted: boolean): Omit<Entry, keyof Told> {
  return {
    movedTo: null,
    isAdmitted,
    waitsFor: isAdmitted ? '' : 'what the forge says of it has not been read yet',
    reds: 0,
    isAlone: false,
    withdrawn: null,
  };
}

export function recordAdmission({ context, event }: MergeArgs): Partial<MergeContext> {
  if (event.type !== 'admission') return {};
  const { item, outcome, reason } = event.data;
  const isAdmitted = outcome === 'admitted';
  return changeEntry(context, item, {
    isAdmitted,
    waitsFor: isAdmitted ? '' : reason.slice(0, MAX_WORDS_CHARACTERS),
  });
}

/** It is gone without a word from this queue: its run has ended otherwise. */
export function removeEntry({ context, event }: MergeArgs): Partial<MergeContext> {
  if (!('data' in event) || !('item' in event.data)) return {};
  return without(context, [event.data.item]);
}

export function markWithdrawn({ context, event }: MergeArgs): Partial<MergeContext> {
  if (event.type !== 'withdraw') return {};
  const { item, reason } = event.data;
  return changeEntry(context, item, {
    withdrawn: reason.slice(0, MAX_WORDS_CHARACTERS) || 'its run has ended',
  });
}

export function moveEntry({ context, event }: MergeArgs): Partial<MergeContext> {
  if (event.type !== 'move') return {};
  const { item, to } = event.data;
  const order = ranked(context.entries.filter((entry) => entry.item !== item));
  const edge = to === 'first' ? order[0] : order.at(-1);
  if (edge === undefined) return { entries: [...context.entries] };
  return changeEntry(context, item, { movedTo: rankOf(edge) + (to === 'first' ? -1 : 1) });
}

/** An operator, or what the forge says of it, sends it back. */
export function sendBack({ context, event }: MergeArgs): Partial<MergeContext> {
  const told =
    event.type === 'eject'
      ? { cause: 'ejected', summary: `taken out of the merge queue by ${event.data.by}` }
      : { cause: 'not-admitted', summary: 'the forge does not let it in' };
  if (event.type !== 'eject' && event.type !== 'admission') return {};
  const { item, reason } = event.data;
  const entry = entryOf(context, item);
  if (entry === null) return {};
  const summary = reason === '' ? told.summary : `${told.summary}: ${reason}`.slice(0, MAX_SUMMARY);
  const back = sentBack(entry, { cause: told.cause, summary }, event);
  const reviews = event.type === 'admission' ? event.data.reviews : [];
  return decide(context, [reviews.length === 0 ? back : { ...back, reviews }]);
}

export function sentBack(
  { item, stage, attempt, headSha }: Entry,
  why: Pick<Decided, 'cause' | 'summary'>,
  { atMs, revision }: Pick<MergeEvent, 'atMs' | 'revision'>,
): Decided {
  const run = { item, stage, attempt, headSha };
  return { ...run, outcome: 'sent-back', sha: null, ...why, atMs, revision };
}

/** Their runs are told, and they leave the queue. */
export function decide(context: MergeContext, decided: readonly Decided[]): Partial<MergeContext> {
  const gone = decided.map(({ item }) => item);
  const kept = context.decided.map(({ summary, ...one }) => ({
    ...one,
    summary: summary.slice(0, MAX_KEPT_SUMMARY_CHARACTERS),
  }));
  const all = [...kept, ...decided].slice(-MAX_DECIDED);
  return { ...without(context, gone), decided: all, window: windowAfter(all) };
}

function changeEntry(
  { entries }: MergeContext,
  item: string,
  change: Partial<Entry>,
): Partial<MergeContext> {
  return {
    entries: entries.map((entry) => (entry.item === item ? { ...entry, ...change } : entry)),
  };
}

export function recordFreeze({ context, event }: MergeArgs): Partial<MergeContext> {
  if (event.type !== 'freeze') return {};
  const { by, reason } = event.data;
  // A base that is red stays so, whoever says what else.
  const freeze = { cause: 'operator', by, reason, baseSha: null, atMs: event.atMs } as const;
  return { freeze: context.freeze ?? freeze };
}

/** A person takes back whatever held it up; the breaker begins to count anew. */
export function thaw(): Partial<MergeContext> {
  return { freeze: null, pause: null, fruitlessAtMs: [], notBeforeMs: 0, faultyTrials: 0 };
}

export function recordPause({ context, event }: MergeArgs): Partial<MergeContext> {
  const count = context.fruitlessAtMs.length;
  const last = context.ended.at(-1);
  const why = last === undefined ? '' : `; the last one: ${last.outcome}, ${last.reason}`;
  const reason = `${count} trials within an hour landed nothing${why}`.slice(0, 1_000);
  return { pause: { reason, atMs: event.atMs } };
}

/** At rest: nobody has anything to do, or what is to be done has to wait. */
export function armLook({ context, event }: MergeArgs): Partial<MergeContext> {
  const atMs = event.atMs ?? context.openedAtMs;
  const dueAtMs = context.notBeforeMs > atMs ? context.notBeforeMs : atMs + LOOK_MS;
  return { deadlines: { 'look-due': dueAtMs } };
}

export function armReminder({ context, event }: MergeArgs): Partial<MergeContext> {
  const atMs = event.atMs ?? context.openedAtMs;
  return { deadlines: { reminder: atMs + (context.settings?.reminderMs ?? LOOK_MS) } };
}

/** Until when somebody must have taken the job. */
export function armJob({ context, event }: MergeArgs): Partial<MergeContext> {
  const atMs = event.atMs ?? context.openedAtMs;
  return { deadlines: { 'job-overdue': atMs + JOB_OVERDUE_MS } };
}

/** Until when the holder must have got on; a machine without a trial is only asked for the name. */
export function armLease({ context, event }: MergeArgs): Partial<MergeContext> {
  const { holder, trial, settings } = context;
  if (trial !== null && holder === null) return {};
  const isTesting = trial?.candidate != null && trial.gates === 'pending';
  const leaseMs = isTesting ? (settings?.stage.silenceMs ?? LEASE_MS) : LEASE_MS;
  return { deadlines: { 'lease-elapsed': event.atMs + Math.max(leaseMs, LEASE_MS) } };
}

/** Until when the forge must have spoken, or shown a change. */
export function armChecks({ context, event }: MergeArgs): Partial<MergeContext> {
  const { trial, settings } = context;
  if (trial !== null && !isWaitingForChecks(context)) return {};
  const { inactivityMs = LOOK_MS } = settings?.stage.merge?.checks ?? {};
  // A host gives up on them first, with better words.
  return { deadlines: { 'checks-overdue': event.atMs + 2 * inactivityMs } };
}
