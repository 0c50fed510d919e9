// Starts one shell command as the leader of its own process group and follows it to its end.
// It must never pass on a variable it was not given, nor report an end while a member of the group lives.
import { execa } from 'execa';
import { OncewardError } from '../errors.ts';
import type { Clock } from '../ports.ts';
import { terminateGroup } from './group-termination.ts';
import { readProcess } from './process-table.ts';

export interface ProcessGroupOptions {
  /** Run by `sh -c`. */
  command: string;
  cwd: string;
  /** The whole environment of the command: nothing is inherited. */
  environment: Readonly<Record<string, string>>;
  clock: Clock;
  /** Between SIGTERM and SIGKILL, in milliseconds. */
  killGraceMs: number;
  /** Written to standard input, which is empty without it. */
  input?: string;
  /** Receives stdout and stderr as they come. */
  onOutput: (chunk: Uint8Array) => void;
}

export interface ProcessExit {
  code: number | null;
  signal: string | null;
}

export interface ProcessGroup {
  /** Of the leader, and also the id of the group. */
  readonly pid: number;
  /** Start time of the leader in clock ticks since boot; null where there is no /proc. */
  readonly startTicks: number | null;
  /**
   * How the leader ended. Settles only after its whole group is gone and its output is read;
   * what the leader left running is ended first. Rejects with PROCESS_FAILED when it cannot be.
   */
  readonly exit: Promise<ProcessExit>;
  /**
   * SIGTERM, then SIGKILL, to the whole group; resolves once it is proven gone.
   * A process that has left the group by itself (setsid) is out of reach.
   * @throws PROCESS_FAILED when a member survives SIGKILL
   */
  terminate(): Promise<void>;
}

/** How long output may still be read after the group is gone: one that left it may hold the pipe. */
const DRAIN_LIMIT_MS = 1_000;

/**
 * Starts a command in a process group of its own.
 * @throws PROCESS_FAILED when it cannot be started
 */
export async function startProcessGroup(options: ProcessGroupOptions): Promise<ProcessGroup> {
  const subprocess = spawn(options);
  const { pid } = subprocess;
  if (pid === undefined) throw await startFailure(subprocess, options);
  const startTicks = readProcess(pid)?.startTicks ?? null;
  let isGone = false;
  const exit = followToEnd(subprocess, pid, options).finally(() => {
    isGone = true;
  });
  // Whoever awaits `exit` sees the failure; nobody awaiting it must not end this process.
  exit.catch(() => {});
  // Once the group is gone its id may be given to another: it is never signalled again.
  const terminate = async () => {
    if (!isGone) await terminateGroup(pid, options);
  };
  return { pid, startTicks, exit, terminate };
}

function spawn({ command, cwd, environment, input = '', onOutput }: ProcessGroupOptions) {
  const subprocess = execa('sh', ['-c', command], {
    cwd,
    env: environment,
    extendEnv: false,
    detached: true,
    ...(input === '' ? { stdin: 'ignore' as const } : { input }),
    buffer: false,
    reject: false,
  });
  subprocess.stdout?.on('data', onOutput);
  subprocess.stderr?.on('data', onOutput);
  return subprocess;
}

type Subprocess = ReturnType<typeof spawn>;

async function startFailure(
  subprocess: Subprocess,
  { cwd }: ProcessGroupOptions,
): Promise<OncewardError> {
  const { cause } = await subprocess;
  const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown reason';
  return new OncewardError('PROCESS_FAILED', `cannot start a command in ${cwd}: ${reason}`, {
    cause,
    details: { cwd, reason },
  });
}

async function followToEnd(
  subprocess: Subprocess,
  groupId: number,
  options: ProcessGroupOptions,
): Promise<ProcessExit> {
  const drained = drainedStreams(subprocess);
  // `exit` and not the end of the output: what the leader left behind may hold the pipes for ever.
  const exit = await new Promise<ProcessExit>((resolve) => {
    subprocess.once('exit', (code, signal) => resolve({ code, signal }));
  });
  await terminateGroup(groupId, options);
  await within(drained, DRAIN_LIMIT_MS, options.clock);
  subprocess.stdout?.destroy();
  subprocess.stderr?.destroy();
  return exit;
}

async function drainedStreams({ stdout, stderr }: Subprocess): Promise<void> {
  const closed = [stdout, stderr].map(
    (stream) => new Promise<void>((resolve) => stream?.once('close', () => resolve())),
  );
  await Promise.all(closed);
}

async function within(work: Promise<void>, limitMs: number, clock: Clock): Promise<void> {
  let cancel = () => {};
  const limit = new Promise<void>((resolve) => {
    cancel = clock.after(limitMs, resolve);
  });
  await Promise.race([work, limit]);
  cancel();
}
