// One nats-server of a test cluster: started, signalled and started again, always on its own store and ports.
// It must never outlive the test process, not even while it is stopped by SIGSTOP.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasEnded, processMark } from '../../transport/nats/local-process.ts';
import { type ServerProcess, spawnServer } from '../../transport/nats/server-process.ts';

export interface ClusterNode {
  readonly name: string;
  /** `nats://127.0.0.1:<port>`; stays the same over restarts, as does `monitorUrl`. */
  readonly url: string;
  readonly monitorUrl: string;
  /** Of the process that runs, or ran last. */
  readonly pid: number;
  /** False from the moment it was ended here; a server that is only stopped by SIGSTOP runs. */
  readonly isRunning: boolean;
  /** The server's log, over all its starts. */
  readonly log: string;
  /** Sends any signal. After SIGKILL or SIGTERM it resolves once the process is gone. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Ends the server (SIGTERM, in the end SIGKILL), also one that is stopped by SIGSTOP. */
  stop(): Promise<void>;
  /** Starts it again and waits until it accepts connections; the cluster's `ready()` waits for more. */
  start(): Promise<void>;
}

export interface NodeOptions {
  name: string;
  binary: string;
  /** Holds the store, the configuration and the log. */
  directory: string;
  port: number;
  monitorPort: number;
  routePort: number;
  /** Of all nodes, this one included. */
  routePorts: readonly number[];
  /** Every acknowledged write is on disk; nats-server knows this setting from 2.10 on. */
  isSyncAlways: boolean;
}

const END_LIMIT_MS = 10_000;

/** A node that is not started yet. */
export function clusterNode(options: NodeOptions): ClusterNode {
  const { name, binary, directory } = options;
  const files = filesIn(directory);
  mkdirSync(directory, { recursive: true });
  writeFileSync(files.config, configOf(options));
  let current: { server: ServerProcess; mark: string } | undefined;
  let lastPid = 0;

  const killAtExit = () => current?.server.signal('SIGKILL');
  const gone = async (): Promise<void> => {
    if (current === undefined) return;
    const { server, mark } = current;
    if (!(await hasEnded(server.pid, mark, END_LIMIT_MS))) {
      throw new Error(`${name} (process ${server.pid}) did not end within ${END_LIMIT_MS} ms`);
    }
    current = undefined;
    process.off('exit', killAtExit);
  };

  return {
    name,
    url: `nats://127.0.0.1:${options.port}`,
    monitorUrl: `http://127.0.0.1:${options.monitorPort}`,
    log: files.log,
    get pid() {
      return lastPid;
    },
    get isRunning() {
      return current !== undefined;
    },
    async kill(signal) {
      current?.server.signal(signal);
      if (signal === 'SIGKILL' || signal === 'SIGTERM') await gone();
    },
    async stop() {
      // A stopped process would hear of SIGTERM only when it is continued.
      current?.server.signal('SIGCONT');
      await current?.server.end();
      await gone();
    },
    async start() {
      if (current !== undefined) throw new Error(`${name} runs already`);
      const server = await spawnServer(binary, files);
      lastPid = server.pid;
      current = { server, mark: (await processMark(server.pid)) ?? 'ended at once' };
      // Ahead of the removal of its store, which it would otherwise go on writing to.
      process.prependOnceListener('exit', killAtExit);
      try {
        await server.ready();
      } catch (error) {
        await server.end();
        await gone();
        throw error;
      }
    },
  };
}

function filesIn(directory: string) {
  return {
    config: join(directory, 'nats.conf'),
    pidFile: join(directory, 'nats-server.pid'),
    log: join(directory, 'nats-server.log'),
    portsFolder: join(directory, 'ports'),
  };
}

function configOf(options: NodeOptions): string {
  const { directory, port, monitorPort, routePort, routePorts, isSyncAlways } = options;
  const routes = routePorts.map((each) => `"nats://127.0.0.1:${each}"`).join(', ');
  return [
    `server_name: ${options.name}`,
    `listen: "127.0.0.1:${port}"`,
    `http: "127.0.0.1:${monitorPort}"`,
    'max_payload: 1MB',
    'jetstream {',
    `  store_dir: ${JSON.stringify(join(directory, 'store'))}`,
    '  max_memory_store: 256MB',
    '  max_file_store: 20GB',
    isSyncAlways ? '  sync_interval: always' : '',
    '}',
    // Clients keep to the addresses they were given: one that goes through a proxy must not learn a way around it.
    `cluster { name: test, no_advertise: true, listen: "127.0.0.1:${routePort}", routes: [${routes}] }`,
    '',
  ].join('\n');
}
