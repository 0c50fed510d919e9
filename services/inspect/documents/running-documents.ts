// What the commands print that run things, look after the installation, draw, or keep a life in a file.
import { z } from 'zod';
import type { Problem } from '../../config/problems.ts';
import type { Replay, ReplayedRevision } from '../../queries/export-replay.ts';
import type { RunExport } from '../../queries/run-export.ts';
import type { Step } from '../../queries/run-view.ts';
import type { WorkspaceLoss } from '../../queries/workspace-loss.ts';
import type { Check } from '../check.ts';
import { auditLineSchema } from './audit-schemas.ts';
import { address, data, documentOf, lineOf, moment, revision, state } from './field-schemas.ts';
import { changeSchema, eventOfStepSchema, storedRecordSchema } from './record-schemas.ts';

const checkSchema = z.object({
  name: z.string(),
  isOk: z.boolean(),
  detail: z.string().describe('What was found; after a failure also what to do.'),
}) satisfies z.ZodType<Check>;

const problemSchema = z.object({
  file: z.string(),
  line: z.number().nullable(),
  column: z.number().nullable(),
  path: z.string(),
  message: z.string(),
  got: z.string().nullable(),
  expected: z.string().nullable(),
  nearest: z.string().nullable(),
}) satisfies z.ZodType<Problem>;

const lossSchema = z.object({
  hasWorktree: z.boolean(),
  hasRuns: z.boolean(),
  headSha: z.string().nullable().describe('Head of the worktree, or of the local branch.'),
  unpushedCommits: z.number().describe('Commits that no branch of the remote has.'),
  changedFiles: z.number().nullable().describe('Null when the worktree cannot be read.'),
  bytes: z.number(),
  remoteProblem: z
    .string()
    .nullable()
    .describe(
      'Why the remote could not be read; commits are counted against what was last known of it.',
    ),
}) satisfies z.ZodType<WorkspaceLoss>;

const stepSchema = z
  .object({
    revision,
    state,
    event: eventOfStepSchema,
    by: z.string(),
    record: storedRecordSchema.nullable(),
    isRemade: z.boolean(),
    changes: z.array(changeSchema).nullable(),
    effects: z.array(z.string()).nullable(),
  })
  .meta({ id: 'step' }) satisfies z.ZodType<Omit<Step, 'changes' | 'record'>>;

const versions = z.object({ onceward: z.string(), envelope: z.number(), machine: z.number() });

const lifeSchema = z.object({
  kind: z.literal('onceward-export'),
  address,
  exportedAtMs: moment,
  versions,
  isFinished: z.boolean(),
  isArchived: z.boolean(),
  steps: z.array(stepSchema),
  audit: z.array(auditLineSchema),
  notes: z.array(z.string()),
  machine: data.nullable(),
}) satisfies z.ZodType<Omit<RunExport, 'v' | 'steps' | 'machine'>>;

const replayedSchema = z.object({
  revision,
  atMs: moment,
  type: z.string(),
  door: z.string(),
  by: z.string(),
  from: state.nullable(),
  to: state,
  changes: z.array(changeSchema).nullable(),
  effects: z.array(z.string()).nullable(),
  outcome: z.enum(['same', 'differs', 'not-replayable']),
  reason: z.string(),
  differences: z.array(changeSchema),
  refused: z.array(auditLineSchema),
}) satisfies z.ZodType<Omit<ReplayedRevision, 'changes' | 'differences'>>;

const replaySchema = z.object({
  address,
  exportedAtMs: moment,
  versions,
  isReproduced: z.boolean(),
  counts: z.object({ same: z.number(), differs: z.number(), notReplayable: z.number() }),
  revisions: z.array(replayedSchema),
}) satisfies z.ZodType<Omit<Replay, 'revisions'>>;

export const RUNNING_DOCUMENTS = {
  announcement: documentOf('onceward up, once it runs', {
    role: z.enum(['host', 'worker', 'all']),
    identity: z.string(),
    natsUrl: z.string().describe('Without a password.'),
    monitorUrl: z.string().nullable(),
    projects: z.array(z.string()),
    httpUrl: z.string().nullable().describe('Where the page is served; null when none is.'),
    httpTokenFile: z.string().nullable(),
  }),
  page: documentOf('onceward page', {
    url: z.string().describe('With the token in its fragment, where it is known.'),
    httpUrl: z.string(),
    token: z.string().nullable(),
  }),
  initialized: documentOf('onceward init', { files: z.array(z.string()) }),
  validation: documentOf('onceward validate', {
    file: z.string(),
    isValid: z.boolean(),
    problems: z.array(problemSchema),
    hints: z.array(z.string()).describe('What may be meant as it is, and is worth a thought.'),
    projects: z.array(z.string()),
    pipelines: z.array(z.string()),
  }),
  health: documentOf('onceward doctor -o json', {
    isHealthy: z.boolean(),
    checks: z.array(checkSchema),
  }),
  check: lineOf('onceward doctor -o jsonl: one check', checkSchema),
  life: documentOf('onceward export', lifeSchema.shape),
  saved: documentOf('onceward export --file', {
    address,
    file: z.string(),
    revisions: z.number(),
    auditEntries: z.number(),
  }),
  discard: documentOf('onceward discard', {
    address,
    state,
    outcome: z.enum(['would-discard', 'discarded', 'kept', 'nothing-here']),
    ...lossSchema.shape,
  }),
  replay: documentOf('onceward replay', replaySchema.shape),
  machineGraph: documentOf('onceward graph of a machine, -o json', {
    kind: z.literal('machine'),
    name: z.string(),
    lit: z.array(z.string()),
    states: z.array(data),
    transitions: z.array(data),
  }),
  pipelineGraph: documentOf('onceward graph of a pipeline, -o json', {
    kind: z.literal('pipeline'),
    name: z.string(),
    lit: z.array(z.string()),
    stages: z.array(data),
  }),
  bridge: documentOf('onceward bridge, once it runs', {
    url: z.string(),
    allowedOrigins: z.array(z.string()),
    isRedacted: z.boolean(),
    filter: z.string().nullable(),
  }),
  demo: documentOf('onceward demo', {
    outcome: z.enum(['done', 'failed']),
    problems: z.array(z.string()),
    isCrash: z.boolean(),
    item: z.object({ address, state: z.string().nullable() }),
    durationMs: z.number(),
    stages: z.array(data),
    crash: data.nullable(),
    landed: data.nullable(),
  }),
};
