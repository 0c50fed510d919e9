// Records and what happened to them, as documents hold them. The context of a machine is no part of the contract.
import { z } from 'zod';
import type { Parking } from '../../../machines/item/context.ts';
import type { ActorRecord } from '../../../machines/record.ts';
import type { RunClaim, RunExit } from '../../../machines/run/context.ts';
import { VERDICT_KINDS, type Verdict } from '../../../machines/verdict.ts';
import type { ArchivedStep } from '../../actors/archive.ts';
import { data, moment, revision, state } from './field-schemas.ts';

const verdictSchema = z
  .object({
    kind: z.enum(VERDICT_KINDS),
    cause: z.string().describe('Why, as a short word.'),
    summary: z.string(),
    headSha: z.string().nullable(),
    isLanded: z.boolean(),
  })
  .meta({ id: 'verdict' }) satisfies z.ZodType<Verdict>;

export const exitSchema = z
  .object({
    code: z.number().nullable(),
    signal: z.string().nullable(),
    cause: z.string(),
    evidence: z.string().optional(),
    atMs: moment,
  })
  .meta({ id: 'exit' }) satisfies z.ZodType<RunExit>;

export const claimSchema = z
  .object({
    claimant: z.string(),
    verdict: verdictSchema,
    evaluatedRevision: z.number().nullable(),
    atMs: moment,
  })
  .meta({ id: 'claim' }) satisfies z.ZodType<RunClaim>;

export const parkingSchema = z
  .object({
    reason: z.enum([
      'budget-exhausted',
      'item-cap-reached',
      'no-progress',
      'not-landed',
      'paused',
      'pull-request-closed',
      'review-rounds',
      'run-cancelled',
      'run-cap-reached',
      'too-many-runs',
    ]),
    message: z.string(),
    release: z.enum(['retry', 'resume']).describe('The command that would let it go on.'),
    atMs: moment,
  })
  .meta({ id: 'parking' }) satisfies z.ZodType<Parking>;

/** As it is stored. */
export const storedRecordSchema = z
  .object({
    v: z.number(),
    machine: z.string(),
    machineVersion: z.number(),
    state: z.union([z.string(), data]),
    sinceMs: moment,
    context: data.describe('What the machine remembers; its fields are no part of this schema.'),
    outbox: z.array(data),
    recent: z.array(z.object({ id: z.string(), revision: z.number().nullable() })),
    mailboxSequence: z.number(),
    event: z.object({
      id: z.string(),
      type: z.string(),
      atMs: moment,
      door: z.string(),
      data: data.nullable(),
    }),
    by: z.string(),
  })
  .meta({ id: 'record' }) satisfies z.ZodType<Record<keyof ActorRecord, unknown>>;

export const historyStepSchema = z
  .object({
    revision,
    state,
    event: z.string(),
    atMs: moment,
    by: z.string(),
  })
  .meta({ id: 'historyStep' }) satisfies z.ZodType<
  Pick<ArchivedStep, 'revision' | 'state' | 'event' | 'atMs' | 'by'>
>;

/** A side that is not there is left out. */
export const changeSchema = z
  .object({
    path: z.string(),
    before: z.unknown().optional(),
    after: z.unknown().optional(),
  })
  .meta({ id: 'change' });

export const eventOfStepSchema = z.object({
  type: z.string(),
  id: z.string().nullable(),
  atMs: moment,
  door: z.string(),
  data: data.nullable(),
});
