// What runs and items have used, for whoever looks at them: in numbers, and in words.
// It must never take what was not measured for nothing, nor a price that nobody has said for zero.
import { type ItemContext, itemUsage } from '../../machines/item/context.ts';
import { type RunContext, totalUsage } from '../../machines/run/context.ts';
import {
  addUsage,
  NO_USAGE,
  tokensOf,
  type Usage,
  unpricedTokensOf,
} from '../../machines/usage.ts';
import { usageWords } from './usage-words.ts';

export interface Cost {
  /** US dollars, of what has a known price; null where nothing of it has one, or nothing was measured. */
  usd: number | null;
  /** Of all kinds; null where nothing was measured. */
  tokens: number | null;
  usage: Usage | null;
  /** For people. */
  words: string;
}

export function costOf(usage: Usage | null): Cost {
  if (usage === null) return { usd: null, tokens: null, usage, words: 'not measured' };
  const isPriced = usage.usd > 0 || unpricedTokensOf(usage) === 0;
  const usd = isPriced ? usage.usd : null;
  return { usd, tokens: tokensOf(usage), usage, words: usageWords(usage) };
}

/** In all its epochs; null before anything was measured. */
export function measuredOf(run: Pick<RunContext, 'usage' | 'usageBefore'>): Usage | null {
  // Records of before have neither.
  return run.usage || run.usageBefore ? totalUsage(run as RunContext) : null;
}

/** Of its ended runs; null where none was measured. */
export function measuredIn(item: Pick<ItemContext, 'runs'>): Usage | null {
  return item.runs.some(({ usage }) => usage !== undefined) ? itemUsage(item) : null;
}

/** Null where nothing of it was measured. */
export function sumOf(parts: readonly (Usage | null)[]): Usage | null {
  const measured = parts.flatMap((part) => part ?? []);
  return measured.length === 0 ? null : measured.reduce(addUsage, NO_USAGE);
}
