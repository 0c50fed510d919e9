// Reads a coding agent while it works: its words go to the log, its counts to the record, its end to the gates.
// It must never take an agent's exit code 0 for a success that the agent did not report.
import {
  addUsage,
  NO_USAGE,
  tokensOf,
  type Usage,
  unpricedTokensOf,
} from '../../machines/usage.ts';
import type { Clock } from '../../transport/ports.ts';
import type { AgentAdapter, Prices, Usage as Reported } from './adapters/adapter.ts';
import type { AgentOutput } from './agent-output.ts';
import type { AgentReport, JobFacts } from './job-facts.ts';

export interface AgentReadingOptions {
  adapter: AgentAdapter;
  /** Where a session can be resumed. */
  machine: string;
  prices: Prices | null;
  /** The session that is gone on with, if any. */
  resumed: JobFacts['session'];
  clock: Clock;
  /** For people: what the agent said and did. */
  log: { append(chunk: Uint8Array): void };
  /** Takes secrets out of what is said of its end. */
  scrub: (text: string) => string;
  /** As the agent wrote it, for whoever looks into the adapter. */
  transcript: { append(chunk: Uint8Array): void };
}

export function readAgent(options: AgentReadingOptions): AgentOutput {
  const { adapter, clock, log, transcript, prices, resumed } = options;
  const startedMs = clock.monotonicMs();
  const usageBefore = resumed?.usage === undefined ? null : asReported(resumed.usage);
  const reader = adapter.reader({
    nowMs: () => clock.nowMs(),
    prices,
    resumed: resumed === null ? undefined : { usageBefore },
  });
  const tell = (text: string) => {
    if (text !== '') log.append(Buffer.from(text));
  };
  const usage = (): Usage | null => {
    const { usage: reported } = reader.progress();
    if (reported === null) return null;
    return asUsage(reported, Math.round(clock.monotonicMs() - startedMs));
  };
  return {
    take(chunk, stream) {
      if (stream === 'stderr') return tell(reader.readError(chunk));
      transcript.append(chunk);
      tell(reader.read(chunk));
    },
    tokens: () => tokensOf(usage() ?? NO_USAGE),
    report: () => reportOf(usage(), reader.progress().session, options),
    conclude(exit) {
      tell(reader.end());
      const { cause, summary, resetAtMs } = reader.conclude(exit);
      return {
        cause,
        evidence: options.scrub(summary),
        ...(resetAtMs === null ? {} : { resetAtMs }),
      };
    },
  };
}

function reportOf(
  usage: Usage | null,
  id: string | null,
  { machine, resumed }: AgentReadingOptions,
): AgentReport {
  const before = resumed?.id === id ? (resumed?.usage ?? NO_USAGE) : NO_USAGE;
  return {
    ...(usage === null ? {} : { usage }),
    ...(id === null
      ? {}
      : { session: { id, machine, usage: addUsage(before, usage ?? NO_USAGE) } }),
  };
}

/** Adapters count what came from a cache as a part of the input; we count it apart. */
function asUsage(reported: Reported, wallClockMs: number): Usage {
  const { turns, inputTokens, cachedInputTokens, outputTokens, usd } = reported;
  const counts = {
    turns,
    wallClockMs,
    inputTokens: Math.max(0, inputTokens - cachedInputTokens),
    cachedInputTokens,
    outputTokens,
  };
  // The input of an adapter has what came from a cache in it.
  const pricedTokens = usd === null ? 0 : inputTokens + outputTokens;
  return { ...counts, usd: usd ?? 0, pricedTokens };
}

function asReported(usage: Usage): Reported {
  const { turns, inputTokens, cachedInputTokens, outputTokens, usd } = usage;
  return {
    turns,
    inputTokens: inputTokens + cachedInputTokens,
    cachedInputTokens,
    outputTokens,
    usd: unpricedTokensOf(usage) > 0 ? null : usd,
  };
}
