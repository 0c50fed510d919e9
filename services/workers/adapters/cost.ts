// What tokens cost, by the prices that were configured.
// It must never guess: without prices there is no cost.
import type { Prices, Usage } from './adapter.ts';

const TOKENS_OF_A_PRICE = 1_000_000;

export type Tokens = Pick<Usage, 'inputTokens' | 'cachedInputTokens' | 'outputTokens'>;

/** USD for the tokens; null without prices. What is written to a cache counts as plain input. */
export function costOf(tokens: Tokens, prices: Prices | null): number | null {
  if (prices === null) return null;
  const fresh = Math.max(0, tokens.inputTokens - tokens.cachedInputTokens);
  const usd =
    fresh * prices.input +
    tokens.cachedInputTokens * prices.cachedInput +
    tokens.outputTokens * prices.output;
  return usd / TOKENS_OF_A_PRICE;
}
