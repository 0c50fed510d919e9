// `onceward up` as a user starts it, in a process of its own: with its command line, its configuration file
// and its presence. It is ended by its process id.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryDirectory } from '../support/temporary-directory.ts';

/** As `npm start` has them. */
const NODE_FLAGS = ['--max-semi-space-size=32'];
const LAUNCHER = fileURLToPath(new URL('../../services/launcher.js', import.meta.url));
/** Shorter than the default makes a lost host noticed sooner; the default is what is shipped. */
const PRESENCE_TTL_MS = process.env['ONCEWARD_BENCH_PRESENCE_TTL_MS'];
export const FLEET_PROJECT = 'fleet';

export interface FleetProcess {
  readonly pid: number;
  /** Resolves once it says that it works. */
  readonly ready: Promise<void>;
  kill(signal: NodeJS.Signals): Promise<void>;
}

/** With `url` it joins that server, otherwise it starts its own on `stateDir`. */
export function startFleetProcess(options: {
  role: 'host' | 'all';
  url?: string;
  stateDir?: string;
  /** Where it serves its page. Nowhere by default. */
  http?: string;
}): FleetProcess {
  const folder = temporaryDirectory();
  const configuration = join(folder, 'onceward.yaml');
  writeFileSync(configuration, CONFIGURATION);
  const { role, url, stateDir = folder, http = 'off' } = options;
  const server = url === undefined ? [] : ['--nats', url];
  const args = ['up', '--role', role, '--config', configuration, '--state-dir', stateDir];
  const child = spawn(process.execPath, [...NODE_FLAGS, LAUNCHER, ...args, ...server], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ONCEWARD_HTTP: http, ONCEWARD_LOG_LEVEL: 'silent' },
  });
  const { pid } = child;
  if (pid === undefined) throw new Error('onceward up could not be started');
  const ended = once(child, 'exit');
  const killAtExit = () => void child.kill('SIGKILL');
  process.prependOnceListener('exit', killAtExit);
  void ended.then(() => process.off('exit', killAtExit));
  const early = ended.then(() =>
    Promise.reject(new Error('onceward up ended before it was ready')),
  );
  return {
    pid,
    ready: Promise.race([once(child.stdout, 'data').then(() => {}), early]),
    async kill(signal) {
      child.kill(signal);
      await ended;
    },
  };
}

const CONFIGURATION = `version: 1
settings: { ${PRESENCE_TTL_MS === undefined ? '' : `presenceTtlMs: ${PRESENCE_TTL_MS}`} }
projects:
  ${FLEET_PROJECT}: { repository: /nowhere/remote.git, pipeline: standard }
pipelines:
  standard:
    stages: [{ name: only, kind: external }]
`;
