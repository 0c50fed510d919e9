// One deployment with everything that is known of it, as `onceward deployments <project> <environment>` prints it.
import { z } from 'zod';
import type {
  DeploymentHold,
  DeploymentView,
  OperationView,
  ReleaseView,
  VersionView,
  WatchView,
} from '../../queries/deployment-view.ts';
import { address, moment, revision, state } from './field-schemas.ts';

export const sha = z.string();
export const digest = z.string().describe('As registries write it: `sha256:…`.');
export const item = address.nullable().describe('Null where an operator has asked for it.');
export const kind = z.enum(['release', 'rollback']);
export const waitsFor = z.string().describe('A phrase that follows "waits for"; never empty.');

const versionSchema = z
  .object({ operation: z.number(), item, sha, image: z.string(), digest, atMs: moment })
  .meta({ id: 'deployedVersion' }) satisfies z.ZodType<VersionView>;

const overrideSchema = z.object({ by: z.string(), reason: z.string(), atMs: moment });

const releaseSchema = z
  .object({
    position: z.number().describe('1 for the next one; 0 for the one that is under way.'),
    item,
    run: address.nullable(),
    title: z.string(),
    sha,
    digest: digest.nullable().describe('Null before it is known.'),
    by: z.string(),
    passes: z.array(z.string()).describe('Environments that found the very image good.'),
    override: overrideSchema.nullable(),
    requestedAtMs: moment,
    withdrawn: z.string().nullable(),
    waitsFor,
  })
  .meta({ id: 'release' }) satisfies z.ZodType<ReleaseView>;

const operationSchema = z.object({
  number: z.number(),
  kind,
  startedAtMs: moment,
  step: z.string(),
  stages: z.array(
    z.object({ name: z.string(), progress: z.enum(['done', 'now', 'stopped', 'later']) }),
  ),
  target: versionSchema.nullable().describe('What comes back; null for a release.'),
  isTouched: z.boolean().describe('Whether the environment may have been changed.'),
  faults: z.number(),
  reclaims: z.number(),
  notBeforeMs: moment.nullable(),
  lastFault: z.string(),
  findings: z.array(z.object({ check: z.string(), isMet: z.boolean(), detail: z.string() })),
  steps: z.array(
    z.object({
      ...{ step: z.string(), key: z.string(), result: z.string() },
      ...{ durationMs: z.number(), atMs: moment },
    }),
  ),
}) satisfies z.ZodType<OperationView>;

const point = z.object({
  atMs: moment,
  outcome: z.enum(['good', 'bad', 'inconclusive', 'error']),
  value: z.number().nullable(),
});

const watchSchema = z.object({
  round: z.number(),
  startedAtMs: moment,
  deadlineMs: moment,
  probes: z.array(
    z.object({
      name: z.string(),
      kind: z.enum(['http', 'command', 'prometheus', 'unknown']),
      state: z.enum(['running', 'passed', 'failed', 'inconclusive', 'errored']),
      isShadow: z.boolean().describe('Measured and shown, and decides nothing.'),
      measured: z.number(),
      count: z.number(),
      failures: z.number(),
      failureLimit: z.number(),
      inconclusives: z.number(),
      inconclusiveLimit: z.number(),
      consecutiveErrors: z.number(),
      consecutiveErrorLimit: z.number(),
      consecutiveSuccesses: z.number(),
      consecutiveSuccessLimit: z.number().nullable(),
      nextAtMs: moment.nullable().describe('Null once it is measured no more.'),
      detail: z.string(),
      unit: z.string(),
      limits: z.object({ min: z.number().nullable(), max: z.number().nullable() }),
      baseline: z.number().nullable().describe('Median before the deploy.'),
      points: z.array(point).describe('The newest measurements, oldest first.'),
    }),
  ),
}) satisfies z.ZodType<WatchView>;

const holdSchema = z.object({
  cause: z.string(),
  reason: z.string(),
  by: z.string(),
  sinceMs: moment,
  decisions: z
    .array(
      z.object({
        decision: z.enum(['retry', 'accept', 'reject']),
        command: z.string(),
        to: state.nullable().describe('The state it leads to; null where it stays.'),
        does: z.string(),
        isOverride: z.boolean(),
      }),
    )
    .describe('What a person may say now, and what it leads to.'),
}) satisfies z.ZodType<DeploymentHold>;

const outcomes = [
  ...(['healthy', 'rolled-back', 'degraded', 'failed', 'not-applicable'] as const),
  ...(['contained', 'withdrawn', 'rejected'] as const),
] as const;

export const deploymentSchema = z.object({
  address,
  project: z.string(),
  environment: z.string(),
  state,
  sinceMs: moment,
  revision,
  waitsFor,
  hold: holdSchema.nullable().describe('Why a person is waited for.'),
  asked: z.array(
    z.object({
      what: z.enum(['hold', 'rollback']),
      ...{ by: z.string(), reason: z.string(), atMs: moment },
    }),
  ),
  live: versionSchema.nullable(),
  liveIs: z.enum(['good', 'bad', 'unknown']),
  rollbackTo: versionSchema.nullable().describe('What a rollback would bring back.'),
  good: z.array(versionSchema).describe('What was good before, newest first.'),
  condemned: z.array(z.object({ digest, reason: z.string(), atMs: moment })),
  release: releaseSchema.nullable().describe('What is under way.'),
  queue: z.array(releaseSchema).describe('In the order in which they are brought.'),
  operation: operationSchema.nullable(),
  holder: z
    .object({
      worker: z.string(),
      machine: z.string(),
      token: z.number().describe('Fencing token: rises with every holder.'),
      sinceMs: moment,
      watermark: z.number(),
      progressAtMs: moment,
      doing: z.string(),
    })
    .nullable(),
  leaseUntilMs: moment.nullable(),
  watch: watchSchema.nullable(),
  incidents: z
    .array(
      z.object({
        number: z.number().describe('Of the operation it came of.'),
        item,
        sha,
        digest,
        cause: z.string(),
        summary: z.string(),
        atMs: moment,
        isItemWanted: z.boolean(),
        openedItem: address.nullable(),
      }),
    )
    .describe('Newest first.'),
  rules: z
    .object({
      stage: z.string(),
      pool: z.string(),
      image: z.string(),
      tag: z.string(),
      requires: z.string().nullable(),
      rollback: z.string(),
      isSelf: z.boolean(),
      probes: z.number(),
    })
    .nullable(),
  ended: z
    .array(
      z.object({
        number: z.number(),
        kind,
        item,
        sha,
        digest: digest.nullable(),
        outcome: z.enum(outcomes),
        reason: z.string(),
        by: z.string(),
        startedAtMs: moment,
        endedAtMs: moment,
      }),
    )
    .describe('Newest first.'),
}) satisfies z.ZodType<DeploymentView>;
