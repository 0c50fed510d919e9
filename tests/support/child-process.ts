// TypeScript children of a test, with a channel to talk over. They end with the test process at the latest.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface TestChild {
  readonly pid: number;
  /** How the process ended, once it has. */
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** The next message of the child. Rejects when it ends before. */
  message(): Promise<unknown>;
  send(message: unknown): void;
  kill(signal?: NodeJS.Signals): Promise<void>;
}

/** Starts a script of tests/support with JSON as its one argument. */
export function startChild(script: string, argument: unknown): TestChild {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', path, JSON.stringify(argument)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit').then(([code, signal]) => ({ code, signal }));
  // What it said last may arrive after it has ended.
  const silent = once(child, 'disconnect');
  const inbox: unknown[] = [];
  const waiting: ((message: unknown) => void)[] = [];
  child.on('message', (message) => {
    const receiver = waiting.shift();
    if (receiver === undefined) inbox.push(message);
    else receiver(message);
  });
  return {
    pid: pidOf(child),
    ended,
    async message() {
      const next = inbox.shift();
      if (next !== undefined) return next;
      const received = new Promise<unknown>((resolve) => waiting.push(resolve));
      const failed = Promise.all([ended, silent]).then(([{ code, signal }]) => {
        throw new Error(`${script} ended before it answered: code ${code}, signal ${signal}`);
      });
      return Promise.race([received, failed]);
    },
    send: (message) => void child.send(message as object),
    async kill(signal = 'SIGKILL') {
      child.kill(signal);
      await ended;
    },
  };
}

function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error('the child process could not be started');
  return child.pid;
}
