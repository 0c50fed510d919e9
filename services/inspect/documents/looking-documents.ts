// What the commands print that look at one thing: why, show, watch, wait, logs, top.
import { z } from 'zod';
import type { Alarm, QueueRow } from '../../queries/fleet-view.ts';
import type { Why } from '../../queries/why-view.ts';
import type { Board } from '../top/board.ts';
import {
  auditLineSchema,
  candidateSchema,
  claimLineSchema,
  happeningSchema,
} from './audit-schemas.ts';
import { address, documentOf, lineOf, moment, revision, state } from './field-schemas.ts';
import { changeSchema, historyStepSchema, storedRecordSchema } from './record-schemas.ts';
import { usageSchema } from './usage-schemas.ts';

const whyShape = {
  address,
  kind: z.enum(['item', 'run', 'account', 'merge', 'deployment']),
  state,
  sinceMs: moment,
  revision,
  isFinished: z.boolean(),
  isArchived: z.boolean(),
  waitsFor: z.string().describe('A phrase that follows "waits for"; never empty.'),
  owner: z.object({ who: z.string(), isAlive: z.boolean().nullable(), detail: z.string() }),
  reconciler: z.string().describe('What moves it on when the owner does not.'),
  timers: z.array(z.object({ event: z.string(), dueAtMs: moment, does: z.string() })),
  lastApplied: z.object({ type: z.string(), atMs: moment, revision, by: z.string() }),
  lastRefused: auditLineSchema.extend({ candidates: z.array(candidateSchema) }).nullable(),
  lostClaims: z.array(claimLineSchema),
  budgets: z.array(
    z.object({
      stage: z.string(),
      budget: z.string(),
      spent: z.number(),
      allowed: z.number(),
      left: z.number(),
    }),
  ),
  actions: z
    .array(z.object({ command: z.string(), does: z.string() }))
    .min(1)
    .describe('What an operator can do now, as commands that can be pasted.'),
  notes: z.array(z.string()).describe('What could not be found out.'),
};

const whyOfRunSchema = z.object({ ...whyShape, run: z.null() }).meta({ id: 'whyOfRun' });
const whySchema = z.object({
  ...whyShape,
  run: whyOfRunSchema.nullable().describe('Of an item: its current run.'),
}) satisfies z.ZodType<Why>;

const counted = { state, count: z.number() };
const queueSchema = z
  .object({
    pool: z.string(),
    project: z.string(),
    lane: z.string(),
    waiting: z.number(),
    underWay: z.number(),
  })
  .meta({ id: 'queue' }) satisfies z.ZodType<QueueRow>;

const alarmSchema = z
  .object({
    atMs: moment,
    address,
    reason: z.string(),
    message: z.string(),
  })
  .meta({ id: 'alarm' }) satisfies z.ZodType<Alarm>;

const boardSchema = z.object({
  nowMs: moment,
  isComplete: z.boolean(),
  total: z.number().describe('Items that are not archived.'),
  stages: z.array(
    z.object({ stage: z.string(), items: z.number(), states: z.array(z.object(counted)) }),
  ),
  states: z.array(z.object(counted)),
  hosts: z.number(),
  workers: z.number(),
  queues: z.array(queueSchema).nullable().describe('Null where they cannot be read.'),
  suspended: z
    .array(z.object({ address, cause: z.string(), untilMs: moment.nullable() }))
    .describe('Accounts on which no run begins now.'),
  heldQueues: z
    .array(z.object({ address, why: z.string(), release: z.string() }))
    .describe('Merge queues and deployments that do nothing until they are released.'),
  minute: z.object({
    events: z.number(),
    refused: z.number(),
    claimsWon: z.number(),
    claimsLost: z.number(),
    takeovers: z.number(),
    advances: z.number(),
  }),
  alarms: z.array(alarmSchema).describe('Newest first.'),
}) satisfies z.ZodType<Omit<Board, 'items' | 'matching' | 'isConnected'>>;

const outline = z.object({ revision, state });

export const LOOKING_DOCUMENTS = {
  why: documentOf('onceward why', { ...whySchema.shape, nowMs: moment }),
  shown: documentOf('onceward show', {
    address,
    state,
    revision,
    isFinished: z.boolean(),
    isArchived: z.boolean(),
    usage: usageSchema
      .nullable()
      .describe(
        'Of a run; of the ended runs of an item; of an account in all. Null: not measured.',
      ),
    isRemade: z.boolean().optional().describe('With --at: made again from the events since.'),
    record: storedRecordSchema,
    history: z.array(historyStepSchema).optional().describe('With --history: oldest first.'),
  }),
  difference: documentOf('onceward show --diff', {
    address,
    from: outline,
    to: outline,
    changes: z.array(changeSchema),
  }),
  happening: lineOf('onceward watch, onceward events: one event', happeningSchema),
  reached: documentOf('onceward wait', { address, state, revision }),
  log: documentOf('onceward logs -o json', {
    run: address,
    epoch: z.number(),
    path: z.string(),
    text: z.string(),
  }),
  logLine: documentOf('onceward logs -o jsonl, or with --follow', {
    run: address,
    epoch: z.number(),
    path: z.string(),
    line: z.string(),
  }),
  board: documentOf('onceward top -o json: one snapshot', boardSchema.shape),
};
