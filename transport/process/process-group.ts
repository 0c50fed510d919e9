// Starts one command as the leader of its own process group and follows it to its end.
// It must never pass on a variable it was not given, nor report an end while a member of the group lives.
import { execa } from 'execa';
import { OncewardError } from '../errors.ts';
import type { Clock } from '../ports.ts';
import { findExecutable } from './executable.ts';
import { terminateGroup } from './group-termination.ts';
import { readProcess } from './process-table.ts';

export type OutputStream = 'stdout' | 'stderr';

/** What is run: a line for `sh -c`, or a program with its arguments, which no shell ever reads. */
export type Invocation =
  | { command: string; argv?: undefined }
  | { argv: readonly string[]; command?: undefined };

export interface GroupSettings {
  cwd: string;
  /** The whole environment of the command: nothing is inherited. */
  environment: Readonly<Record<string, string>>;
  clock: Clock;
  /** Between SIGINT and SIGTERM when it is ended, in milliseconds; 0, the default, skips SIGINT. */
  interruptGraceMs?: number | undefined;
  /** Between SIGTERM and SIGKILL, in milliseconds. */
  killGraceMs: number;
  /** Permissions withheld from new files, as 0o022. Without it, that of this process is inherited. */
  umask?: number | undefined;
  /** Written to standard input, which is empty without it. */
  input?: string | undefined;
  /** Receives output as it comes. */
  onOutput: (chunk: Uint8Array, stream: OutputStream) => void;
}

export type ProcessGroupOptions = GroupSettings & Invocation;

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
   * SIGINT, SIGTERM, SIGKILL with their waits to the whole group; resolves once it is proven gone.
   * A process that has left the group by itself (setsid) is out of reach here: see `endStrays`.
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
  const argv = argvOf(options);
  const subprocess = spawn(argv, options);
  const { pid } = subprocess;
  if (pid === undefined) throw notStarted({ argv, cwd: options.cwd }, await reasonOf(subprocess));
  const startTicks = readProcess(pid)?.startTicks ?? null;
  let isGone = false;
  let ending: Promise<void> | null = null;
  // One ending at a time: what is left when an interrupted leader ends still has its time to save.
  const end = (interruptGraceMs: number | undefined): Promise<void> => {
    ending ??= terminateGroup(pid, { ...options, interruptGraceMs });
    return ending;
  };
  const exit = followToEnd(subprocess, () => end(0), options).finally(() => {
    isGone = true;
  });
  // Whoever awaits `exit` sees the failure; nobody awaiting it must not end this process.
  exit.catch(() => {});
  // Once the group is gone its id may be given to another: it is never signalled again.
  const terminate = async () => {
    if (!isGone) await end(options.interruptGraceMs);
  };
  return { pid, startTicks, exit, terminate };
}

/** A fixed script: what it starts is handed to it as parameters, which it does not read. */
const WITH_UMASK = 'umask "$1" && shift && exec "$@"';

function argvOf({ command, argv, umask, environment, cwd }: ProcessGroupOptions): string[] {
  const own = command === undefined ? [...argv] : ['sh', '-c', command];
  if (umask === undefined) return own;
  const [program = ''] = own;
  // The script would end with a code of its own, which says nothing to whoever asks why.
  if (findExecutable(program, { path: environment['PATH'], cwd }) === null) {
    throw notStarted({ argv: own, cwd }, { code: 'ENOENT' });
  }
  return ['sh', '-c', WITH_UMASK, 'sh', umask.toString(8), ...own];
}

function spawn(argv: readonly string[], { cwd, environment, input = '', onOutput }: GroupSettings) {
  const [program = '', ...args] = argv;
  const subprocess = execa(program, args, {
    cwd,
    env: environment,
    extendEnv: false,
    detached: true,
    ...(input === '' ? { stdin: 'ignore' as const } : { input }),
    buffer: false,
    reject: false,
  });
  subprocess.stdout?.on('data', (chunk: Uint8Array) => onOutput(chunk, 'stdout'));
  subprocess.stderr?.on('data', (chunk: Uint8Array) => onOutput(chunk, 'stderr'));
  return subprocess;
}

type Subprocess = ReturnType<typeof spawn>;

async function reasonOf(subprocess: Subprocess): Promise<{ code: string; cause: unknown }> {
  const { cause } = await subprocess;
  const isCoded = cause instanceof Error && 'code' in cause;
  return { code: isCoded ? String(cause.code) : 'unknown reason', cause };
}

// Not with its arguments: what is among them is nobody's business but the program's.
function notStarted(
  { argv, cwd }: { argv: readonly string[]; cwd: string },
  { code: reason, cause }: { code: string; cause?: unknown },
): OncewardError {
  const [program = ''] = argv;
  return new OncewardError('PROCESS_FAILED', `cannot start ${program} in ${cwd}: ${reason}`, {
    cause,
    details: { program, cwd, reason },
  });
}

async function followToEnd(
  subprocess: Subprocess,
  endRest: () => Promise<void>,
  { clock }: GroupSettings,
): Promise<ProcessExit> {
  const drained = drainedStreams(subprocess);
  // `exit` and not the end of the output: what the leader left behind may hold the pipes for ever.
  const exit = await new Promise<ProcessExit>((resolve) => {
    subprocess.once('exit', (code, signal) => resolve({ code, signal }));
  });
  await endRest();
  await within(drained, DRAIN_LIMIT_MS, clock);
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
