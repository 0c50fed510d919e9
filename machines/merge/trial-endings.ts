// How a trial ends, and what becomes of its members: landed, sent back, or back in their places.
// It must never blame a member for what the base, or the infrastructure, has done.
import { decide, sentBack } from './actions.ts';
import {
  type Decided,
  type EndedTrial,
  type Entry,
  entryOf,
  type MergeArgs,
  type MergeContext,
  type TrialOutcome,
} from './context.ts';
import { afterControl, afterLanding, afterRed, guiltyOf, without } from './hunt.ts';

/** A conflict is found before anything is tried, and who leaves is nobody's failure. */
const FRUITLESS: readonly TrialOutcome[] = ['red', 'infrastructure', 'base-moved'];
/** With these, the infrastructure has done its part. */
const WORKED: readonly TrialOutcome[] = ['landed', 'red', 'green-base', 'red-base'];
const HOUR_MS = 3_600_000;
const MAX_ENDED = 12;
const MAX_FRUITLESS_KEPT = 64;
const BACKOFF_MS = 15_000;
const BACKOFF_CAP_MS = 600_000;
const MAX_SUMMARY_CHARACTERS = 3_500;
const MAX_REASON_CHARACTERS = 300;

/** Those that the base holds already have landed; those that conflict with it, or are gone, are sent back. */
export function settlePrepared({ context, event }: MergeArgs): Partial<MergeContext> {
  if (event.type !== 'prepared') return {};
  const { landed, conflicts, missing, baseSha } = event.data;
  const found = (item: string) => entryOf(context, item);
  const back = (item: string, cause: string, summary: string): Decided[] => {
    const entry = found(item);
    return entry === null ? [] : [sentBack(entry, { cause, summary }, event)];
  };
  return decide(context, [
    ...landed.flatMap(({ item }) => landedOf(found(item), baseSha, event)),
    ...conflicts
      .filter((conflict) => conflict.with === 'base')
      .flatMap(({ item, paths, count }) =>
        back(item, 'merge-conflict', conflictWords(context, { paths, count, baseSha })),
      ),
    ...missing.flatMap(({ item, headSha }) =>
      back(item, 'head-missing', `the remote does not have ${headSha.slice(0, 12)} any more`),
    ),
  ]);
}

function conflictWords(
  { settings }: MergeContext,
  { paths, count, baseSha }: { paths: string[]; count: number; baseSha: string },
): string {
  const base = settings?.baseBranch ?? 'the base';
  if (count === 0) return `it has no commit in common with ${base}`;
  const shown = paths.join('\n');
  const more = count > paths.length ? `\nand ${count - paths.length} more` : '';
  return `it conflicts with ${base} at ${baseSha.slice(0, 12)} in:\n${shown}${more}`;
}

export function settleRed({ context, event }: MergeArgs): Partial<MergeContext> {
  const { trial } = context;
  if (trial?.candidate == null) return {};
  const said = 'data' in event && 'summary' in event.data ? event.data : null;
  const cause = said && 'cause' in said ? said.cause : 'unknown';
  const redSummary = `${cause}: ${said?.summary ?? ''}`.slice(0, MAX_SUMMARY_CHARACTERS);
  const members = trial.candidate.members.map(({ item }) => item);
  const after = { ...context, ...ended(context, event, 'red', redSummary), redSummary };
  return sendGuiltyBack({ ...after, ...afterRed(after, trial, members) }, event);
}

export function settleLanding({ context, event }: MergeArgs): Partial<MergeContext> {
  const { trial, settings } = context;
  if (trial?.candidate == null || settings === null) return {};
  const { members, sha } = trial.candidate;
  const items = members.map(({ item }) => item);
  // An item that has come with another commit meanwhile has not landed with that one.
  const landed = members.flatMap(({ item, headSha }) => {
    const entry = entryOf(context, item);
    return entry?.headSha === headSha ? landedOf(entry, sha, event) : [];
  });
  const after: MergeContext = {
    ...context,
    ...ended(context, event, 'landed', `${items.length} landed as ${sha.slice(0, 12)}`),
    green: { sha, digest: settings.digest },
    baseSha: context.baseSha === trial.candidate.baseSha ? sha : null,
    fruitlessAtMs: [],
    faultyTrials: 0,
  };
  const found = { ...after, ...afterLanding(after, items) };
  return sendGuiltyBack({ ...found, ...decide(found, landed) }, event);
}

export function settleControl({ context, event }: MergeArgs): Partial<MergeContext> {
  const { trial, settings } = context;
  if (trial?.candidate == null || settings === null) return {};
  const { sha } = trial.candidate;
  const green = { sha, digest: settings.digest };
  const after = { ...context, green, ...ended(context, event, 'green-base', 'the base is green') };
  return sendGuiltyBack({ ...after, ...afterControl(after, context.baseSha === sha) }, event);
}

/** The base is red by itself: nobody is blamed, and what was red before counts for nothing. */
export function settleRedBase({ context, event }: MergeArgs): Partial<MergeContext> {
  const { trial, settings } = context;
  const said = 'data' in event && 'summary' in event.data ? event.data.summary : '';
  const reason = `${settings?.baseBranch ?? 'the base'} is red by itself: ${said}`.slice(0, 2_000);
  const baseSha = trial?.candidate?.sha ?? null;
  return {
    ...ended(context, event, 'red-base', reason),
    entries: context.entries.map((entry) => ({ ...entry, reds: 0, isAlone: false })),
    ...{ hunt: null, reds: [] },
    freeze: { cause: 'red-base', by: 'onceward', reason, baseSha, atMs: event.atMs },
  };
}

