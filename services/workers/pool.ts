// A pool of slots that takes jobs of one lane from its projects in turn: one job of each, round and round,
// so that no backlog of one project keeps another waiting. It holds no job it has no slot for, and never
// throws: a queue that cannot be spoken to is reported, and the job comes again by itself.
import type { Clock, Job, JobLane, JobSource } from '../../transport/ports.ts';

/** How long an idle pool waits when no hint comes. */
const POLL_MS = 2_000;
const WORKING_PER_ACK_WAIT = 3;
const RETRY_AFTER_MS = 3_000;
/** A job delivered this often that still fails is let go: the run's own deadline asks for it again. */
const MAX_DELIVERIES = 20;

export interface PoolOptions {
  pool: string;
  lane: JobLane;
  slots: number;
  projects: readonly string[];
  source: JobSource;
  clock: Clock;
  ackWaitMs: number;
  /** Carries one job out. A rejection gives the job back to the queue. */
  carry: (body: string) => Promise<'done' | 'later'>;
  onError: (error: unknown) => void;
}

export interface Pool {
  /** Stops taking jobs and waits for those under way. May be called more than once. */
  stop(): Promise<void>;
  busySlots(): number;
}

export function startPool(options: PoolOptions): Pool {
  const { pool, lane, clock, source, projects } = options;
  const underWay = new Set<Promise<void>>();
  let turn = 0;
  let isStopped = false;
  let isWoken = false;
  let endIdling = () => {};
  const wake = () => {
    // A hint may come while the lines are being asked, just after its own was.
    isWoken = true;
    endIdling();
  };

  const take = async (): Promise<Job | null> => {
    for (let tries = 0; tries < projects.length; tries += 1) {
      const project = projects[turn % projects.length] ?? '';
      turn += 1;
      const job = await source.next({ pool, project, lane });
      if (job !== null) return job;
    }
    return null;
  };

  const fill = async (): Promise<void> => {
    while (!isStopped && underWay.size < options.slots) {
      const job = await take();
      if (job === null) return;
      if (isStopped) return saying(options, () => job.retry(0));
      const work = carry(job, options).finally(() => {
        underWay.delete(work);
        wake();
      });
      underWay.add(work);
    }
  };

  const idle = (): Promise<void> =>
    new Promise((resolve) => {
      const cancel = clock.after(POLL_MS, resolve);
      endIdling = () => {
        cancel();
        resolve();
      };
    });

  const loop = async (): Promise<void> => {
    while (!isStopped) {
      isWoken = false;
      await fill().catch(options.onError);
      if (!isStopped && !isWoken) await idle();
    }
  };

  const stopHints = source.onHint({ pool, lane }, wake);
  const looping = loop();

  return {
    busySlots: () => underWay.size,
    async stop() {
      isStopped = true;
      stopHints();
      wake();
      await looping;
      await Promise.all(underWay);
    },
  };
}

async function carry(job: Job, options: PoolOptions): Promise<void> {
  const { clock, ackWaitMs } = options;
  let cancelBeat = () => {};
  const beat = () => {
    saying(options, () => job.working());
    cancelBeat = clock.after(ackWaitMs / WORKING_PER_ACK_WAIT, beat);
  };
  cancelBeat = clock.after(ackWaitMs / WORKING_PER_ACK_WAIT, beat);
  try {
    const outcome = await options.carry(job.body);
    saying(options, () => (outcome === 'done' ? job.done() : job.retry(RETRY_AFTER_MS)));
  } catch (error) {
    options.onError(error);
    const isLetGo = job.deliveries >= MAX_DELIVERIES;
    saying(options, () => (isLetGo ? job.done() : job.retry(RETRY_AFTER_MS)));
  } finally {
    cancelBeat();
  }
}

// On a connection that is closed nothing can be said. The job then comes again after its ack wait.
function saying({ onError }: PoolOptions, say: () => void): void {
  try {
    say();
  } catch (error) {
    onError(error);
  }
}
