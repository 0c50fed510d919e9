// Reads a coding agent while it works: its words go to the log, its counts to the record, its end to the gates.
// It must never take an agent's exit code 0 for a success that the agent did not report.
import {
  addUsage,
  mostUsage,
  NO_USAGE,
  tokensOf,
  type Usage,
  unpricedTokensOf,
} from '../../machines/usage.ts';
import type { Clock } from '../../transport/ports.ts';
import type { OutputStream } from '../../transport/process/process-group.ts';
import type {
  AgentAdapter,
  AgentProgress,
  AgentReader,
  Prices,
  Usage as Reported,
} from './adapters/adapter.ts';
import type { AgentOutput } from './agent-output.ts';
import { type AgentReport, type JobFacts, MAX_EVIDENCE_CHARACTERS } from './job-facts.ts';
import type { RunLogs } from './run-logs.ts';

export interface AgentReadingOptions {
  adapter: AgentAdapter;
  /** Where a session can be resumed. */
  machine: string;
  prices: Prices | null;
  /** The session that is gone on with, if any. */
  resumed: JobFacts['session'];
  clock: Clock;
  /** For people: what the agent said and did. */
  log: RunLogs['log'];
  /** Takes secrets out of what is said of its end. */
  scrub: (text: string) => string;
  /** As the agent wrote it, for whoever looks into the adapter. */
  transcript: RunLogs['transcript'];
}

/** What an agent says of itself ends in records that take whole numbers only, and are added up. */
const MAX_COUNT = 1e12;
const MAX_USD = 1e9;

export function readAgent(options: AgentReadingOptions): AgentOutput {
  const { clock, log, transcript, scrub } = options;
  const reader = readerOf(options);
  const meter = usageMeter(() => reader.progress().usage, clock);
  let isOver = false;
  const tell = (text: string, stream: OutputStream = 'stdout') => {
    if (text !== '') log.append(Buffer.from(text), stream);
  };
  return {
    take(chunk, stream) {
      // The log is closed by then, and what the agent was is told.
      if (isOver) return;
      if (stream === 'stderr') return tell(reader.readError(chunk), stream);
      transcript.append(chunk);
      tell(reader.read(chunk));
    },
    tokens: () => tokensOf(meter.usage()),
    report: () => reportOf(meter.usage(), reader.progress(), options),
    conclude(exit) {
      isOver = true;
      meter.stop();
      tell(reader.end());
      const { cause, summary, resetAtMs } = reader.conclude(exit);
      return {
        cause,
        evidence: scrub(summary).slice(0, MAX_EVIDENCE_CHARACTERS),
        ...(resetAtMs === null ? {} : { resetAtMs: Math.ceil(resetAtMs) }),
      };
    },
  };
}

function readerOf({ adapter, clock, prices, resumed }: AgentReadingOptions): AgentReader {
  const usageBefore = resumed?.usage === undefined ? null : asReported(resumed.usage);
  return adapter.reader({
    nowMs: () => clock.nowMs(),
    prices,
    resumed: resumed === null ? undefined : { usageBefore },
  });
}

/** Time is measured, and counts, also of an agent that says nothing of its tokens. No amount ever falls. */
function usageMeter(reported: () => Reported | null, clock: Clock) {
  const startedMs = clock.monotonicMs();
  let most = NO_USAGE;
  let isStopped = false;
  const usage = (): Usage => {
    if (isStopped) return most;
    const wallClockMs = Math.round(clock.monotonicMs() - startedMs);
    const said = reported();
    most = mostUsage(most, { ...(said === null ? NO_USAGE : asUsage(said)), wallClockMs });
    return most;
  };
  return {
    usage,
    stop() {
      usage();
      isStopped = true;
    },
  };
}

function reportOf(usage: Usage, said: AgentProgress, options: AgentReadingOptions): AgentReport {
  const { machine, resumed, scrub } = options;
  // One that counts something names itself, or is the one that was gone on with.
  const id = said.session ?? (said.usage === null ? null : (resumed?.id ?? null));
  // What an agent calls its session could be anything, a credential of its own among it.
  if (id === null || scrub(id) !== id) return { usage };
  const before = resumed?.id === id ? resumed.usage : NO_USAGE;
  // What earlier runs of a session have used is unknown for good, where it was not told.
  const total = before === undefined ? {} : { usage: addUsage(before, usage) };
  return { usage, session: { id, machine, ...total } };
}

/** Adapters count what came from a cache as a part of the input; we count it apart. */
function asUsage(reported: Reported): Omit<Usage, 'wallClockMs'> {
  const { usd } = reported;
  const cachedInputTokens = countOf(reported.cachedInputTokens);
  const inputTokens = Math.max(0, countOf(reported.inputTokens) - cachedInputTokens);
  const outputTokens = countOf(reported.outputTokens);
  const tokens = { inputTokens, cachedInputTokens, outputTokens };
  const pricedTokens = usd === null ? 0 : inputTokens + cachedInputTokens + outputTokens;
  return {
    turns: countOf(reported.turns),
    ...tokens,
    usd: Math.min(usd ?? 0, MAX_USD),
    pricedTokens,
  };
}

function countOf(value: number): number {
  return Math.min(Math.round(value), MAX_COUNT);
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
