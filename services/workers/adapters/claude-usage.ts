// Counts what a Claude Code run has used, sub-agents included.
// It must never count a message twice: its blocks come as several messages with one id and one usage.
import type { Prices, Usage } from './adapter.ts';
import { costOf, type Tokens } from './cost.ts';
import { countIn, isObject, type LooseObject, objectIn, textIn } from './loose-json.ts';

/** Messages that may still be added to; the blocks of one message come close together. */
const MAX_OPEN_MESSAGES = 256;

export interface UsageTally {
  take(message: LooseObject): void;
  /** Null until anything was counted. */
  total(): Usage | null;
}

export function claudeUsage(prices: Prices | null): UsageTally {
  const open = new Map<string, Tokens>();
  let closed = NO_TOKENS;
  let turns = 0;
  let subAgentTurns = 0;
  let result: LooseObject | null = null;

  const takeAssistant = (message: LooseObject) => {
    const answer = objectIn(message, 'message');
    const id = textIn(answer, 'id');
    // What the program says itself, such as an error, has no id of the provider's, or no usage.
    if (id === '' || !isObject(answer['usage'])) return;
    const before = open.get(id);
    const isOfSubAgent = typeof message['parent_tool_use_id'] === 'string';
    if (before === undefined && isOfSubAgent) subAgentTurns += 1;
    else if (before === undefined) turns += 1;
    open.set(id, larger(before ?? NO_TOKENS, messageTokens(answer['usage'])));
    if (open.size > MAX_OPEN_MESSAGES) {
      const [oldest] = open.keys();
      closed = sum(closed, open.get(oldest ?? '') ?? NO_TOKENS);
      open.delete(oldest ?? '');
    }
  };

  return {
    take(message) {
      if (message['type'] === 'assistant') takeAssistant(message);
      // Later results of the same process tell later totals.
      if (message['type'] === 'result') result = message;
    },
    total() {
      const seen = [...open.values()].reduce(sum, closed);
      if (result !== null) return ofResult(result, { seen, turns, subAgentTurns, prices });
      const all = turns + subAgentTurns;
      return all === 0 ? null : { turns: all, ...seen, usd: costOf(seen, prices) };
    },
  };
}

interface Seen {
  seen: Tokens;
  turns: number;
  subAgentTurns: number;
  prices: Prices | null;
}

// `modelUsage` is of all models, sub-agents' too; `usage` may be of the main loop alone.
function ofResult(result: LooseObject, { seen, turns, subAgentTurns, prices }: Seen): Usage {
  const models = Object.values(objectIn(result, 'modelUsage')).filter(isObject);
  const tokens =
    models.length > 0
      ? models.map(modelTokens).reduce(sum, NO_TOKENS)
      : larger(seen, messageTokens(objectIn(result, 'usage')));
  const usd = countIn(result, 'total_cost_usd') ?? costOf(tokens, prices);
  // `num_turns` is of the main loop.
  const ownTurns = countIn(result, 'num_turns') ?? turns;
  return { turns: ownTurns + subAgentTurns, ...tokens, usd };
}

const NO_TOKENS: Tokens = { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 };

function messageTokens(usage: LooseObject): Tokens {
  const of = (name: string) => countIn(usage, name) ?? 0;
  const cached = of('cache_read_input_tokens');
  return {
    inputTokens: of('input_tokens') + of('cache_creation_input_tokens') + cached,
    cachedInputTokens: cached,
    outputTokens: of('output_tokens'),
  };
}

function modelTokens(usage: LooseObject): Tokens {
  const of = (name: string) => countIn(usage, name) ?? 0;
  const cached = of('cacheReadInputTokens');
  return {
    inputTokens: of('inputTokens') + of('cacheCreationInputTokens') + cached,
    cachedInputTokens: cached,
    outputTokens: of('outputTokens'),
  };
}

function sum(one: Tokens, other: Tokens): Tokens {
  return combined(one, other, (a, b) => a + b);
}

function larger(one: Tokens, other: Tokens): Tokens {
  return combined(one, other, Math.max);
}

function combined(one: Tokens, other: Tokens, combine: (a: number, b: number) => number): Tokens {
  return {
    inputTokens: combine(one.inputTokens, other.inputTokens),
    cachedInputTokens: combine(one.cachedInputTokens, other.cachedInputTokens),
    outputTokens: combine(one.outputTokens, other.outputTokens),
  };
}
