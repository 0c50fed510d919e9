// What `ps` prints, for each kind of row.
import { z } from 'zod';
import type { Presence } from '../../../transport/ports.ts';
import type { ItemRow, LeaseRow, RunRow, TimerRow } from '../../queries/rows.ts';
import { deploymentRowSchema } from './deployment-documents.ts';
import { address, documentOf, listOf, moment, revision, state } from './field-schemas.ts';
import { queueRowSchema } from './queue-documents.ts';
import { claimSchema, exitSchema, parkingSchema } from './record-schemas.ts';
import { accountRowSchema, usageSchema } from './usage-schemas.ts';

/** Null where the record cannot be read. */
const readable = <Schema extends z.ZodType>(schema: Schema) => schema.nullable();

const itemRowSchema = z.object({
  address,
  project: z.string(),
  item: z.string(),
  title: z.string(),
  state,
  sinceMs: readable(moment).describe('Since when it is in this state.'),
  revision,
  isArchived: z.boolean(),
  stage: z.string().nullable().describe('Where it stands, or where it would go on.'),
  attempt: z.number().nullable(),
  endedRuns: z.number(),
  openedAtMs: readable(moment),
  endedAtMs: moment.nullable(),
  parking: parkingSchema.nullable(),
  holder: z.string().nullable().describe('Worker or claimant of its current run.'),
  usage: usageSchema
    .nullable()
    .describe('Of the runs that have ended; null where none was measured.'),
}) satisfies z.ZodType<ItemRow>;

const runRowSchema = z.object({
  address,
  state,
  sinceMs: readable(moment),
  revision,
  isArchived: z.boolean(),
  worker: z.string().nullable(),
  machine: z.string().nullable(),
  epoch: readable(z.number()),
  exit: exitSchema.nullable(),
  claim: claimSchema.nullable(),
  nextTimer: z.object({ event: z.string(), dueAtMs: moment }).nullable(),
  usage: usageSchema.nullable().describe('Of all its epochs; null before anything was reported.'),
}) satisfies z.ZodType<RunRow>;

const timerRowSchema = z.object({
  address,
  state,
  event: z.string().describe('What will happen to it then.'),
  dueAtMs: moment,
}) satisfies z.ZodType<TimerRow>;

const leaseRowSchema = z.object({
  address,
  claimant: z.string(),
  claimedAtMs: moment,
  revision: revision
    .nullable()
    .describe('Revision of the claim: the fencing token. Null when too many repeats lie between.'),
  dueAtMs: moment.nullable().describe('When the same advance is repeated.'),
}) satisfies z.ZodType<LeaseRow>;

const processSchema = z.object({
  identity: z.string(),
  role: z.enum(['host', 'worker']),
  machine: z.string(),
  pid: z.number(),
  startedAtMs: moment,
  labels: z.array(z.string()).optional().describe('Of a worker. Older ones do not say.'),
  pools: z.array(z.string()).optional().describe('Which pools a worker serves.'),
}) satisfies z.ZodType<Presence>;

/** A line of `-o jsonl`, or of `--watch`. */
function rowOf<Row extends z.ZodObject>(description: string, row: Row) {
  const isGone = z.boolean().optional().describe('With --watch: it is no longer in the list.');
  return documentOf(description, { ...row.shape, isGone });
}

export const LIST_DOCUMENTS = {
  items: listOf('onceward ps items -o json', 'items', itemRowSchema),
  item: rowOf('onceward ps items -o jsonl: an item', itemRowSchema),
  runs: listOf('onceward ps runs -o json', 'runs', runRowSchema),
  run: rowOf('onceward ps runs -o jsonl: a run', runRowSchema),
  workers: listOf('onceward ps workers -o json: hosts and workers', 'workers', processSchema),
  worker: rowOf('onceward ps workers -o jsonl: a host or a worker', processSchema),
  timers: listOf('onceward ps timers -o json', 'timers', timerRowSchema),
  timer: rowOf('onceward ps timers -o jsonl: a deadline of a record', timerRowSchema),
  leases: listOf('onceward ps leases -o json', 'leases', leaseRowSchema),
  merges: listOf('onceward ps merges -o json', 'merges', queueRowSchema),
  merge: rowOf('onceward ps merges -o jsonl: a merge queue', queueRowSchema),
  deployments: listOf('onceward ps deployments -o json', 'deployments', deploymentRowSchema),
  deployment: rowOf('onceward ps deployments -o jsonl: a deployment', deploymentRowSchema),
  accounts: listOf('onceward accounts -o json', 'accounts', accountRowSchema),
  account: rowOf('onceward accounts -o jsonl: an account', accountRowSchema),
  lease: rowOf('onceward ps leases -o jsonl: a claimed run', leaseRowSchema),
};
