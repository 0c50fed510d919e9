// Starts a TypeScript program of ours that goes on when this process ends: a session of its own, and no pipe to us.
// It must never be given a mark by which what a worker has left running is found and ended.
import { spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { OncewardError } from '../errors.ts';

export interface DetachedProgram {
  program: URL;
  args: readonly string[];
  cwd: string;
  /** The whole environment: nothing is inherited. */
  environment: Readonly<Record<string, string>>;
  /** Its output is added to this file. */
  logPath: string;
}

/**
 * Resolves once it runs, with a promise of its end for as long as this process lives to see it.
 * @throws PROCESS_FAILED when it cannot be started
 */
export async function startDetached({
  program,
  args,
  cwd,
  environment,
  logPath,
}: DetachedProgram): Promise<{ ended: Promise<void> }> {
  const log = await open(logPath, 'a', 0o600);
  try {
    const loader = ['--import', import.meta.resolve('tsx')];
    const child = spawn(process.execPath, [...loader, fileURLToPath(program), ...args], {
      ...{ cwd, env: environment, detached: true },
      stdio: ['ignore', log.fd, log.fd],
    });
    child.unref();
    const ended = new Promise<void>((resolve) => void child.once('exit', () => resolve()));
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', (cause) => {
        const message = `cannot start ${program.pathname}: ${cause.message}`;
        reject(new OncewardError('PROCESS_FAILED', message, { cause }));
      });
    });
    return { ended };
  } finally {
    await log.close();
  }
}
