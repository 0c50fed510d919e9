// Runs nats-server as a child of this process, on a store that no other process uses.
// It must never leave a server behind, nor start a second one on the same store.
import { mkdir, readFile, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endLeftoverServer } from './leftover-server.ts';
import { embeddedConfig } from './server-config.ts';
import { type ServerExit, type ServerProcess, spawnServer } from './server-process.ts';
import { lockStore, type StoreLock } from './store-lock.ts';

export interface EmbeddedServerOptions {
  binary: string;
  /** Holds the store, the generated configuration and the log; made when needed. */
  stateDir: string;
  /** Path of the nats.conf to start from. Defaults to the shipped one. */
  config?: string;
  /** Every acknowledged write is on disk. Defaults to true; only tests and bench turn it off. */
  syncAlways?: boolean;
  /** Client port. Defaults to 0: a free one. */
  port?: number;
  /** Monitoring port. Defaults to 0: a free one. */
  monitorPort?: number;
  /** Told one line when something surprising happens. */
  report: (line: string) => void;
}

export interface EmbeddedServer {
  /** `nats://127.0.0.1:<port>` */
  url: string;
  /** `http://127.0.0.1:<port>` */
  monitorUrl: string;
  pid: number;
  /** Ends the server and gives the store up. May be called more than once. */
  stop(): Promise<void>;
  /** Called when the server ended without `stop`; also when it already has. */
  onExit(callback: (exit: ServerExit) => void): void;
}

const SHIPPED_CONFIG = fileURLToPath(new URL('../../nats.conf', import.meta.url));

/**
 * Starts a server and waits until it accepts connections. It dies with this process: by `stop`,
 * when this process exits, and on Linux also when it is killed. A server that outlived its
 * owner is ended first.
 * @throws STORE_IN_USE, CONFIG_INVALID, BROKER_UNAVAILABLE when it does not start
 */
export async function startEmbeddedServer(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
  await mkdir(options.stateDir, { recursive: true });
  const stateDir = await realpath(options.stateDir);
  const lock = await lockStore(stateDir);
  try {
    const files = filesIn(stateDir);
    await endLeftoverServer(files, options.report);
    await writeConfig(files.config, join(stateDir, 'nats'), options);
    return await served(await spawnServer(options.binary, files), lock);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

function filesIn(stateDir: string) {
  return {
    config: join(stateDir, 'nats.conf'),
    pidFile: join(stateDir, 'nats-server.pid'),
    log: join(stateDir, 'nats-server.log'),
    portsFolder: join(stateDir, 'ports'),
  };
}

async function writeConfig(
  path: string,
  storeDir: string,
  options: EmbeddedServerOptions,
): Promise<void> {
  const shipped = await readFile(options.config ?? SHIPPED_CONFIG, 'utf8');
  const text = embeddedConfig(shipped, {
    storeDir,
    port: options.port ?? 0,
    monitorPort: options.monitorPort ?? 0,
    syncAlways: options.syncAlways ?? true,
  });
  await writeFile(path, text);
}

async function served(server: ServerProcess, lock: StoreLock): Promise<EmbeddedServer> {
  let stopping: Promise<void> | undefined;
  const endWithUs = () => server.signal('SIGTERM');
  process.once('exit', endWithUs);
  const end = async () => {
    await server.end();
    process.off('exit', endWithUs);
    await lock.release();
  };
  const stop = () => {
    stopping ??= end();
    return stopping;
  };
  const onExit = (callback: (exit: ServerExit) => void) => {
    void server.ended.then((exit) => {
      if (stopping === undefined) callback(exit);
    });
  };
  try {
    return { ...(await server.ready()), pid: server.pid, stop, onExit };
  } catch (error) {
    await stop();
    throw error;
  }
}
