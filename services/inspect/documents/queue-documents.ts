// What `onceward queue` prints.
import { z } from 'zod';
import type { MergeQueueRow } from '../../queries/queue-rows.ts';
import type { QueueHold, QueueView, TrainEntry, TrialView } from '../../queries/queue-view.ts';
import { address, documentOf, listOf, moment, revision, state } from './field-schemas.ts';

const sha = z.string();
const items = z.array(address);

const holdSchema = z
  .object({
    kind: z.enum(['frozen', 'paused', 'backing-off']),
    cause: z.enum(['operator', 'red-base', 'base-rewritten', 'fruitless', 'infrastructure']),
    by: z.string(),
    reason: z.string(),
    sinceMs: moment.nullable(),
    untilMs: moment.nullable().describe('Null when somebody must end it.'),
    release: z.string().describe('What ends it.'),
  })
  .meta({ id: 'queueHold' }) satisfies z.ZodType<QueueHold>;

export const queueRowSchema = z.object({
  address,
  project: z.string(),
  branch: z.string().describe('As git knows it.'),
  state,
  sinceMs: moment.nullable().describe('Null where the record cannot be read.'),
  revision,
  entries: z.number().describe('Items in the queue, those that are tried among them.'),
  first: address.nullable().describe('Who is tried first.'),
  trial: z.object({ number: z.number(), members: items }).nullable(),
  holder: z.string().nullable().describe('The worker that has the lease.'),
  hold: holdSchema.nullable().describe('Why nothing is tried.'),
  lastLandedAtMs: moment.nullable(),
  waitsFor: z.string().describe('A phrase that follows "waits for"; never empty.'),
  changedAtMs: moment,
}) satisfies z.ZodType<MergeQueueRow>;

const trainEntrySchema = z.object({
  position: z.number().describe('1 for who is tried first.'),
  item: address,
  run: address,
  title: z.string(),
  headSha: sha,
  place: z.enum(['merging', 'testing', 'next', 'suspect', 'alone', 'waiting']),
  isNext: z.boolean().describe('Whether it is in the next trial, as far as can be told.'),
  isAdmitted: z.boolean(),
  waitsFor: z.string().describe('A phrase that follows "waits for"; never empty.'),
  priority: z.number().describe('0 to 3; smaller is more urgent.'),
  retries: z.number().describe('How often it was sent back before.'),
  reds: z.number().describe('Red trials that held it.'),
  isMoved: z.boolean(),
  enqueuedAtMs: moment,
}) satisfies z.ZodType<TrainEntry>;

const trialSchema = z.object({
  number: z.number(),
  kind: z.enum(['batch', 'control']).describe('`control`: the base alone.'),
  startedAtMs: moment,
  seen: z
    .object({
      ...{ sha, digest: z.string(), summary: z.string(), reruns: z.number() },
      changedAtMs: moment,
    })
    .nullable()
    .describe('What was seen of the checks of the candidate last.'),
  step: z.string(),
  members: items,
  baseSha: sha.nullable(),
  candidateSha: sha.nullable(),
  gates: z.enum(['none', 'pending', 'passed']),
  checks: z.enum(['none', 'pending', 'passed']),
  baseMoves: z.number(),
  reclaims: z.number(),
  faults: z.number(),
}) satisfies z.ZodType<TrialView>;

const outcomes = [
  ...(['landed', 'red', 'green-base', 'red-base', 'conflict', 'infrastructure'] as const),
  ...(['base-moved', 'dissolved'] as const),
] as const;

const queueSchema = z.object({
  address,
  project: z.string(),
  branch: z.string(),
  state,
  sinceMs: moment,
  revision,
  waitsFor: z.string(),
  hold: holdSchema.nullable(),
  trial: trialSchema.nullable(),
  holder: z
    .object({
      worker: z.string(),
      machine: z.string(),
      token: z.number().describe('Fencing token: rises with every holder.'),
      sinceMs: moment,
      watermark: z.number().describe('Rises with whatever the holder gets done.'),
      progressAtMs: moment,
      doing: z.string(),
    })
    .nullable()
    .describe('Who has the merge lease.'),
  leaseUntilMs: moment.nullable(),
  hunt: z
    .object({
      suspects: items,
      trialsLeft: z.number(),
      needsControl: z.boolean(),
      words: z.string(),
    })
    .nullable()
    .describe('The search for what made a trial red.'),
  train: z.array(trainEntrySchema).describe('In the order in which the items are tried.'),
  breaker: z.object({ fruitless: z.number(), limit: z.number() }),
  rules: z
    .object({
      stage: z.string(),
      method: z.string(),
      batchSize: z.number(),
      window: z.number().describe('How many are tried together now, at most.'),
      admission: z.string(),
      redTrials: z.number(),
    })
    .nullable(),
  ended: z
    .array(
      z.object({
        number: z.number(),
        members: items,
        outcome: z.enum(outcomes),
        reason: z.string(),
        sha: sha.nullable(),
        startedAtMs: moment,
        endedAtMs: moment,
      }),
    )
    .describe('The last trials, newest first.'),
  decided: z
    .array(
      z.object({
        item: address,
        run: address,
        headSha: sha,
        outcome: z.enum(['landed', 'sent-back']),
        cause: z.string(),
        summary: z.string(),
        sha: sha.nullable(),
        atMs: moment,
      }),
    )
    .describe('What became of those that have left, newest first.'),
}) satisfies z.ZodType<QueueView>;

const isGone = z.boolean().optional().describe('With --watch: it is no longer in the list.');

export const QUEUE_DOCUMENTS = {
  queues: listOf('onceward queue -o json', 'queues', queueRowSchema),
  queueRow: documentOf('onceward queue -o jsonl: a merge queue', {
    ...queueRowSchema.shape,
    isGone,
  }),
  queueShown: documentOf('onceward queue show <project>', queueSchema.shape),
  trainEntry: documentOf('onceward queue show <project> --watch -o jsonl: an item in a queue', {
    ...trainEntrySchema.shape,
    isGone,
  }),
};
