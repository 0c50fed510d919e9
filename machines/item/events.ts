// Every event an item accepts, with the shape of its data. Unknown fields are dropped.
import { z } from 'zod';
import type { MachineEvent } from '../event.ts';
import { limitsSchema } from '../limits.ts';
import { COMMAND_VERBS, originSchema, pullRequestSchema } from '../outside.ts';
import { budgetsSchema, stageSchema } from '../pipeline.ts';
import { sessionSchema } from '../run/events.ts';
import { traceparentSchema } from '../traceparent.ts';
import { capsSchema, usageSchema } from '../usage.ts';
import { verdictSchema } from '../verdict.ts';

/** Largest body of an item, in bytes of UTF-8. Longer texts belong into the repository. */
export const MAX_BODY_BYTES = 65_536;

function isShortEnough(body: string): boolean {
  return new TextEncoder().encode(body).length <= MAX_BODY_BYTES;
}

const name = z.string().min(1).max(200);
const text = z.string().max(4_000).default('');
const stageRef = { stage: name, attempt: z.number().int().positive() };
const by = name.default('operator');
const empty = z.object({});

/** The pipeline as it was when the item was opened; a later configuration never changes it. */
export const frozenPipelineSchema = z.object({
  name,
  /** SHA-256 of the stages, to tell versions apart. */
  digest: z.string().max(128),
  stages: z.array(stageSchema).min(1).max(32),
  limits: limitsSchema,
  repository: z.string().max(2_000).default(''),
  baseBranch: z.string().max(250).default('main'),
  /** The most all runs of the item may use together. */
  caps: capsSchema.prefault({}),
  /** The most all items of the project may use in one day. */
  dailyCaps: capsSchema.prefault({}),
});

export const itemEventSchemas = {
  open: z.object({
    title: z.string().min(1).max(500),
    body: z.string().refine(isShortEnough, `expected at most ${MAX_BODY_BYTES} bytes`).default(''),
    by,
    /** Also taken from the header of that name, where the body has none. */
    traceparent: traceparentSchema,
    /** The issue it is opened for; null where somebody submitted it by hand. */
    origin: originSchema.nullable().default(null),
    /** Filled in by the host from the project registry; a publisher leaves it out. */
    pipeline: frozenPipelineSchema,
  }),
  /** A claimed run hands over. Sent by runs only. */
  advance: z.object({
    ...stageRef,
    claimant: name,
    verdict: verdictSchema,
    /** The budget it is charged to; null charges none, and without it the verdict's kind decides. */
    charge: budgetsSchema.keyof().nullable().optional(),
    usage: usageSchema.optional(),
    session: sessionSchema.optional(),
  }),
  /** Sent by runs only. */
  'run-cancelled': z.object({ ...stageRef, usage: usageSchema.optional() }),
  approve: z.object({ by, comment: text }),
  reject: z.object({ by, reason: text, reviews: z.array(name).max(64).default([]) }),
  pause: z.object({ by, reason: text }),
  resume: z.object({ by }),
  retry: z.object({ by }),
  cancel: z.object({ by, reason: text }),
  /** A person has said something under its issue that is meant for us; it is obeyed once, by its mark. */
  heard: z.object({
    by,
    verb: z.enum(COMMAND_VERBS),
    text,
    /** Rises with each comment of the item: `<epoch milliseconds, 15 digits>/<id>`. */
    mark: z.string().min(1).max(200),
  }),
  /** What has become of its pull request. */
  'pull-request': pullRequestSchema,
  'retry-due': empty,
  'run-check': empty,
  reminder: empty,
} as const;

export type ItemEventType = keyof typeof itemEventSchemas;

export type ItemEvent = {
  [Type in ItemEventType]: MachineEvent<Type, z.infer<(typeof itemEventSchemas)[Type]>>;
}[ItemEventType];

export type ItemEventOf<Type extends ItemEventType> = Extract<ItemEvent, { type: Type }>;
export type ItemInput = ItemEventOf<'open'>;
export type FrozenPipeline = z.infer<typeof frozenPipelineSchema>;
