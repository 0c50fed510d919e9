// Runs skopeo, the program that speaks to image registries, and says in our words what it failed with.
// It must never outlive its signal or its time, nor be given more of the environment than it needs.
import { OncewardError } from '../errors.ts';
import type { Clock } from '../ports.ts';
import { startProcessGroup } from '../process/process-group.ts';

export interface SkopeoOptions {
  clock: Clock;
  /** Of this process: an allow-list of it finds skopeo and its credentials. */
  environment: Readonly<Record<string, string | undefined>>;
  /** Longest run of one command, in milliseconds. */
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

const PROGRAM = 'skopeo';
const VARIABLES =
  /^(PATH|HOME|TMPDIR|DOCKER_CONFIG|REGISTRY_AUTH_FILE|CONTAINERS_[A-Z_]+|XDG_[A-Z_]+|SSL_CERT_(FILE|DIR)|(HTTPS?|NO|ALL)_PROXY)$/i;
/** It downloads nothing that would have to be kept. */
const KILL_GRACE_MS = 1_000;
const MAX_OUTPUT_BYTES = 4 * 1_024 * 1_024;
const MAX_REASON_CHARACTERS = 600;

/** What registries and skopeo say of what is not there. skopeo has one exit code for everything. */
const ABSENT = /manifest unknown|name unknown|repository name not known to registry/i;
/** Nothing of it changes by asking again. */
const REFUSED =
  /unauthorized|authentication required|denied|status code.*\b40[0135]\b|rejected by policy|Can not preserve digest|certificate|server gave HTTP response to HTTPS client/i;

/**
 * Resolves with what it wrote to its standard output; null when the registry has no such thing.
 * @throws REGISTRY_UNAVAILABLE, REGISTRY_REFUSED; PROCESS_FAILED when skopeo is missing
 */
export async function skopeo(
  args: readonly string[],
  { clock, environment, timeoutMs, signal }: SkopeoOptions,
): Promise<Buffer | null> {
  signal?.throwIfAborted();
  const output: Record<'stdout' | 'stderr', Uint8Array[]> = { stdout: [], stderr: [] };
  let bytes = 0;
  let isOverdue = false;
  const group = await startProcessGroup({
    argv: [PROGRAM, ...args],
    ...{ cwd: '/', clock, killGraceMs: KILL_GRACE_MS },
    environment: given(environment),
    onOutput(chunk, stream) {
      bytes += chunk.length;
      if (bytes <= MAX_OUTPUT_BYTES) output[stream].push(chunk);
    },
  }).catch(missing);
  const end = () => void group.terminate().catch(() => {});
  const disarm = clock.after(timeoutMs, () => {
    isOverdue = true;
    end();
  });
  signal?.addEventListener('abort', end, { once: true });
  if (signal?.aborted) end();
  const { code } = await group.exit.finally(() => {
    disarm();
    signal?.removeEventListener('abort', end);
  });
  signal?.throwIfAborted();
  if (isOverdue) throw overdue(args, timeoutMs);
  if (bytes > MAX_OUTPUT_BYTES) throw tooMuch(args);
  if (code === 0) return Buffer.concat(output.stdout);
  return failed(args, Buffer.concat(output.stderr).toString('utf8'));
}

function given(environment: SkopeoOptions['environment']): Record<string, string> {
  const kept = Object.entries(environment).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && VARIABLES.test(entry[0]),
  );
  return Object.fromEntries(kept);
}

function missing(cause: unknown): never {
  const message = `${PROGRAM} cannot be started: it is what asks registries for images`;
  const remedy = 'install it in the PATH of the workers (Debian: skopeo)';
  throw new OncewardError('PROCESS_FAILED', message, { cause, remedy });
}

/** @throws whatever it is, unless the registry only says that there is nothing */
function failed(args: readonly string[], said: string): null {
  const reason = reasonIn(said);
  if (ABSENT.test(reason)) return null;
  const code = REFUSED.test(reason) ? 'REGISTRY_REFUSED' : 'REGISTRY_UNAVAILABLE';
  throw new OncewardError(code, reason, { details: { command: commandOf(args) } });
}

/** The words of its last line, without when and how loudly it said them. */
function reasonIn(said: string): string {
  const [line = ''] = said.trim().split('\n').slice(-1);
  const quoted = /msg="((?:[^"\\]|\\.)*)"/.exec(line)?.[1]?.replaceAll('\\"', '"');
  return (quoted ?? line).slice(0, MAX_REASON_CHARACTERS) || 'skopeo failed and said nothing';
}

function overdue(args: readonly string[], timeoutMs: number): OncewardError {
  const message = `the registry did not answer \`${commandOf(args)}\` within ${timeoutMs} ms`;
  return new OncewardError('REGISTRY_UNAVAILABLE', message, { details: { timeoutMs } });
}

function tooMuch(args: readonly string[]): OncewardError {
  const message = `the registry answers \`${commandOf(args)}\` with more than ${MAX_OUTPUT_BYTES} bytes`;
  return new OncewardError('REGISTRY_REFUSED', message);
}

function commandOf(args: readonly string[]): string {
  return [PROGRAM, ...args.filter((argument) => !argument.startsWith('--'))].join(' ');
}
