// What a merge queue remembers: who waits, what is tried, who holds the lease, and how the last trials went.
import type { Holder } from '../lease-holder.ts';
import type { SeenChecks } from '../outside.ts';
import { type Stage, stageSchema } from '../pipeline.ts';
import type { StageSettings } from '../stage-settings.ts';
import type { MergeEvent, MergeInput } from './events.ts';
import { MAX_BATCH_SIZE, type MergeRules, mergeRulesSchema } from './rules.ts';

/** One item that waits to be landed. */
export interface Entry {
  item: string;
  /** The run that is told what became of it. */
  stage: string;
  attempt: number;
  title: string;
  /** What is to be landed, whatever its branch is at by now. */
  headSha: string;
  /** 0 to 3; smaller is more urgent. */
  priority: number;
  /** How often it was sent back by this queue before. */
  retries: number;
  enqueuedAtMs: number;
  /** Where an operator has put it: a rank in place of its own. */
  movedTo: number | null;
  isAdmitted: boolean;
  /** What it still waits for, in words. */
  waitsFor: string;
  /** Red trials that nobody else can explain: it was alone in them, or all others have landed since. */
  reds: number;
  /** It is tried without others. */
  isAlone: boolean;
  /** Why it was to be taken out while it was being landed. */
  withdrawn: string | null;
}

export interface CandidateMember {
  item: string;
  headSha: string;
  /** What stands for it on the base: its own commit, or the one it was rebased to. */
  landsAs: string;
}

/** What is tested, and nothing else is landed. */
export interface Candidate {
  baseSha: string;
  sha: string;
  treeSha: string;
  members: CandidateMember[];
  preparedAtMs: number;
}

export interface Trial {
  /** 1 for the first of this queue. */
  number: number;
  /** `control`: the base alone, to know whether it is red by itself. */
  kind: 'batch' | 'control';
  members: string[];
  startedAtMs: number;
  candidate: Candidate | null;
  gates: 'pending' | 'passed';
  checks: 'none' | 'pending' | 'passed';
  /** What was seen of the candidate's checks last. */
  seen: (SeenChecks & { changedAtMs: number }) | null;
  /** How often the base moved under it, its holder was lost, and something around it failed. */
  baseMoves: number;
  reclaims: number;
  faults: number;
}

/** The search for what made a batch red. */
export interface Hunt {
  /** One of these is at fault, as far as can be known; in the order they were merged in. */
  suspects: string[];
  /** Trials it may still take. */
  left: number;
  /** The base alone is tried first. */
  needsControl: boolean;
}

export type TrialOutcome =
  | 'landed'
  | 'red'
  | 'green-base'
  | 'red-base'
  | 'conflict'
  | 'infrastructure'
  | 'base-moved'
  | 'dissolved';

export interface EndedTrial {
  number: number;
  members: string[];
  outcome: TrialOutcome;
  /** For people. */
  reason: string;
  sha: string | null;
  startedAtMs: number;
  endedAtMs: number;
}

/** What became of an entry, for its run to be told. */
export interface Decided {
  item: string;
  stage: string;
  attempt: number;
  headSha: string;
  outcome: 'landed' | 'sent-back';
  cause: string;
  summary: string;
  /** The commit that brought it to the base. */
  sha: string | null;
  /** Reviews and threads it was sent back for. */
  reviews?: string[];
  atMs: number;
  /** Of the record it was decided on. */
  revision: number;
}

export interface Freeze {
  cause: 'operator' | 'red-base' | 'base-rewritten';
  by: string;
  reason: string;
  /** The base that is red. */
  baseSha: string | null;
  atMs: number;
}

export interface MergeContext {
  project: string;
  branch: string;
  openedAtMs: number;
  /** What trials go by. */
  settings: StageSettings | null;
  /** The newest that an item brought; taken up with the next trial. */
  offered: StageSettings | null;
  entries: Entry[];
  /** Trials begun so far. */
  trials: number;
  trial: Trial | null;
  holder: Holder | null;
  hunt: Hunt | null;
  /** Of each red trial that says something still, those members that have not landed since; oldest first. */
  reds: string[][];
  /** The base that the next trial would be on, if nobody else has moved it. */
  baseSha: string | null;
  /** How many are tried together now: fewer, the more of the last ones were sent back. */
  window: number;
  /** No trial begins before. */
  notBeforeMs: number;
  /** Trials in a row that ended for want of infrastructure. */
  faultyTrials: number;
  /** When trials ended without a landing since the last one, oldest first. */
  fruitlessAtMs: number[];
  /** The last base that is known to be green, and by which settings. */
  green: { sha: string; digest: string } | null;
  /** Candidates that passed: `<head SHA>,…@<base SHA>/<digest of the settings>`; oldest first. */
  passed: string[];
  freeze: Freeze | null;
  /** Why the breaker has opened. */
  pause: { reason: string; atMs: number } | null;
  /** What the last red trial said. */
  redSummary: string;
  ended: EndedTrial[];
  /** What became of those that have left; newest last. */
  decided: Decided[];
  deadlines: Record<string, number>;
}

/** What guards, actions and effects of a merge queue are given. */
export interface MergeArgs {
  context: MergeContext;
  event: MergeEvent;
}

/** The address parts come with the event's data; XState also calls this without an input. */
export function initialMergeContext(
  input: (MergeInput & { project: string; branch: string }) | undefined,
): MergeContext {
  return {
    project: input?.project ?? '',
    branch: input?.branch ?? '',
    openedAtMs: input?.atMs ?? 0,
    settings: null,
    offered: null,
    entries: [],
    trials: 0,
    trial: null,
    holder: null,
    hunt: null,
    reds: [],
    baseSha: null,
    window: MAX_BATCH_SIZE,
    notBeforeMs: 0,
    faultyTrials: 0,
    fruitlessAtMs: [],
    green: null,
    passed: [],
    freeze: null,
    pause: null,
    redSummary: '',
    ended: [],
    decided: [],
    deadlines: {},
  };
}

export function entryOf({ entries }: Pick<MergeContext, 'entries'>, item: string): Entry | null {
  return entries.find((entry) => entry.item === item) ?? null;
}

/** Of the settings the trial goes by, with every default filled in. */
export function rulesOf({ settings }: Pick<MergeContext, 'settings'>): MergeRules {
  return mergeRulesOf(settings?.stage ?? PLACEHOLDER_STAGE);
}

export function mergeRulesOf({ merge }: Pick<Stage, 'merge'>): MergeRules {
  return merge ?? DEFAULT_RULES;
}

const DEFAULT_RULES = mergeRulesSchema.parse({});
const PLACEHOLDER_STAGE = stageSchema.parse({ name: 'none', kind: 'external' });
