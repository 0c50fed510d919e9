// What an agent has used, in words for people. It must never guess a price: what has none is said in tokens.
import { type Caps, tokensOf, type Usage, unpricedTokensOf } from '../../machines/usage.ts';
import { formatDuration } from './duration.ts';

/**
 * `$1.23`, `$1.23 + 120k tokens without a price`, `120k tokens without a price`; `$0.00` where nothing was
 * used, `cost not told` where something ran that told of no token.
 */
export function costWords(usage: Usage): string {
  const { usd, wallClockMs } = usage;
  const unpricedTokens = unpricedTokensOf(usage);
  const priced = usd > 0 ? `$${usd.toFixed(usd < 0.01 ? 4 : 2)}` : '';
  const unpriced = unpricedTokens > 0 ? `${countWords(unpricedTokens)} tokens without a price` : '';
  return (
    [priced, unpriced].filter(Boolean).join(' + ') || (wallClockMs > 0 ? 'cost not told' : '$0.00')
  );
}

/** `$1.23, 340k tokens, 12 turns, 4m12s` */
export function usageWords(usage: Usage): string {
  const { turns, wallClockMs } = usage;
  return [
    costWords(usage),
    `${countWords(tokensOf(usage))} tokens`,
    `${turns} turn${turns === 1 ? '' : 's'}`,
    formatDuration(wallClockMs),
  ].join(', ');
}

/** `$5.00, 2M tokens`: what the caps allow with what was granted on top; empty where nothing is limited. */
export function capsWords({ usd, tokens, turns, wallClockMs }: Caps, grants = 0): string {
  const times = 1 + grants;
  return [
    usd === undefined ? '' : `$${(usd * times).toFixed(2)}`,
    tokens === undefined ? '' : `${countWords(tokens * times)} tokens`,
    turns === undefined ? '' : `${turns * times} turns`,
    wallClockMs === undefined ? '' : formatDuration(wallClockMs * times),
  ]
    .filter(Boolean)
    .join(', ');
}

/** Three digits at most: `950`, `1.2k`, `340k`, `12M`. */
export function countWords(count: number): string {
  const [divisor, unit] = UNITS.find(([from]) => count >= from) ?? [1, ''];
  const scaled = count / divisor;
  const digits = unit !== '' && scaled < 10 ? Math.floor(scaled * 10) / 10 : Math.floor(scaled);
  return `${digits}${unit}`;
}

const UNITS: readonly (readonly [from: number, unit: string])[] = [
  [1_000_000_000, 'G'],
  [1_000_000, 'M'],
  [1_000, 'k'],
];
