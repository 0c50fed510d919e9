// Runs the command of a stage and watches over it: its limits, its signs of life, its end.
// It must never report an end while a process of the command is alive, in its group or out of it.
import { hasCode } from '../../transport/errors.ts';
import type { Clock } from '../../transport/ports.ts';
import {
  type GroupSettings,
  type Invocation,
  type OutputStream,
  type ProcessGroup,
  startProcessGroup,
} from '../../transport/process/process-group.ts';
import type { EndedFacts } from './job-facts.ts';

/** `exit-code` when it ended by itself, otherwise why it was ended or never began. */
export type AgentCause =
  | 'exit-code'
  | 'timed-out'
  | 'silent'
  | 'cancelled'
  | 'lost'
  | 'spawn-failed';

export interface AgentResult extends EndedFacts {
  cause: AgentCause;
}

export interface SignOfLife {
  outputBytes: number;
  processGroup: { pid: number; startTicks: number | null };
}

/** `lost`: the run is no longer this worker's. `cancelled`: somebody wants it ended. */
export type SignOfLifeAnswer = 'ours' | 'lost' | 'cancelled';

export type AgentOptions = AgentSettings & Invocation;

interface AgentSettings extends Omit<GroupSettings, 'onOutput'> {
  clock: Clock;
  /** The whole run, in milliseconds. */
  wallClockMs: number;
  /** Longest time without a byte of output, in milliseconds. */
  silenceMs: number;
  /** Between two signs of life, in milliseconds; the first goes out at once. */
  progressMs: number;
  log: { append(chunk: Uint8Array): void; totalBytes(): number };
  /** Receives output beside the log. It must not throw. */
  onOutput?: ((chunk: Uint8Array, stream: OutputStream) => void) | undefined;
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
export async function runAgent(options: AgentOptions): Promise<AgentResult> {
  const { clock, log, cancelSignal } = options;
  let lastOutputMs = clock.monotonicMs();
  const onOutput = (chunk: Uint8Array, stream: OutputStream) => {
    lastOutputMs = clock.monotonicMs();
    log.append(chunk);
    options.onOutput?.(chunk, stream);
  };
  const group = await startProcessGroup({ ...options, onOutput }).catch(onlySpawnFailure);
  if (group === null) return { code: null, signal: null, cause: 'spawn-failed', outputBytes: 0 };

  const stopping = createStopping(group);
  const disarm = [
    clock.after(options.wallClockMs, () => stopping.stop('timed-out')),
    watchSilence(options, () => lastOutputMs, stopping.stop),
    onAbort(cancelSignal, () => stopping.stop('cancelled')),
  ];
  const heartbeat = startHeartbeat(options, group, stopping.stop);
  try {
    const { code, signal } = await group.exit;
    await options.endEscaped?.(group);
    return { code, signal, cause: stopping.cause() ?? 'exit-code', outputBytes: log.totalBytes() };
  } finally {
    for (const cancel of disarm) cancel();
    // The events of a run go out one after the other: the last sign of life must be answered first.
    await heartbeat.end();
  }
}

type Stop = (cause: AgentCause) => void;

function createStopping(group: ProcessGroup): { stop: Stop; cause: () => AgentCause | null } {
  let cause: AgentCause | null = null;
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  group.exit.then(over, over);
  return {
    stop(reason) {
      // What comes after the end, or second, is not why the command ended.
      if (isOver || cause !== null) return;
      cause = reason;
      // A group that cannot be ended is reported by `exit`.
      group.terminate().catch(() => {});
    },
    cause: () => cause,
  };
}

function watchSilence(
  { clock, silenceMs }: AgentOptions,
  lastOutputMs: () => number,
  stop: Stop,
): () => void {
  let cancel = () => {};
  const arm = (delayMs: number) => {
    cancel = clock.after(delayMs, () => {
      const leftMs = lastOutputMs() + silenceMs - clock.monotonicMs();
      if (leftMs > 0) arm(leftMs);
      else stop('silent');
    });
  };
  arm(silenceMs);
  return () => cancel();
}

function onAbort(signal: AbortSignal | undefined, callback: () => void): () => void {
  if (signal === undefined) return () => {};
  if (signal.aborted) callback();
  signal.addEventListener('abort', callback, { once: true });
  return () => signal.removeEventListener('abort', callback);
}

function startHeartbeat(
  { clock, progressMs, log, onProgress, onTrouble }: AgentOptions,
  { pid, startTicks }: ProcessGroup,
  stop: Stop,
): { end(): Promise<void> } {
  let isEnded = false;
  let cancel = () => {};
  const beat = async () => {
    try {
      const sign = { outputBytes: log.totalBytes(), processGroup: { pid, startTicks } };
      const answer = await onProgress(sign);
      if (answer !== 'ours') stop(answer);
    } catch (error) {
      // Not being heard is no proof of having lost the run: only an answer is.
      onTrouble?.(error);
    }
    if (!isEnded) cancel = clock.after(progressMs, next);
  };
  let pending = Promise.resolve();
  const next = () => {
    pending = beat();
  };
  next();
  return {
    end() {
      isEnded = true;
      cancel();
      return pending;
    },
  };
}

function onlySpawnFailure(error: unknown): null {
  if (hasCode(error, 'PROCESS_FAILED')) return null;
  throw error;
}
