// Every event a run accepts, with the shape of its data. Unknown fields are dropped.
import { z } from 'zod';
import type { MachineEvent } from '../event.ts';
import { limitsSchema } from '../limits.ts';
import { seenChecksSchema } from '../outside.ts';
import { stageSchema } from '../pipeline.ts';
import { traceparentSchema } from '../traceparent.ts';
import { capsSchema, usageSchema } from '../usage.ts';
import { verdictSchema } from '../verdict.ts';

const name = z.string().min(1).max(200);
const text = z.string().max(4_000);
/** The generation of a run: rises when a worker is lost. An event of an older one is refused. */
const epoch = z.number().int().positive().optional();
const sha = z.string().regex(/^[0-9a-f]{40,64}$/);

export const processGroupSchema = z.object({
  pid: z.number().int().positive(),
  /** Start time of the leader in clock ticks since boot: tells a reused process id apart. */
  startTicks: z.number().int().nonnegative().nullable(),
});

const empty = z.object({});
/** What is longer belongs into the repository. */
export const MAX_REPORT_CHARACTERS = 8_000;

/** An agent's session, which only the machine that holds it can resume. */
export const sessionSchema = z.object({
  id: name,
  machine: z.string().max(200),
  /** What all runs of the session have used: some tools count a session, and not a run. */
  usage: usageSchema.optional(),
});

export type Session = z.infer<typeof sessionSchema>;

export const runEventSchemas = {
  /** Sent by the item only. */
  open: z.object({
    project: name,
    item: name,
    attempt: z.number().int().positive(),
    stage: stageSchema,
    limits: limitsSchema,
    headSha: sha.nullable().default(null),
    feedback: text.default(''),
    /** To be resumed, where the run's worker can. */
    session: sessionSchema.nullable().default(null),
    /** The most its project may use in one day. */
    dailyCaps: capsSchema.prefault({}),
    /** When its item was opened with these caps. */
    dailyCapsSinceMs: z.number().int().nonnegative().default(0),
    traceparent: traceparentSchema,
  }),
  /** A worker may not start it yet: an account it would draw on is suspended. */
  hold: z.object({
    epoch,
    account: name,
    cause: z.string().min(1).max(64),
    /** When the suspension ends; without it the run asks again after a minute. */
    untilMs: z.number().int().nonnegative().optional(),
  }),
  /** A worker has chosen this run. */
  started: z.object({
    epoch,
    worker: name.default('publisher'),
    machine: z.string().max(200).default(''),
  }),
  /** The process is alive. */
  progress: z.object({
    epoch,
    outputBytes: z.number().int().nonnegative().default(0),
    /** Head of the worktree: commits are progress, too. */
    headSha: sha.nullable().default(null),
    processGroup: processGroupSchema.optional(),
    /** Of this epoch so far; what sub-agents used is part of it. */
    usage: usageSchema.optional(),
    session: sessionSchema.optional(),
  }),
  /** The process has ended. Recorded before anything is done with its result. */
  exited: z.object({
    epoch,
    code: z.number().int().nullable().default(null),
    signal: z.string().max(32).nullable().default(null),
    cause: z.string().min(1).max(64).default('exit-code'),
    /** What was seen, for people; without it the cause speaks for itself. */
    evidence: text.default(''),
    outputBytes: z.number().int().nonnegative().default(0),
    usage: usageSchema.optional(),
    session: sessionSchema.optional(),
    /** After a usage limit or an outage: when the provider says it will serve again. */
    resetAtMs: z.number().int().nonnegative().optional(),
  }),
  /** One step of the finalization is done; repeating it under the same key is harmless. */
  'finalize-step': z.object({
    epoch,
    step: name,
    key: z.string().min(1).max(400),
    result: z.string().max(1_000).default(''),
    /** What its comment says, where the step is the comment: Markdown, without any secret. */
    report: z.string().max(MAX_REPORT_CHARACTERS).optional(),
  }),
  /** Something of the checks of its commit has changed. Only for stages of kind `checks`. */
  'checks-seen': seenChecksSchema.extend({ epoch }),
  /** Takes the run, with the outcome chosen. */
  claim: z.object({
    epoch,
    claimant: name,
    verdict: verdictSchema,
    /** The revision the verdict was evaluated on. Only an external stage may leave it out. */
    evaluatedRevision: z.number().int().positive().optional(),
  }),
  /** The item has moved on. Sent by the item only. */
  'advance-confirmed': empty,
  /** The worker's presence lapsed before an exit was recorded. */
  'worker-lost': z.object({ epoch, worker: name, evidence: text.default('') }),
  cancel: z.object({ by: name.default('operator'), reason: text.default('') }),
  /** A person lets a run that has reached a cap go on: as much again. */
  allow: z.object({ by: name.default('operator') }),
  /** The process group is proven gone after a cancel. */
  gone: z.object({
    epoch,
    evidence: text.default(''),
    usage: usageSchema.optional(),
    session: sessionSchema.optional(),
  }),
  'queue-stalled': empty,
  'hold-due': empty,
  'decision-due': empty,
  'start-overdue': empty,
  'timed-out': empty,
  'grace-elapsed': empty,
  'evaluation-overdue': empty,
  'lease-elapsed': empty,
  'cancel-overdue': empty,
} as const;

export type RunEventType = keyof typeof runEventSchemas;

export type RunEvent = {
  [Type in RunEventType]: MachineEvent<Type, z.infer<(typeof runEventSchemas)[Type]>>;
}[RunEventType];

export type RunEventOf<Type extends RunEventType> = Extract<RunEvent, { type: Type }>;
export type RunInput = RunEventOf<'open'>;
