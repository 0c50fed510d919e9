// The accounts that coding agents live by: which of the worker's variables they are given, and what tokens
// cost. It must never hold a credential itself, only the names of the variables that do.
import { z } from 'zod';

const usdPerMillion = z.number().min(0).max(100_000);

const pricesSchema = z.strictObject({
  input: usdPerMillion.describe('Of tokens that were read anew.'),
  cachedInput: usdPerMillion.describe('Of tokens that were read from a cache.'),
  output: usdPerMillion.describe('Of tokens that were written.'),
});

export const accountSchema = z.strictObject({
  env: z
    .array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'expected the name of a variable'))
    .max(32)
    .default([])
    .describe(
      'Names of variables that agents of this account are given from the worker’s own environment: their ' +
        'credentials. Their values are scrubbed from logs and comments.',
    ),
  usdPerMillionTokens: pricesSchema
    .optional()
    .describe(
      'What a million tokens cost, for agents that report tokens only. Without it their price is said to be ' +
        'unknown, and caps in US dollars do not see it.',
    ),
});

export type AccountSettings = z.output<typeof accountSchema>;

/** By name. */
export type Accounts = Readonly<Record<string, AccountSettings>>;
