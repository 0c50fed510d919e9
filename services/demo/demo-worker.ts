// The worker of a demonstration: `onceward up --role worker` as a process of its own, that can be killed.
// It must never outlive the demonstration.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../../transport/ports.ts';
import type { DemoFolder } from './demo-folder.ts';

export interface WorkerEnd {
  code: number | null;
  signal: string | null;
}

export interface DemoWorker {
  pid: number;
  ended: Promise<WorkerEnd>;
  /** SIGTERM, then SIGKILL; resolves when the process is gone. */
  stop(): Promise<void>;
}

const LAUNCHER = fileURLToPath(new URL('../launcher.js', import.meta.url));
const STOP_LIMIT_MS = 8_000;

/** Starts a worker; `fault` names the fault point at which it kills itself. */
export async function startDemoWorker(
  folder: DemoFolder,
  { natsUrl, clock, fault }: { natsUrl: string; clock: Clock; fault: string | undefined },
): Promise<DemoWorker> {
  const flags = ['--nats', natsUrl, '--config', folder.configurationFile];
  const place = ['--state-dir', folder.workerState, '--http', 'off'];
  const args = [LAUNCHER, 'up', '--role', 'worker', ...flags, ...place];
  const log = await open(folder.workerLog, 'a');
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', log.fd, log.fd],
    env: { ...folder.environment, ...(fault === undefined ? {} : { ONCEWARD_FAULT: fault }) },
  });
  const ended = new Promise<WorkerEnd>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  await once(child, 'spawn').finally(() => log.close());
  const endWithUs = () => void child.kill('SIGKILL');
  process.once('exit', endWithUs);
  void ended.then(() => process.off('exit', endWithUs));
  return { pid: child.pid ?? 0, ended, stop: () => stop(child, ended, clock) };
}

async function stop(child: ChildProcess, ended: Promise<WorkerEnd>, clock: Clock): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const cancel = clock.after(STOP_LIMIT_MS, () => void child.kill('SIGKILL'));
  await ended;
  cancel();
}
