// What agents have used, and the accounts they live by, as documents hold them.
import { z } from 'zod';
import type { Suspension } from '../../../machines/account/context.ts';
import type { Caps, Usage } from '../../../machines/usage.ts';
import type { AccountRow } from '../../queries/account-rows.ts';
import { address, moment, revision, state } from './field-schemas.ts';

export const usageSchema = z
  .object({
    turns: z.number(),
    wallClockMs: z.number().describe('Of running agents, in milliseconds.'),
    inputTokens: z.number().describe('Without those that were read from a cache.'),
    cachedInputTokens: z.number(),
    outputTokens: z.number(),
    usd: z.number().describe('US dollars, of the tokens whose price is known.'),
    pricedTokens: z.number().describe('Tokens, of any kind, that usd is the price of.'),
  })
  .meta({ id: 'usage' }) satisfies z.ZodType<Usage>;

const capsSchema = z
  .object({
    turns: z.number().optional(),
    tokens: z.number().optional(),
    usd: z.number().optional(),
    wallClockMs: z.number().optional(),
  })
  .meta({ id: 'caps', description: 'The most that may be used; what is left out is not limited.' });

const suspensionSchema = z
  .object({
    cause: z.string().describe('usage-limit, provider-outage, cap-reached or operator.'),
    evidence: z.string().describe('What was seen; it may come from outside.'),
    by: z.string(),
    sinceMs: moment,
    untilMs: moment,
  })
  .meta({ id: 'suspension' }) satisfies z.ZodType<Suspension>;

const readableUsage = usageSchema.nullable().describe('Null where the record cannot be read.');

export const accountRowSchema = z.object({
  address: address.describe('account.<owner>.<name>'),
  owner: z.string().describe('project or provider.'),
  name: z.string(),
  state,
  revision,
  suspension: suspensionSchema.nullable(),
  today: readableUsage,
  yesterday: readableUsage,
  total: readableUsage,
  caps: capsSchema,
  grants: z.number().describe('How often as much again was allowed today.'),
}) satisfies z.ZodType<
  Omit<AccountRow, 'caps'> & { caps: { [Cap in keyof Caps]: number | undefined } }
>;
