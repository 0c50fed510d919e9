// What a coding agent has used: turns, time, tokens and money. Every amount only ever rises, the number of tokens
// with a known price included, so that reports may overtake one another; a price must never be guessed.
import { z } from 'zod';

const amount = z.number().nonnegative();
const count = z.number().int().nonnegative();

export const usageSchema = z.object({
  turns: count.default(0),
  /** From the first sign of life to the end, in milliseconds. */
  wallClockMs: count.default(0),
  /** Without those that were read from a cache. */
  inputTokens: count.default(0),
  cachedInputTokens: count.default(0),
  outputTokens: count.default(0),
  /** Of the tokens whose price is known, in US dollars. */
  usd: amount.default(0),
  /** How many of the tokens, of any kind, `usd` is the price of. */
  pricedTokens: count.default(0),
});

export type Usage = z.infer<typeof usageSchema>;

export const NO_USAGE: Usage = usageSchema.parse({});

/** The most that may be used; what is left out is not limited. */
export const capsSchema = z.strictObject({
  turns: z.number().int().min(1).max(100_000).optional(),
  /** Input, cached input and output together. */
  tokens: z.number().int().min(1).max(100_000_000_000).optional(),
  /** US dollars, of what has a known price. */
  usd: z.number().positive().max(1_000_000).optional(),
  /** Milliseconds of running agents. */
  wallClockMs: z.number().int().min(1_000).max(31_536_000_000).optional(),
});

export type Caps = z.infer<typeof capsSchema>;

const FIELDS = Object.keys(NO_USAGE) as (keyof Usage)[];

export function addUsage(left: Usage, right: Usage): Usage {
  return combine(left, right, (a, b) => a + b);
}

/** What has come in addition; never below zero, whatever a later report says. */
export function usageSince(earlier: Usage, later: Usage): Usage {
  return combine(later, earlier, (a, b) => Math.max(0, a - b));
}

/** The larger of both in every field: reports of one process may overtake one another. */
export function mostUsage(left: Usage, right: Usage): Usage {
  return combine(left, right, Math.max);
}

export function isNoUsage(usage: Usage): boolean {
  return FIELDS.every((field) => usage[field] === 0);
}

export function tokensOf({ inputTokens, cachedInputTokens, outputTokens }: Usage): number {
  return inputTokens + cachedInputTokens + outputTokens;
}

/** Tokens whose price nobody has said. */
export function unpricedTokensOf(usage: Usage): number {
  return Math.max(0, tokensOf(usage) - usage.pricedTokens);
}

/** The caps that are reached, in words with both numbers: `usd 5.12 of 5`. Empty while there is room. */
export function capsReached(usage: Usage, caps: Caps, grants = 0): string[] {
  const used = { ...usage, tokens: tokensOf(usage) };
  return (Object.keys(caps) as (keyof Caps)[]).flatMap((field) => {
    const cap = caps[field];
    if (cap === undefined) return [];
    const allowed = cap * (1 + grants);
    return used[field] < allowed ? [] : [`${field} ${rounded(used[field])} of ${rounded(allowed)}`];
  });
}

/** As much again, and at least as much as makes room: whoever says "go on" means that it does. */
export function grantsAfter(usage: Usage, caps: Caps, grants: number): number {
  const used = { ...usage, tokens: tokensOf(usage) };
  const wanted = (Object.keys(caps) as (keyof Caps)[]).map((field) =>
    // A tiny bit more, for a quotient that is rounded down just below what it should be.
    Math.floor(used[field] / (caps[field] ?? Number.POSITIVE_INFINITY) + 1e-9),
  );
  return Math.max(grants + 1, ...wanted);
}

function combine(left: Usage, right: Usage, of: (a: number, b: number) => number): Usage {
  // Fractions of a cent add up to a number that nobody would want to read. Counts have none, and are
  // too large for it: ten thousand million tokens are a few days of a fleet.
  return {
    turns: of(left.turns, right.turns),
    wallClockMs: of(left.wallClockMs, right.wallClockMs),
    inputTokens: of(left.inputTokens, right.inputTokens),
    cachedInputTokens: of(left.cachedInputTokens, right.cachedInputTokens),
    outputTokens: of(left.outputTokens, right.outputTokens),
    usd: rounded(of(left.usd, right.usd), 1e6),
    pricedTokens: of(left.pricedTokens, right.pricedTokens),
  };
}

function rounded(value: number, steps = 100): number {
  return Math.round(value * steps) / steps;
}
