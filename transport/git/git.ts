// Runs git, and is the only place that does. Failures become GIT_FAILED here.
// It must never ask at a terminal, inherit a GIT_* variable, or let a credential into a message.
import { execa } from 'execa';
import { OncewardError } from '../errors.ts';

export interface GitOptions {
  /** Folder to run in. */
  cwd?: string;
  /** The repository whose settings count, whatever the folder says of where it belongs. */
  commonDir?: string;
  /** In milliseconds. Defaults to 60_000. */
  timeoutMs?: number;
  /** Ends the command early. */
  signal?: AbortSignal | undefined;
  /** Exit codes that are an answer, not a failure. Defaults to `[0]`. */
  acceptedCodes?: readonly number[];
  /** What git reads. Defaults to nothing. */
  input?: string;
  /** `latin1` keeps every byte of the output as one character. Defaults to `utf8`. */
  encoding?: 'utf8' | 'latin1';
  /** GIT_* variables for this one command, such as who commits. */
  variables?: Readonly<Record<string, string>>;
}

export interface GitResult {
  exitCode: number;
  /** Without its last newline. */
  stdout: string;
}

/** @throws GIT_FAILED with the command and the last lines git wrote, credentials blotted out */
export type Git = (args: readonly string[], options?: GitOptions) => Promise<GitResult>;

const LOCAL_TIMEOUT_MS = 60_000;
const KILL_DELAY_MS = 2_000;
/** More than this is cut off, and GIT_FAILED with `isTooLong`. */
const MAX_OUTPUT_CHARACTERS = 16 * 1_024 * 1_024;
const MAX_ERROR_LINES = 8;

// An agent may write into the repository's own settings: no hook and no monitor of its making
// may run inside the worker. Collecting garbage would outlive the command that caused it.
const SETTINGS = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  // An address that is a command; a redirection may lead to one.
  'protocol.ext.allow=never',
  'gc.auto=0',
  'maintenance.auto=false',
  'advice.detachedHead=false',
].flatMap((setting) => ['-c', setting]);

/** Makes a git that runs with the given environment, cleared of every GIT_* variable. */
export function createGit(environment: Readonly<Record<string, string | undefined>>): Git {
  const env = gitEnvironment(environment);
  return async (args, options = {}) => {
    const { cwd, commonDir, timeoutMs = LOCAL_TIMEOUT_MS, signal, acceptedCodes = [0] } = options;
    const { input, encoding = 'utf8' } = options;
    const { variables = {} } = options;
    const result = await execa('git', [...SETTINGS, ...args], {
      ...(cwd === undefined ? {} : { cwd }),
      ...(signal === undefined ? {} : { cancelSignal: signal }),
      env: {
        ...env,
        ...variables,
        ...(commonDir === undefined ? {} : { GIT_COMMON_DIR: commonDir }),
      },
      extendEnv: false,
      ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
      encoding,
      timeout: timeoutMs,
      forceKillAfterDelay: KILL_DELAY_MS,
      maxBuffer: MAX_OUTPUT_CHARACTERS,
      reject: false,
    });
    const { exitCode } = result;
    if (exitCode !== undefined && acceptedCodes.includes(exitCode)) {
      return { exitCode, stdout: result.stdout };
    }
    throw gitFailure(args, result);
  };
}

/** Blots out user and password of every URL in a text. */
export function redactCredentials(text: string): string {
  return text.replace(/([a-z][a-z0-9+.-]*:\/\/)[^\s/'"]*@/gi, '$1***@');
}

function gitEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const kept = Object.entries(environment).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !entry[0].startsWith('GIT_'),
  );
  return {
    ...Object.fromEntries(kept),
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_LITERAL_PATHSPECS: '1',
    // Nor may an agent put another object in the place of what it has pushed.
    GIT_NO_REPLACE_OBJECTS: '1',
  };
}

interface FailedRun {
  exitCode?: number | undefined;
  stderr: string;
  timedOut: boolean;
  isCanceled: boolean;
  isMaxBuffer: boolean;
  durationMs: number;
  cause?: unknown;
}

function gitFailure(args: readonly string[], run: FailedRun): OncewardError {
  const command = redactCredentials(`git ${args.join(' ')}`);
  const lines = redactCredentials(run.stderr).trim().split('\n').slice(-MAX_ERROR_LINES);
  const durationMs = Math.round(run.durationMs);
  const message = `${command} ${outcomeOf(run)} after ${durationMs} ms: ${lines.join('; ')}`;
  return new OncewardError('GIT_FAILED', message, {
    details: {
      command,
      exitCode: run.exitCode ?? null,
      isTimedOut: run.timedOut,
      isTooLong: run.isMaxBuffer,
      durationMs,
    },
  });
}

function outcomeOf({ timedOut, isCanceled, isMaxBuffer, exitCode, cause }: FailedRun): string {
  if (timedOut) return 'timed out';
  if (isCanceled) return 'was cancelled';
  if (isMaxBuffer) return `wrote more than ${MAX_OUTPUT_CHARACTERS} characters`;
  if (exitCode !== undefined) return `ended with code ${exitCode}`;
  return cause instanceof Error && 'code' in cause
    ? `could not be started (${String(cause.code)})`
    : 'was ended by a signal';
}
