// What a Codex run has used: it counts tokens of a session, and knows no prices.
// It must never pass the count of a whole session off as that of one run.
import type { AgentReaderOptions, Usage } from './adapter.ts';
import type { CodexState } from './codex-events.ts';
import { costOf } from './cost.ts';

/** Null until a turn has ended, and for a resumed session whose earlier usage nobody knows. */
export function codexUsage(
  { usage, turns, hasSubAgents }: CodexState,
  { prices, resumed }: Pick<AgentReaderOptions, 'prices' | 'resumed'>,
): Usage | null {
  if (usage === null) return null;
  const before = resumed === undefined ? NOTHING_BEFORE : resumed.usageBefore;
  if (before === null) return null;
  const tokens = {
    inputTokens: Math.max(0, usage.input - before.inputTokens),
    cachedInputTokens: Math.max(0, usage.cached - before.cachedInputTokens),
    outputTokens: Math.max(0, usage.output - before.outputTokens),
  };
  // The tokens of sub-agents are counted nowhere, so that any sum would be too small.
  return { turns, ...tokens, usd: hasSubAgents ? null : costOf(tokens, prices) };
}

const NOTHING_BEFORE = { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 };
