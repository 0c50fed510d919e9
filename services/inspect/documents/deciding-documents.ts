// What the commands print that send events: what came of it, or what would.
import { z } from 'zod';
import type { DryRun } from '../../queries/dry-run.ts';
import type { BulkRow } from '../bulk/bulk-row.ts';
import { candidateSchema } from './audit-schemas.ts';
import { address, documentOf, lineOf, revision, state } from './field-schemas.ts';
import { changeSchema } from './record-schemas.ts';

const REASONS = [
  'not-json',
  'unknown-type',
  'unknown-actor',
  'schema',
  'stale-epoch',
  'not-now',
  'too-large',
  'revision',
  'finished',
  'newer-version',
] as const;

const dryRunSchema = z.object({
  outcome: z.enum(['would-apply', 'would-refuse']),
  address,
  type: z.string(),
  from: state,
  revision,
  to: state.nullable().describe('Null when it would stay, or be refused.'),
  isRepeat: z.boolean(),
  effects: z.array(z.string()).describe('What would be ordered, in words.'),
  changes: z.array(changeSchema),
  candidates: z.array(candidateSchema),
  reason: z.enum(REASONS).nullable(),
  message: z.string().nullable(),
}) satisfies z.ZodType<Omit<DryRun, 'changes'>>;

const bulkRowSchema = z.object({
  address,
  type: z.string(),
  outcome: z.enum([
    'would-apply',
    'would-refuse',
    'applied',
    'refused',
    'moved',
    'unknown',
    'not-sent',
  ]),
  from: state,
  revision: revision.describe('Revision that it was decided on.'),
  to: state.nullable(),
  reason: z.string().nullable(),
  message: z.string().nullable(),
}) satisfies z.ZodType<BulkRow>;

export const DECIDING_DOCUMENTS = {
  answer: documentOf('onceward send, approve, reject, cancel, retry, pause, resume', {
    address,
    type: z.string(),
    state: state.describe('The state it led to.'),
    revision: revision.describe('The revision it made.'),
    isRepeat: z.boolean().describe('It was applied before, under the same id.'),
    id: z.string(),
  }),
  submitted: documentOf('onceward submit', {
    address,
    project: z.string(),
    item: z.string(),
    title: z.string(),
    state,
    revision,
  }),
  dryRun: documentOf('--dry-run of one event', dryRunSchema.shape),
  decisions: documentOf('onceward cancel, retry, … about many items, -o json', {
    type: z.string(),
    isDryRun: z.boolean(),
    summary: z.record(z.string(), z.number()).describe('How many of each outcome.'),
    items: z.array(bulkRowSchema),
  }),
  decision: lineOf(
    'onceward cancel, retry, … about many items, -o jsonl: one of them',
    bulkRowSchema,
  ),
};
