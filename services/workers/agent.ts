// Runs the command of a stage and watches over it: its limits, its signs of life, its end.
// It must never report an end while a process of the command is alive, in its group or out of it.
import { hasCode } from '../../transport/errors.ts';
import type { Clock } from '../../transport/ports.ts';
import {
  type GroupSettings,
  type Invocation,
  type OutputStream,
  type ProcessExit,
  type ProcessGroup,
  startProcessGroup,
} from '../../transport/process/process-group.ts';
import type { AgentOutput } from './agent-output.ts';
import { type SignOfLifeAnswer, startHeartbeat } from './heartbeat.ts';
import type { AgentReport, EndedFacts } from './job-facts.ts';
import { watchLease } from './lease-watch.ts';
import { watchSilence } from './silence-watch.ts';
import { createWatermark, type Watermark } from './watermark.ts';

/** Why we ended it. */
type StopCause = 'timed-out' | 'silent' | 'cancelled' | 'lost' | 'fenced' | 'cap-reached';

export interface SignOfLife extends AgentReport {
  outputBytes: number;
  /** Head of the worktree; null when it is not known. */
  headSha: string | null;
  processGroup: { pid: number; startTicks: number | null };
}

export type AgentOptions = AgentSettings & Invocation;

interface AgentSettings extends Omit<GroupSettings, 'onOutput'> {
  clock: Clock;
  /** The whole run, in milliseconds. */
  wallClockMs: number;
  /** Longest time without output, commits or tokens, in milliseconds. */
  silenceMs: number;
  /** Between two signs of life, in milliseconds; the first goes out at once. */
  progressMs: number;
  /** How long the command may go on while no sign of life is answered, in milliseconds. */
  leaseMs: number;
  output: AgentOutput;
  /** Head of the worktree: commits are progress, too. */
  readHead: () => Promise<string | null>;
  /** Ends what has left the group, once the group is gone; the end is reported only after that. */
  endEscaped?: ((group: Pick<ProcessGroup, 'pid' | 'startTicks'>) => Promise<unknown>) | undefined;
  onProgress: (sign: SignOfLife) => Promise<SignOfLifeAnswer>;
  cancelSignal?: AbortSignal | undefined;
  /** Told of a sign of life that could not be sent; the command goes on. */
  onTrouble?: ((error: unknown) => void) | undefined;
}

/**
 * Runs a command to its end, or ends it: whichever limit is met first names the cause.
 * @throws PROCESS_FAILED when a process of the command survives SIGKILL
 */
export async function runAgent(options: AgentOptions): Promise<EndedFacts> {
  const { clock, output, cancelSignal, readHead } = options;
  const watermark = createWatermark({ clock, readHead, tokens: output.tokens });
  const onOutput = (chunk: Uint8Array, stream: OutputStream) => {
    watermark.note(chunk.length);
    output.take(chunk, stream);
  };
  const group = await startProcessGroup({ ...options, onOutput }).catch(spawnFailure);
  if ('cause' in group) return { code: null, signal: null, ...group, outputBytes: 0 };

  const stopping = createStopping(group);
  const heartbeat = startHeartbeat({
    ...options,
    say: () => say(options, { watermark, group }),
    onAnswer: (answer) => endFor(answer, stopping.stop),
  });
  const disarm = [
    clock.after(options.wallClockMs, () => stopping.stop('timed-out')),
    watchSilence({ ...options, watermark, end: (seen) => stopping.stop('silent', seen) }),
    watchLease({ ...options, heartbeat, fence: (seen) => stopping.stop('fenced', seen) }),
    onAbort(cancelSignal, () => stopping.stop('cancelled')),
  ];
  try {
    const exit = await group.exit;
    await options.endEscaped?.(group);
    return endedFacts(exit, { stopping, watermark, output });
  } finally {
    for (const cancel of disarm) cancel();
    // The events of a run go out one after the other: the last sign of life must be answered first.
    await heartbeat.end();
  }
}

type Stop = (cause: StopCause, evidence?: string) => void;
type Stopping = ReturnType<typeof createStopping>;

function createStopping(group: ProcessGroup) {
  let stopped: { cause: StopCause; evidence?: string } | null = null;
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  group.exit.then(over, over);
  const stop: Stop = (cause, evidence) => {
    // What comes after the end, or second, is not why the command ended.
    if (isOver || stopped !== null) return;
    stopped = { cause, ...(evidence === undefined ? {} : { evidence }) };
    // A group that cannot be ended is reported by `exit`.
    group.terminate().catch(() => {});
  };
  return { stop, stopped: () => stopped };
}

/** Why we ended it comes before what the agent itself made of its end. */
function endedFacts(
  exit: ProcessExit,
  given: { stopping: Stopping; watermark: Watermark; output: AgentOutput },
): EndedFacts {
  const { stopping, watermark, output } = given;
  const outputBytes = watermark.outputBytes();
  const ownEnd = output.conclude(exit);
  const end = stopping.stopped() ?? ownEnd;
  return { ...exit, ...end, outputBytes, ...output.report() };
}

async function say(
  { output, onProgress }: AgentOptions,
  { watermark, group: { pid, startTicks } }: { watermark: Watermark; group: ProcessGroup },
): Promise<SignOfLifeAnswer> {
  await watermark.look();
  return onProgress({
    outputBytes: watermark.outputBytes(),
    headSha: watermark.headSha(),
    processGroup: { pid, startTicks },
    ...output.report(),
  });
}

function endFor(answer: SignOfLifeAnswer, stop: Stop): void {
  if (answer === 'over-cap') stop('cap-reached', 'nobody allowed the run more than its cap');
  else if (answer !== 'ours') stop(answer);
}

function onAbort(signal: AbortSignal | undefined, callback: () => void): () => void {
  if (signal === undefined) return () => {};
  if (signal.aborted) callback();
  signal.addEventListener('abort', callback, { once: true });
  return () => signal.removeEventListener('abort', callback);
}

function spawnFailure(error: unknown): { cause: 'spawn-failed'; evidence: string } {
  if (!hasCode(error, 'PROCESS_FAILED')) throw error;
  return { cause: 'spawn-failed', evidence: error.message };
}
