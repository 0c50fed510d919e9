// One nats-server process: started so that it dies with us, watched until it is ready, and ended.
// It knows nothing of stores and locks.
import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access, mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { OncewardError } from '../errors.ts';

export interface ServerFiles {
  config: string;
  pidFile: string;
  log: string;
  /** Emptied; the server writes its addresses into it. */
  portsFolder: string;
}

export interface ServerExit {
  exitCode: number | null;
  signal: string | null;
}

export interface ServerProcess {
  pid: number;
  ended: Promise<ServerExit>;
  /** Waits until it accepts connections. @throws BROKER_UNAVAILABLE */
  ready(): Promise<{ url: string; monitorUrl: string }>;
  signal(name: NodeJS.Signals): void;
  /** SIGTERM, then SIGKILL; resolves when the process is gone. */
  end(): Promise<void>;
}

const SETPRIV = '/usr/bin/setpriv';
/** Recovering a large store takes its time. */
const START_LIMIT_MS = 120_000;
const STOP_LIMIT_MS = 15_000;
const POLL_MS = 10;

/**
 * Starts the server. On Linux the kernel ends it when this process dies, however it dies.
 * @throws BROKER_UNAVAILABLE when the binary cannot be started
 */
export async function spawnServer(binary: string, files: ServerFiles): Promise<ServerProcess> {
  await rm(files.portsFolder, { recursive: true, force: true });
  await mkdir(files.portsFolder);
  const child = await spawned(await commandFor(binary, files), files.log);
  const ended = new Promise<ServerExit>((resolve) => {
    child.once('exit', (exitCode, signal) => resolve({ exitCode, signal }));
  });
  return {
    pid: child.pid as number,
    ended,
    ready: () => addresses(child, files),
    signal: (name) => void child.kill(name),
    end: () => end(child, ended),
  };
}

async function commandFor(binary: string, files: ServerFiles): Promise<string[]> {
  const flags = ['-c', files.config, '-P', files.pidFile, '-l', files.log];
  const command = [binary, ...flags, '--ports_file_dir', files.portsFolder];
  const hasSetpriv = await access(SETPRIV, constants.X_OK).then(
    () => true,
    () => false,
  );
  return hasSetpriv ? [SETPRIV, '--pdeathsig', 'TERM', ...command] : command;
}

async function spawned(command: string[], log: string): Promise<ChildProcess> {
  const [program = '', ...args] = command;
  // What it says before it has opened its log goes there too.
  const output = await open(log, 'a');
  try {
    // A group of its own: Ctrl-C must reach us, and the server only once hosts have drained.
    const stdio = ['ignore' as const, output.fd, output.fd];
    const child = spawn(program, args, { detached: true, stdio });
    await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
    child.unref();
    return child;
  } catch (cause) {
    const message = `nats-server could not be started: ${(cause as Error).message}`;
    throw new OncewardError('BROKER_UNAVAILABLE', message, { cause });
  } finally {
    await output.close();
  }
}

async function addresses(
  child: ChildProcess,
  files: ServerFiles,
): Promise<{ url: string; monitorUrl: string }> {
  for (let poll = 0; poll < START_LIMIT_MS / POLL_MS; poll += 1) {
    const found = await readAddresses(files.portsFolder);
    if (found !== null) return found;
    if (hasExited(child)) {
      throw notReady(`ended at once: ${await lastLine(files.log)}`, files.log);
    }
    await delay(POLL_MS);
  }
  throw notReady(`was not ready within ${START_LIMIT_MS} ms`, files.log);
}

async function readAddresses(folder: string): Promise<{ url: string; monitorUrl: string } | null> {
  const name = (await readdir(folder)).find((entry) => entry.endsWith('.ports'));
  if (name === undefined) return null;
  try {
    const ports: unknown = JSON.parse(await readFile(join(folder, name), 'utf8'));
    const { nats, monitoring } = ports as { nats: string[]; monitoring: string[] };
    return nats[0] && monitoring[0] ? { url: nats[0], monitorUrl: monitoring[0] } : null;
  } catch {
    // Half written: look again.
    return null;
  }
}

async function end(child: ChildProcess, ended: Promise<ServerExit>): Promise<void> {
  if (hasExited(child)) return;
  child.ref();
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
  await ended;
  clearTimeout(timer);
}

function hasExited(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function notReady(what: string, log: string): OncewardError {
  return new OncewardError('BROKER_UNAVAILABLE', `nats-server ${what} (log: ${log})`, {
    details: { log },
  });
}

async function lastLine(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').at(-1) ?? '';
}
