// Every event a run accepts, with the shape of its data. Unknown fields are dropped.
import { z } from 'zod';
import type { MachineEvent } from '../event.ts';
import { limitsSchema } from '../limits.ts';
import { stageSchema } from '../pipeline.ts';
import { traceparentSchema } from '../traceparent.ts';
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
    traceparent: traceparentSchema,
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
    processGroup: processGroupSchema.optional(),
  }),
  /** The process has ended. Recorded before anything is done with its result. */
  exited: z.object({
    epoch,
    code: z.number().int().nullable().default(null),
    signal: z.string().max(32).nullable().default(null),
    cause: z.string().min(1).max(64).default('exit-code'),
    outputBytes: z.number().int().nonnegative().default(0),
  }),
  /** One step of the finalization is done; repeating it under the same key is harmless. */
  'finalize-step': z.object({
    epoch,
    step: name,
    key: z.string().min(1).max(400),
    result: z.string().max(1_000).default(''),
  }),
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
  /** The process group is proven gone after a cancel. */
  gone: z.object({ epoch, evidence: text.default('') }),
  'queue-stalled': empty,
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
