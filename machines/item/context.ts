// What an item remembers: its frozen pipeline, its current run, every ended run, and what was spent.
import type { Artifact } from '../deployment/artifact.ts';
import { limitsSchema } from '../limits.ts';
import type { CommandVerb, Origin, PullRequestFacts } from '../outside.ts';
import type { Stage } from '../pipeline.ts';
import type { Session } from '../run/events.ts';
import { addUsage, capsReached, NO_USAGE, type Usage } from '../usage.ts';
import type { Verdict } from '../verdict.ts';
import type { FrozenPipeline, ItemEvent, ItemInput } from './events.ts';

export interface RunReference {
  stage: string;
  attempt: number;
}

export interface EndedRun extends RunReference {
  claimant: string;
  verdict: Verdict;
  atMs: number;
  /** Only where an agent was measured. */
  usage?: Usage;
  /** Only where no budget was charged with it. */
  isUncharged?: boolean;
}

export interface Parking {
  reason:
    | 'budget-exhausted'
    | 'item-cap-reached'
    | 'no-progress'
    | 'not-landed'
    | 'paused'
    | 'pull-request-closed'
    | 'review-rounds'
    | 'run-cancelled'
    | 'run-cap-reached'
    | 'too-many-runs';
  /** For people: what happened, with the numbers. */
  message: string;
  /** The event that would release it. */
  release: 'retry' | 'resume';
  atMs: number;
}

export interface ItemContext {
  project: string;
  item: string;
  title: string;
  body: string;
  by: string;
  /** The publisher's trace context, or that of the trace its host began; null without either. */
  traceparent: string | null;
  pipeline: FrozenPipeline;
  openedAtMs: number;
  endedAtMs: number | null;
  /** The run that may advance this item, and no other. */
  current: RunReference | null;
  /** The stage to open next, while no run is open. */
  next: string | null;
  /** Pause before it is opened, after an infrastructure fault. */
  backOffMs: number;
  runs: EndedRun[];
  /** Verdicts spent, by `<stage>/<class>/<head SHA>`. Only ever rises. */
  spent: Record<string, number>;
  /** Extra verdicts an operator granted with `retry`, by `<stage>/<class>`. Only ever rises. */
  granted: Record<string, number>;
  /** How often a person let it use as much again as its caps allow. */
  capGrants: number;
  /** By stage: the agent's session, where the next run is to go on with it. */
  sessions: Record<string, Session>;
  headSha: string | null;
  isLanded: boolean;
  /** The commit that brought its work to the base, where somebody has said which. */
  landedSha?: string | null;
  /** What was built of that commit. */
  artifact?: Artifact | null;
  /** Why the last attempt failed, for the next one. */
  feedback: string;
  isPauseRequested: boolean;
  /** Who asked for the last pause, and why; null when nobody has. */
  pause: { by: string; reason: string } | null;
  /** The issue it was opened for. */
  origin: Origin | null;
  pullRequest: PullRequestFacts | null;
  /** The closed one that a person has asked to be replaced, by releasing the item. */
  replacedPullRequest: number | null;
  /** Why it is parked as soon as its run has ended, in words: its pull request was closed meanwhile. */
  closing: string | null;
  /** What people have said last that was meant for us. */
  heard: { mark: string; verb: CommandVerb; by: string; atMs: number } | null;
  /** Reviews and threads it was sent back for, so that none does so twice. */
  reviewed: string[];
  parking: Parking | null;
  /** Why it ended, when it did not end well. */
  ending: string | null;
  deadlines: Record<string, number>;
}

/** What guards, actions and effects of an item are given. */
export interface ItemArgs {
  context: ItemContext;
  event: ItemEvent;
}

/** The address parts come with the event's data; XState also calls this without an input. */
export function initialItemContext(
  input: (ItemInput & { project: string; item: string }) | undefined,
): ItemContext {
  return {
    project: input?.project ?? '',
    item: input?.item ?? '',
    title: input?.data.title ?? '',
    body: input?.data.body ?? '',
    by: input?.data.by ?? '',
    traceparent: input?.data.traceparent ?? null,
    pipeline: input?.data.pipeline ?? PLACEHOLDER_PIPELINE,
    openedAtMs: input?.atMs ?? 0,
    endedAtMs: null,
    current: null,
    next: input?.data.pipeline.stages[0]?.name ?? null,
    backOffMs: 0,
    runs: [],
    spent: {},
    granted: {},
    capGrants: 0,
    sessions: {},
    headSha: null,
    isLanded: false,
    feedback: '',
    isPauseRequested: false,
    pause: null,
    origin: input?.data.origin ?? null,
    pullRequest: null,
    replacedPullRequest: null,
    closing: null,
    heard: null,
    reviewed: [],
    parking: null,
    ending: null,
    deadlines: {},
  };
}

/** Everything its runs have used; those of commands and people have no measure. */
export function itemUsage({ runs }: Pick<ItemContext, 'runs'>): Usage {
  return runs.reduce((sum, { usage }) => (usage ? addUsage(sum, usage) : sum), NO_USAGE);
}

/** Why no run may follow without a person's word, in words; nothing while there is room under its caps. */
export function capsReachedBy(context: ItemContext, usage = itemUsage(context)): string[] {
  const reached = capsReached(usage, context.pipeline.caps, context.capGrants);
  return reached.length === 0 ? [] : [`the item has reached its cap: ${reached.join(', ')}`];
}

export function stageOf(context: ItemContext, name: string | null): Stage | null {
  return context.pipeline.stages.find((stage) => stage.name === name) ?? null;
}

const PLACEHOLDER_PIPELINE: FrozenPipeline = {
  name: 'none',
  digest: '',
  stages: [],
  limits: limitsSchema.parse({}),
  repository: '',
  baseBranch: 'main',
  caps: {},
  dailyCaps: {},
};
