// A pool of slots that takes jobs from its projects in turn: one job of each, round and round, so that no
// backlog of one project keeps another waiting. It holds no job it has no slot for.
import type { Clock, Job, JobSource } from '../../transport/ports.ts';

/** How long an idle pool waits when no hint comes. */
const POLL_MS = 2_000;
const WORKING_PER_ACK_WAIT = 3;
const RETRY_AFTER_MS = 3_000;

export interface PoolOptions {
  pool: string;
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
  /** Stops taking jobs and waits for those under way. */
  stop(): Promise<void>;
  busySlots(): number;
}

export function startPool(options: PoolOptions): Pool {
  const { pool, clock, source, projects } = options;
  const underWay = new Set<Promise<void>>();
  let turn = 0;
  let isStopped = false;
  let wake = () => {};

  const take = async (): Promise<Job | null> => {
    for (let tries = 0; tries < projects.length; tries += 1) {
      const project = projects[turn % projects.length] ?? '';
      turn += 1;
      const job = await source.next({ pool, project });
      if (job !== null) return job;
    }
    return null;
  };

  const fill = async (): Promise<void> => {
    while (!isStopped && underWay.size < options.slots) {
      const job = await take();
      if (job === null) return;
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
      wake = () => {
        cancel();
        resolve();
      };
    });

  const loop = async (): Promise<void> => {
    while (!isStopped) {
      await fill().catch(options.onError);
      if (!isStopped) await idle();
    }
  };

  const stopHints = source.onHint(pool, () => wake());
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

async function carry(job: Job, { clock, ackWaitMs, ...options }: PoolOptions): Promise<void> {
  let cancelBeat = () => {};
  const beat = () => {
    job.working();
    cancelBeat = clock.after(ackWaitMs / WORKING_PER_ACK_WAIT, beat);
  };
  cancelBeat = clock.after(ackWaitMs / WORKING_PER_ACK_WAIT, beat);
  try {
    const outcome = await options.carry(job.body);
    if (outcome === 'done') job.done();
    else job.retry(RETRY_AFTER_MS);
  } catch (error) {
    options.onError(error);
    job.retry(RETRY_AFTER_MS);
  } finally {
    cancelBeat();
  }
}