/** Somebody has rewritten the base after the landing: nothing more is landed onto it before a person has looked. */
export function settleRewritten({ context, event }: MergeArgs): Partial<MergeContext> {
  const sha = context.trial?.candidate?.sha.slice(0, 12) ?? 'the candidate';
  const reason = `${sha} was pushed to ${context.settings?.baseBranch ?? 'the base'}, which does not hold it as tested`;
  return {
    ...ended(context, event, 'dissolved', reason),
    freeze: { cause: 'base-rewritten', by: 'onceward', reason, baseSha: null, atMs: event.atMs },
  };
}

/** Ends a trial without a word on its members, who keep their places. */
export function dissolve({ context, event }: MergeArgs): Partial<MergeContext> {
  return ended(context, event, 'dissolved', dissolvedBy(event));
}

export function endUnlanded({ context, event }: MergeArgs): Partial<MergeContext> {
  const { landed = [], conflicts = [] } = event.type === 'prepared' ? event.data : {};
  if (landed.length > 0) return ended(context, event, 'landed', 'the base held them already');
  const outcome = conflicts.length > 0 ? 'conflict' : 'dissolved';
  return ended(context, event, outcome, 'nobody was left to be merged');
}

export function endMoved({ context, event }: MergeArgs): Partial<MergeContext> {
  const reason = `the base moved ${(context.trial?.baseMoves ?? 0) + 1} times meanwhile`;
  return {
    ...ended(context, event, 'base-moved', reason),
    notBeforeMs: event.atMs + BACKOFF_MS,
  };
}

/** The infrastructure has failed again: later, and nobody is blamed. */
export function endFaulty({ context, event }: MergeArgs): Partial<MergeContext> {
  const said = 'data' in event && 'summary' in event.data ? event.data.summary : '';
  const reason = `${event.type}: ${said}`.slice(0, 1_000);
  return { ...ended(context, event, 'infrastructure', reason), ...backedOff(context, event) };
}

function backedOff(
  { faultyTrials }: MergeContext,
  { atMs }: MergeArgs['event'],
): Partial<MergeContext> {
  const delayMs = Math.min(BACKOFF_CAP_MS, BACKOFF_MS * 2 ** Math.min(faultyTrials, 10));
  return { faultyTrials: faultyTrials + 1, notBeforeMs: atMs + delayMs };
}

function dissolvedBy(event: MergeArgs['event']): string {
  if (event.type === 'withdraw') return `${event.data.item} has left: ${event.data.reason}`;
  if (event.type === 'eject') return `${event.data.item} was taken out by ${event.data.by}`;
  if (event.type === 'freeze') return `frozen by ${event.data.by}`;
  if (event.type === 'base-moved')
    return 'a member has left, or it was frozen, as it was to be landed';
  if (event.type === 'enqueue') return `${event.data.item} has come with another commit`;
  return 'the forge does not let a member in any more';
}

function sendGuiltyBack(context: MergeContext, event: MergeArgs['event']): Partial<MergeContext> {
  const base = context.settings?.baseBranch ?? 'the base';
  const back = guiltyOf(context).map((entry) => {
    const found = `${entry.reds} trials were red for nobody else's sake, and ${base} is green without it`;
    const summary = `${found}; the last one said:\n${context.redSummary}`.slice(0, 4_000);
    return sentBack(entry, { cause: 'merge-red', summary }, event);
  });
  return { ...context, ...decide(context, back) };
}

function landedOf(
  entry: Entry | null,
  sha: string,
  { atMs, revision }: MergeArgs['event'],
): Decided[] {
  if (entry === null) return [];
  const { item, stage, attempt, headSha } = entry;
  const summary = `landed as ${sha.slice(0, 12)}`;
  const run = { item, stage, attempt, headSha };
  return [{ ...run, outcome: 'landed', cause: 'landed', summary, sha, atMs, revision }];
}

function withdrawnFrom({ entries }: MergeContext): string[] {
  return entries.filter(({ withdrawn }) => withdrawn !== null).map(({ item }) => item);
}

function ended(
  context: MergeContext,
  { atMs }: MergeArgs['event'],
  outcome: TrialOutcome,
  reason: string,
): Partial<MergeContext> {
  const { trial } = context;
  if (trial === null) return {};
  const { number, members, startedAtMs, candidate } = trial;
  const sha = candidate?.sha ?? null;
  const told = { outcome, reason: reason.slice(0, MAX_REASON_CHARACTERS), sha };
  const one: EndedTrial = { number, members, ...told, startedAtMs, endedAtMs: atMs };
  const isFruitless = FRUITLESS.includes(outcome) && trial.kind === 'batch';
  const recent = context.fruitlessAtMs.filter((endedAtMs) => endedAtMs > atMs - HOUR_MS);
  return {
    trial: null,
    holder: null,
    ...(WORKED.includes(outcome) ? { faultyTrials: 0 } : {}),
    // Those that were to be taken out while nobody knew whether they had landed.
    ...without(context, withdrawnFrom(context)),
    ended: [...context.ended, one].slice(-MAX_ENDED),
    fruitlessAtMs: isFruitless ? [...recent, atMs].slice(-MAX_FRUITLESS_KEPT) : recent,
  };
}
