// What a run remembers. Deadlines are data: a map from the event a deadline fires to its time.
import type { z } from 'zod';
import { type Limits, limitsSchema } from '../limits.ts';
import type { SeenChecks } from '../outside.ts';
import { type Stage, stageSchema } from '../pipeline.ts';
import { addUsage, type Caps, NO_USAGE, type Usage } from '../usage.ts';
import type { Verdict } from '../verdict.ts';
import type { processGroupSchema, RunEvent, RunInput, Session } from './events.ts';

export interface RunExit {
  code: number | null;
  signal: string | null;
  /** `exit-code`, `timed-out`, `silent`, `worker-lost`, `spawn-failed`, … */
  cause: string;
  /** What was seen, for people; nothing where the cause says it all. */
  evidence?: string | undefined;
  atMs: number;
}

export interface Hold {
  /** `account.provider.claude`. */
  account: string;
  cause: string;
  untilMs: number;
  /** When it was held first, without having been started since. */
  sinceMs: number;
}

export interface FinalizeStep {
  step: string;
  key: string;
  result: string;
  atMs: number;
}

export interface RunClaim {
  claimant: string;
  verdict: Verdict;
  evaluatedRevision: number | null;
  atMs: number;
}

export interface RunContext {
  project: string;
  item: string;
  attempt: number;
  stage: Stage;
  limits: Limits;
  /** Head of the item's branch when the run was opened. */
  headSha: string | null;
  feedback: string;
  dailyCaps: Caps;
  /** When its item was opened with these caps. */
  dailyCapsSinceMs: number;
  /** The trace context of its item; null where there is none. */
  traceparent: string | null;
  openedAtMs: number;
  /** Generation: rises by one each time a worker is lost. Starts at 1. */
  epoch: number;
  /** How often the job was published again for want of a worker. */
  requeues: number;
  worker: string | null;
  machine: string | null;
  startedAtMs: number | null;
  processGroup: z.infer<typeof processGroupSchema> | null;
  /** The process group of a lost worker, for the next one on the same machine to end. */
  leftover: { machine: string; pid: number; startTicks: number | null } | null;
  outputBytes: number;
  progressAtMs: number | null;
  /** When output, commits or tokens were seen to grow last. */
  watermarkAtMs: number | null;
  /** When its process showed itself first, in this epoch. */
  workingSinceMs: number | null;
  /** Head of the worktree, as last reported. */
  workSha: string | null;
  /** The agent's session, to be resumed by the next worker or run. */
  session: Session | null;
  /** Of this epoch; null before any is reported. */
  usage: Usage | null;
  /** Of earlier epochs. */
  usageBefore: Usage | null;
  /** What its accounts have been told. */
  drawn: Usage | null;
  /** How often a person allowed it as much again. */
  grants: number;
  /** What it may not start for. */
  hold: Hold | null;
  exit: RunExit | null;
  steps: FinalizeStep[];
  /** What its comment says, in Markdown; empty before there is one. */
  report: string;
  /** Of a stage of kind `checks`: what was seen last, and when that changed. */
  checks: (SeenChecks & { changedAtMs: number }) | null;
  claim: RunClaim | null;
  deadlines: Record<string, number>;
}

/**
 * The context a run begins with. XState also calls it without an input while it builds its scope,
 * so it must not fail then.
 */
export function initialRunContext(input: RunInput | undefined): RunContext {
  return {
    project: input?.data.project ?? '',
    item: input?.data.item ?? '',
    attempt: input?.data.attempt ?? 1,
    stage: input?.data.stage ?? PLACEHOLDER_STAGE,
    limits: input?.data.limits ?? PLACEHOLDER_LIMITS,
    headSha: input?.data.headSha ?? null,
    feedback: input?.data.feedback ?? '',
    dailyCaps: input?.data.dailyCaps ?? {},
    dailyCapsSinceMs: input?.data.dailyCapsSinceMs ?? 0,
    traceparent: input?.data.traceparent ?? null,
    openedAtMs: input?.atMs ?? 0,
    epoch: 1,
    requeues: 0,
    worker: null,
    machine: null,
    startedAtMs: null,
    processGroup: null,
    leftover: null,
    outputBytes: 0,
    progressAtMs: null,
    watermarkAtMs: null,
    workingSinceMs: null,
    workSha: null,
    session: input?.data.session ?? null,
    usage: null,
    usageBefore: null,
    drawn: null,
    grants: 0,
    hold: null,
    exit: null,
    steps: [],
    report: '',
    checks: null,
    claim: null,
    deadlines: {},
  };
}

/** What guards, actions and effects of a run are given. */
export interface RunArgs {
  context: RunContext;
  event: RunEvent;
}

/** Everything the run has used, in all its epochs. */
export function totalUsage({
  usageBefore,
  usage,
}: Pick<RunContext, 'usageBefore' | 'usage'>): Usage {
  return addUsage(usageBefore ?? NO_USAGE, usage ?? NO_USAGE);
}

/** How long this run may stay unclaimed after its exit. */
export function graceMsOf(context: RunContext): number {
  return context.stage.graceMs ?? context.limits.graceMs;
}

const PLACEHOLDER_STAGE = stageSchema.parse({ name: 'none', kind: 'external' });
const PLACEHOLDER_LIMITS = limitsSchema.parse({});
