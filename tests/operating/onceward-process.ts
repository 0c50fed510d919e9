// `onceward up` as its users have it: a process of its own, with its log, that is gone when the test is.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { AgentProject } from '../support/agent-project.ts';
import { natsServerBinary } from '../support/nats-server.ts';

const LAUNCHER = fileURLToPath(new URL('../../services/launcher.js', import.meta.url));

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export interface Onceward {
  pid: number;
  /** The log so far. */
  log(): string;
  /** Resolves once a line of the log holds the text, also when it has come already. */
  logged(text: string): Promise<void>;
  /** Exit code and signal, once it has ended. */
  ended: Promise<{ code: number | null; signal: string | null }>;
  kill(signal: NodeJS.Signals): void;
}

export interface UpOptions {
  role: 'host' | 'worker' | 'all';
  /** Undefined starts a server of its own. */
  natsUrl?: string | undefined;
  stateDir: string;
  env?: Readonly<Record<string, string>>;
}

/** Starts `onceward up` without waiting for anything. */
async function launchUp(
  { configuration }: Pick<AgentProject, 'configuration'>,
  { role, natsUrl, stateDir, env }: UpOptions,
): Promise<Onceward & { isUp: Promise<unknown> }> {
  const { binary } = await natsServerBinary();
  const args = ['up', '--role', role, '--config', configuration, '--state-dir', stateDir];
  const { NATS_URL: _, ...inherited } = process.env;
  const child = spawn(process.execPath, [LAUNCHER, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...{ ...inherited, ONCEWARD_HTTP: 'off', ...env, ONCEWARD_NATS_SERVER: binary },
      ...(natsUrl === undefined ? {} : { NATS_URL: natsUrl }),
    },
  });
  // A test that fails must end its process, not wait for this one.
  child.unref();
  for (const stream of [child.stdout, child.stderr]) (stream as Socket).unref();
  running.add(child);
  child.once('exit', () => running.delete(child));
  const log = readLog(child);
  const ended = once(child, 'exit').then(([code, signal]) => ({ code, signal }));
  return {
    ...{ pid: child.pid ?? 0, ended, ...log },
    isUp: once(child.stdout, 'data'),
    kill: (signal) => void child.kill(signal),
  };
}

/** Resolves once it has said that it is up; rejects with its log when it ends before. */
export async function startUp(
  project: Pick<AgentProject, 'configuration'>,
  options: UpOptions,
): Promise<Onceward> {
  const up = await launchUp(project, options);
  const failed = up.ended.then(({ code }) => {
    throw new Error(`onceward up ended with ${code}:\n${up.log()}`);
  });
  await Promise.race([up.isUp, failed]);
  failed.catch(() => {});
  return up;
}

function readLog(child: ChildProcess): Pick<Onceward, 'log' | 'logged'> {
  const lines: string[] = [];
  const waiting = new Set<{ text: string; resolve: () => void }>();
  if (child.stderr !== null) {
    createInterface({ input: child.stderr }).on('line', (line) => {
      lines.push(line);
      for (const one of waiting) if (line.includes(one.text)) one.resolve();
    });
  }
  return {
    log: () => lines.join('\n'),
    logged: (text) =>
      lines.some((line) => line.includes(text))
        ? Promise.resolve()
        : new Promise((resolve) => void waiting.add({ text, resolve })),
  };
}
