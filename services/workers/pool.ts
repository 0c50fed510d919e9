// A pool of slots that takes jobs of one lane from its projects in turn, each its share, round and round,
// so that no backlog of one project keeps another waiting. It holds no job it has no slot for, and never
// throws: a queue that cannot be spoken to is reported, and the job comes again by itself.
import type { Clock, Job, JobLane, JobSource } from '../../transport/ports.ts';
import { createTurns } from './turns.ts';

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
  const { clock, projects } = options;
  const underWay = new Set<Promise<void>>();
  const turns = createTurns(projects);
  let isStopped = false;
  let isWoken = false;
  let endIdling = () => {};
  const wake = () => {
    // A hint may come while the lines are being asked, just after its own was.
    isWoken = true;
    endIdling();
  };

  const begin = (job: Job): void => {
    if (isStopped) {
      saying(options, () => job.retry(0));
      return;
    }
    const work = carry(job, options).finally(() => {
      underWay.delete(work);
      wake();
    });
    underWay.add(work);
  };

  const fill = async (): Promise<void> => {
    /** Those that had no job, and those that did not answer: these are left alone until the next time. */
    const empty = new Set<string>();
    const silent = new Set<string>();
    while (!isStopped && empty.size + silent.size < projects.length) {
      const free = options.slots - underWay.size;
      if (free <= 0) return;
      const asked = turns.next(free).filter((project) => !silent.has(project));
      const round = await takeRound(options, { asked, free, begin });
      for (const project of round.silent) silent.add(project);
      if (round.taken > 0) empty.clear();
      else for (const project of asked) if (!silent.has(project)) empty.add(project);
    }
    turns.rest();
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
      await fill();
      if (!isStopped && !isWoken) await idle();
    }
  };

  const stopHints = options.source.onHint(options, (project) => {
    turns.hint(project);
    wake();
  });
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

interface Round {
  asked: readonly string[];
  /** How many slots are to be shared out. */
  free: number;
  begin: (job: Job) => void;
}

/** Asks several projects at once, each for its share. A job is begun as soon as it is here. */
async function takeRound(
  { pool, lane, source, onError }: PoolOptions,
  { asked, free, begin }: Round,
): Promise<{ taken: number; silent: string[] }> {
  const share = Math.floor(free / asked.length);
  const silent: string[] = [];
  let taken = 0;
  const ask = async (project: string): Promise<void> => {
    try {
      const jobs = await source.take({ pool, project, lane }, share);
      taken += jobs.length;
      for (const job of jobs) begin(job);
    } catch (error) {
      silent.push(project);
      onError(error);
    }
  };
  await Promise.all(asked.map(ask));
  return { taken, silent };
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
