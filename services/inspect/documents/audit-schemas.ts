// What the audit knows of an event, as documents hold it.
import { z } from 'zod';
import type { Candidate } from '../../../machines/explanation.ts';
import type { AuditLine } from '../../queries/audit-entries.ts';
import type { Happening } from '../../queries/happenings.ts';
import type { ClaimLine } from '../../queries/why-view.ts';
import { moment } from './field-schemas.ts';

export const auditLineSchema = z
  .object({
    atMs: moment,
    address: z.string().describe('As in the subjects: run.shop.7.build.1.'),
    id: z.string().describe('Id of the event.'),
    type: z.string().describe('Type of the event.'),
    door: z.string().describe('How it came in: ask, mailbox, tell or deadline.'),
    outcome: z.string().describe('applied, refused, repeated or alarm.'),
    from: z.string().nullable().describe('State before.'),
    to: z.string().nullable().describe('State after.'),
    revision: z.number().nullable().describe('Revision it has made; null when it has made none.'),
    claimant: z.string().nullable().describe('Who claimed, or tried to.'),
    reason: z.string().nullable().describe('Why it was refused, as a code.'),
    message: z.string(),
    by: z.string().describe('The host that decided.'),
  })
  .meta({ id: 'auditLine' }) satisfies z.ZodType<AuditLine>;

export const happeningSchema = auditLineSchema.extend({
  sequence: z
    .number()
    .int()
    .describe('Where watch --after goes on; entries of one moment share it.'),
  position: z.number().int().describe('Of the entry among those that share its sequence, from 0.'),
  isLostClaim: z.boolean().describe('A claim that came after another had won.'),
}) satisfies z.ZodType<Happening>;

export const claimLineSchema = auditLineSchema
  .extend({
    foundRevision: z.number().nullable().describe('The revision the run was at when it came.'),
  })
  .meta({ id: 'claimLine' }) satisfies z.ZodType<ClaimLine>;

export const candidateSchema = z
  .object({
    from: z.string().describe('State the transition belongs to; empty for the whole machine.'),
    to: z.string().nullable().describe('Null when it stays.'),
    guard: z.string().nullable(),
    asks: z.string().describe('What the guard asks, in words.'),
    holds: z.boolean().nullable().describe('Null for what was not tried.'),
  })
  .meta({ id: 'candidate' }) satisfies z.ZodType<Candidate>;
