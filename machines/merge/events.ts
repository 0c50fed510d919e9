// Every event a merge queue accepts, with the shape of its data. Unknown fields are dropped.
import { z } from 'zod';
import type { MachineEvent } from '../event.ts';
import { seenChecksSchema } from '../outside.ts';
import { stageSettingsSchema } from '../stage-settings.ts';
import { VERDICT_KINDS } from '../verdict.ts';
import { MAX_BATCH_SIZE } from './rules.ts';

const name = z.string().min(1).max(200);
const text = z.string().max(4_000).default('');
const sha = z.string().regex(/^[0-9a-f]{40,64}$/);
const by = name.default('operator');
const count = z.number().int().nonnegative();
const empty = z.object({});
/** The lease, and the trial it was used for: reports of an older one are refused. */
const lease = { token: z.number().int().positive(), trial: z.number().int().positive() };
const member = { item: name, headSha: sha };
/** As many as are tried together at most. */
const MAX_MEMBERS = MAX_BATCH_SIZE;
/** The rest is only counted. */
const MAX_PATHS = 8;
const firstPaths = (paths: string[]): string[] =>
  paths.slice(0, MAX_PATHS).map((path) => path.slice(-MAX_PATH_CHARACTERS));
const MAX_PATH_CHARACTERS = 120;
const members = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.array(z.object({ ...member, ...shape })).max(MAX_MEMBERS);
const outcome = {
  kind: z.enum(VERDICT_KINDS),
  cause: z.string().min(1).max(64),
  summary: text,
};

export const mergeEventSchemas = {
  /** Sent by items only; a queue that is open refuses it. */
  open: empty,
  /** An item has come to its stage of kind `merge`. Repeating it is harmless. Sent by items only. */
  enqueue: z.object({
    ...member,
    stage: name,
    attempt: z.number().int().positive(),
    title: z.string().max(200).default(''),
    priority: z.number().int().min(0).max(3).default(2),
    retries: count.default(0),
    settings: stageSettingsSchema,
  }),
  /** Its run has ended otherwise: cancelled, or merged by somebody else. Sent by items only. */
  withdraw: z.object({ item: name, attempt: z.number().int().positive(), reason: text }),
  /** Whether an item may be tried. Told by hosts, of what they have read from the forge. */
  admission: z.object({
    ...member,
    outcome: z.enum(['admitted', 'waiting', 'refused']),
    reason: text,
    /** Reviews and threads that refuse it, for the item to remember. */
    reviews: z.array(name).max(64).default([]),
  }),
  /** A worker begins to work for the queue: the revision this is decided on becomes its token. */
  take: z.object({ worker: name, machine: z.string().max(200).default('') }),
  /** The holder gets on. Accepted only when the watermark has risen. */
  progress: z.object({ ...lease, watermark: count, doing: z.string().max(200).default('') }),
  /** What came of merging the members onto the base. */
  prepared: z.object({
    ...lease,
    baseSha: sha,
    baseTreeSha: sha,
    candidate: z
      .object({ sha, treeSha: sha, members: members({ landsAs: sha }) })
      .nullable()
      .default(null),
    /** The base holds them already. */
    landed: members({}).default([]),
    conflicts: members({
      with: z.enum(['base', 'others']),
      paths: z.array(z.string().max(400)).max(100).transform(firstPaths),
      count,
    }).default([]),
    /** The remote does not have the commit any more. */
    missing: members({}).default([]),
  }),
  /** What the gates found on the candidate. */
  validated: z.object({
    ...lease,
    ...outcome,
    /** Which candidate: a report that comes late must not be taken for one on another. */
    sha: sha.optional(),
  }),
  /** Something of the checks of the candidate has changed. Told by hosts. */
  'checks-seen': seenChecksSchema.extend({ trial: lease.trial }),
  /** What the checks of the candidate say. Told by hosts. */
  'checks-judged': z.object({ trial: lease.trial, sha, ...outcome }),
  /** The base is at the candidate now. */
  landed: z.object(lease),
  /** It was not, when the candidate was to be landed, where the candidate was made for. */
  'base-moved': z.object({ ...lease, baseSha: sha }),
  /** What the base was found to hold after the landing. */
  verified: z.object({ ...lease, baseSha: sha, isHeld: z.boolean(), treeSha: sha.nullable() }),
  /** Something around the trial failed: the remote is away, the disk is full. */
  failed: z.object({ ...lease, cause: z.string().min(1).max(64), summary: text }),
  /** The holder is gone, or gives the lease back. */
  'holder-lost': z.object({ token: lease.token, worker: name, evidence: text }),
  /** Nothing lands until it is resumed. */
  freeze: z.object({ by, reason: text }),
  resume: z.object({
    by,
    /** Only what this one has frozen, whoever else has meanwhile. */
    frozenBy: name.optional(),
  }),
  /** An operator's word on the order. */
  move: z.object({ by, item: name, to: z.enum(['first', 'last']) }),
  /** An operator sends an item back. */
  eject: z.object({ by, item: name, reason: text }),
  /** Where the base is. Told by hosts, while it is red by itself. */
  'base-seen': z.object({ sha }),
  'job-overdue': empty,
  'lease-elapsed': empty,
  'checks-overdue': empty,
  'look-due': empty,
  reminder: empty,
} as const;

export type MergeEventType = keyof typeof mergeEventSchemas;

export type MergeEvent = {
  [Type in MergeEventType]: MachineEvent<Type, z.infer<(typeof mergeEventSchemas)[Type]>>;
}[MergeEventType];

export type MergeEventOf<Type extends MergeEventType> = Extract<MergeEvent, { type: Type }>;
export type MergeInput = MergeEventOf<'open'>;
