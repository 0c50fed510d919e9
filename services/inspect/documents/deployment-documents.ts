// What `onceward deployments` and `onceward deploy --dry-run` print.
import { z } from 'zod';
import type { DeploymentRow } from '../../queries/deployment-rows.ts';
import type { Rehearsal } from '../../queries/rehearsal.ts';
import { deploymentSchema, digest, item, kind, sha, waitsFor } from './deployment-shown.ts';
import { address, documentOf, listOf, moment, revision, state } from './field-schemas.ts';

export const deploymentRowSchema = z.object({
  address,
  project: z.string(),
  environment: z.string(),
  state,
  sinceMs: moment.nullable().describe('Null where the record cannot be read.'),
  revision,
  live: z
    .object({ sha, digest, item, atMs: moment })
    .nullable()
    .describe('What is deployed, as far as is known.'),
  operation: z
    .object({ number: z.number(), kind, item, sha, step: z.string() })
    .nullable()
    .describe('What is done at present.'),
  holder: z.string().nullable().describe('The worker that has the lease.'),
  doing: z.string(),
  queued: z.number().describe('Releases that wait; what is under way is not among them.'),
  probes: z.string().describe('How many are in which state; empty while nothing is watched.'),
  hold: z
    .object({
      ...{ cause: z.string(), reason: z.string(), by: z.string(), sinceMs: moment },
      release: z.string().describe('A command that settles it; empty where none would.'),
    })
    .nullable()
    .describe('Why a person is waited for.'),
  rollbackTo: digest.nullable(),
  waitsFor,
  changedAtMs: moment,
}) satisfies z.ZodType<DeploymentRow>;

const planSchema = z.object({
  sha,
  image: z.string(),
  digest,
  variables: z.record(z.string(), z.string()).describe('What every command is told.'),
  steps: z.array(
    z.object({
      step: z.string(),
      does: z.string(),
      command: z.string().nullable(),
      timeoutMs: z.number().nullable(),
    }),
  ),
  rollbackTo: digest.nullable(),
}) satisfies z.ZodType<Rehearsal>;

const isGone = z.boolean().optional().describe('With --watch: it is no longer in the list.');

export const DEPLOYMENT_DOCUMENTS = {
  environments: listOf('onceward deployments -o json', 'deployments', deploymentRowSchema),
  environment: documentOf('onceward deployments -o jsonl: an environment', {
    ...deploymentRowSchema.shape,
    isGone,
  }),
  deploymentShown: documentOf(
    'onceward deployments <project> <environment>',
    deploymentSchema.shape,
  ),
  deployPlan: documentOf('onceward deploy --dry-run', {
    address,
    outcome: z.enum(['would-apply', 'would-refuse']),
    message: z.string().nullable(),
    plan: planSchema.nullable().describe('Null while no item has brought the rules.'),
  }),
};
