// One real nats-server for a test file, on a temporary store and free ports of the loopback.
// It must never outlive the test process, and never touch a server that was there before.
import { homedir } from 'node:os';
import { join } from 'node:path';
import {
  type EmbeddedServer,
  type EmbeddedServerOptions,
  startEmbeddedServer,
} from '../../transport/nats/embedded-server.ts';
import { findNatsServer, type ServerBinary } from '../../transport/nats/server-binary.ts';
import { temporaryDirectory } from './temporary-directory.ts';

export interface TestServer {
  /** Stays the same over restarts. */
  readonly url: string;
  readonly monitorUrl: string;
  /** Process id of the present one. */
  pid(): number;
  /** Ends the server, with SIGKILL when `kill9`, and starts it again on the same store and ports. */
  restart(options?: { kill9?: boolean }): Promise<void>;
  stop(): Promise<void>;
}

let started: Promise<TestServer> | undefined;

/**
 * Starts this process's server, or returns the one already running. It ends with the process;
 * `stopNatsServer` ends it sooner. `syncAlways` defaults to true; the first call decides.
 */
export function natsServer(options: { syncAlways?: boolean } = {}): Promise<TestServer> {
  started ??= startTestServer(options.syncAlways ?? true);
  return started;
}

/** Ends the server, if there is one; the next `natsServer` starts another on an empty store. */
export async function stopNatsServer(): Promise<void> {
  const server = await started;
  started = undefined;
  await server?.stop();
}

/** The nats-server of this machine, found or fetched as onceward itself does. */
export function natsServerBinary(): Promise<ServerBinary> {
  return findNatsServer({
    override: process.env['ONCEWARD_NATS_SERVER'],
    path: process.env['PATH'] ?? '',
    cacheDir: natsServerCache(),
    report,
  });
}

/** Where onceward keeps a fetched nats-server. */
function natsServerCache(): string {
  return join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'onceward');
}

async function startTestServer(syncAlways: boolean): Promise<TestServer> {
  const { binary } = await natsServerBinary();
  const fixed = { binary, stateDir: temporaryDirectory(), syncAlways, report };
  let current = await start(fixed);
  const { url, monitorUrl } = current;
  const port = Number(new URL(url).port);
  const monitorPort = Number(new URL(monitorUrl).port);
  return {
    url,
    monitorUrl,
    pid: () => current.pid,
    restart: async ({ kill9 = false } = {}) => {
      if (kill9) await kill(current);
      await current.stop();
      current = await start({ ...fixed, port, monitorPort });
    },
    stop: () => current.stop(),
  };
}

async function start(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
  const server = await startEmbeddedServer(options);
  const killAtExit = () => {
    if (isRunning) process.kill(server.pid, 'SIGKILL');
  };
  let isRunning = true;
  server.onExit(() => {
    isRunning = false;
  });
  // Ahead of the removal of its store, which it would otherwise go on writing to.
  process.prependOnceListener('exit', killAtExit);
  const stop = async () => {
    process.off('exit', killAtExit);
    await server.stop();
  };
  return { ...server, stop };
}

function kill(server: EmbeddedServer): Promise<void> {
  return new Promise((resolve) => {
    server.onExit(() => resolve());
    process.kill(server.pid, 'SIGKILL');
  });
}

function report(line: string): void {
  process.stderr.write(`${line}\n`);
}
