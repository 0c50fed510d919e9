// Every event a deployment accepts, with the shape of its data. Unknown fields are dropped.
import { z } from 'zod';
import type { MachineEvent } from '../event.ts';
import { stageSettingsSchema } from '../stage-settings.ts';
import { VERDICT_KINDS } from '../verdict.ts';
import { artifactSchema, commitSchema, digestSchema, passSchema } from './artifact.ts';
import { MAX_PROBES } from './probes.ts';

const name = z.string().min(1).max(200);
const text = z.string().max(4_000).default('');
const by = name.default('operator');
const empty = z.object({});
/** The lease, and what it was used for: reports of an older one are refused. */
const lease = { token: z.number().int().positive(), operation: z.number().int().positive() };

/** One command that was run, or one act on the registry. */
export const stepSchema = z.object({
  /** `build`, `prepare`, `deploy`, `verify`, `rollback`, `tag`. */
  step: name,
  /** The same for each repetition of the same step. */
  key: z.string().min(1).max(300),
  result: z.string().max(400).default(''),
  durationMs: z.number().int().nonnegative().default(0),
});

export type Step = z.infer<typeof stepSchema>;

const steps = z.array(stepSchema).max(16).default([]);

/** One question about where an image comes from. */
export const findingSchema = z.object({
  /** `tag`, `revision`, `statement`. */
  check: name,
  isMet: z.boolean(),
  /** For people: what was expected and what was found. */
  detail: z.string().max(600).default(''),
});

export type ProvenanceFinding = z.infer<typeof findingSchema>;

export const measurementSchema = z.object({
  probe: name,
  /** `error`: it could not be measured, which says nothing of the version. */
  outcome: z.enum(['good', 'bad', 'inconclusive', 'error']),
  value: z.number().nullable().default(null),
  /** For people. */
  detail: z.string().max(300).default(''),
});

export type Measurement = z.infer<typeof measurementSchema>;

export const deploymentEventSchemas = {
  /** Sent by items only; a deployment that is open refuses it. */
  open: empty,
  /** An item has come to its stage of kind `deploy`. Repeating it is harmless. Sent by items only. */
  request: z.object({
    item: name,
    stage: name,
    attempt: z.number().int().positive(),
    title: z.string().max(200).default(''),
    /** Head of the item's branch. */
    headSha: commitSchema.nullable().default(null),
    /** The commit on the base that is to be deployed. */
    sha: commitSchema,
    artifact: artifactSchema.nullable().default(null),
    passes: z.array(passSchema).max(16).default([]),
    settings: stageSettingsSchema,
  }),
  /** Its run has ended otherwise. Sent by items only. */
  withdraw: z.object({ item: name, attempt: z.number().int().positive(), reason: text }),
  /** An operator has a version deployed that was built before. */
  deploy: z.object({
    by,
    reason: text,
    artifact: artifactSchema,
    passes: z.array(passSchema).max(16).default([]),
    /** Deployed although nobody has tested it: says who answers for that, and why. */
    override: text,
  }),
  /** The version of before comes back: now, or as soon as the step under way has ended. */
  rollback: z.object({ by, reason: text }),
  /** Nothing further is begun until it is released. */
  hold: z.object({ by, reason: text }),
  /** A person decides. `accept` answers for what is not known, `reject` gives the version up. */
  release: z.object({
    by,
    decision: z.enum(['retry', 'accept', 'reject']).default('retry'),
    reason: text,
  }),
  /** A worker begins to work for it: the revision this is decided on becomes its token. */
  take: z.object({ worker: name, machine: z.string().max(200).default('') }),
  /** The holder gets on. Accepted only when the watermark has risen. */
  progress: z.object({
    ...lease,
    watermark: z.number().int().nonnegative(),
    doing: z.string().max(200).default(''),
  }),
  /** How the commit stands to the base and to what is live. */
  assessed: z.object({
    ...lease,
    isOnBase: z.boolean(),
    /** What is live holds it already. */
    isContained: z.boolean(),
    /** A path that the stage asks for differs from what is live. */
    isNeeded: z.boolean(),
    reason: text,
  }),
  built: z.object({ ...lease, artifact: artifactSchema, steps }),
  /** Where the image comes from, as the registry says. */
  checked: z.object({
    ...lease,
    digest: digestSchema,
    sha: commitSchema,
    findings: z.array(findingSchema).max(8),
  }),
  /** The tags were read back. */
  promoted: z.object({
    ...lease,
    digest: digestSchema,
    /** Median of what was measured before the deploy, by probe. */
    baselines: z
      .array(z.object({ probe: name, value: z.number() }))
      .max(MAX_PROBES)
      .default([]),
    steps,
  }),
  deployed: z.object({ ...lease, digest: digestSchema, steps }),
  /** One round of the watch. */
  measured: z.object({
    ...lease,
    round: z.number().int().positive(),
    results: z.array(measurementSchema).max(MAX_PROBES),
  }),
  'rolled-back': z.object({ ...lease, digest: digestSchema, steps }),
  /** A step has failed. */
  failed: z.object({
    ...lease,
    kind: z.enum(VERDICT_KINDS).exclude(['pass', 'not_applicable']),
    /** Where: `checkout`, `registry`, `build`, `prepare`, `deploy`, `verify`, `rollback`. */
    phase: name,
    cause: z.string().min(1).max(64),
    summary: text,
    steps,
  }),
  /** The holder is gone, or gives the lease back. */
  'holder-lost': z.object({ token: lease.token, worker: name, evidence: text }),
  /** The item that was opened for an incident. Told by hosts. */
  'item-opened': z.object({ incident: z.number().int().positive(), item: name }),
  'job-overdue': empty,
  'lease-elapsed': empty,
  'retry-due': empty,
  'measure-due': empty,
  'watch-overdue': empty,
  'look-due': empty,
  reminder: empty,
} as const;

export type DeploymentEventType = keyof typeof deploymentEventSchemas;

export type DeploymentEvent = {
  [Type in DeploymentEventType]: MachineEvent<Type, z.infer<(typeof deploymentEventSchemas)[Type]>>;
}[DeploymentEventType];

export type DeploymentEventOf<Type extends DeploymentEventType> = Extract<
  DeploymentEvent,
  { type: Type }
>;
export type DeploymentInput = DeploymentEventOf<'open'>;
