// Keeps one worker at work: in a crash demonstration the first is armed to die, and a fresh one follows it.
// It must never hide an end that was not planned.
import type { Clock } from '../../transport/ports.ts';
import type { DemoFolder } from './demo-folder.ts';
import { type DemoWorker, startDemoWorker, type WorkerEnd } from './demo-worker.ts';

/**
 * Where the first worker dies: behind its second push, which is that of the development stage. The
 * commit is out, and neither that nor the outcome has been recorded.
 */
export const CRASH_POINT = 'finalize-after-push';
const CRASH_PASSAGE = 2;

export interface WorkerWatchOptions {
  folder: DemoFolder;
  natsUrl: string;
  clock: Clock;
  isCrash: boolean;
  /** The planned death; the fresh worker is started already. */
  onKilled: (dead: DemoWorker, fresh: DemoWorker) => void;
  /** An end, or a start, that was not planned. */
  onTrouble: (message: string) => void;
}

export interface WorkerWatch {
  pid: number;
  stop(): Promise<void>;
}

export async function watchWorkers(options: WorkerWatchOptions): Promise<WorkerWatch> {
  const { folder, natsUrl, clock, isCrash } = options;
  let current: DemoWorker;
  let isStopping = false;

  const start = async (fault: string | undefined): Promise<DemoWorker> => {
    const worker = await startDemoWorker(folder, { natsUrl, clock, fault });
    current = worker;
    following = follow(worker, fault !== undefined);
    return worker;
  };

  const follow = async (worker: DemoWorker, isArmed: boolean): Promise<void> => {
    const end = await worker.ended;
    if (isStopping) return;
    if (!isArmed || end.signal !== 'SIGKILL') {
      options.onTrouble(`worker pid ${worker.pid} ended unexpectedly (${describe(end)})`);
      return;
    }
    try {
      options.onKilled(worker, await start(undefined));
    } catch (error) {
      options.onTrouble(`no fresh worker could be started: ${String(error)}`);
    }
  };

  let following: Promise<void> = Promise.resolve();
  const first = await start(isCrash ? `${CRASH_POINT}:${CRASH_PASSAGE}` : undefined);

  return {
    pid: first.pid,
    async stop() {
      isStopping = true;
      await current.stop();
      await following;
    },
  };
}

function describe({ code, signal }: WorkerEnd): string {
  return signal === null ? `code ${code}` : `signal ${signal}`;
}
