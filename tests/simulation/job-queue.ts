// The simulated queue of jobs: four lanes for each line, delivered at least once, again after the ack wait.
// It must never promise more than the real one: an acknowledgement may be lost, a job may come twice.
import type { Job, JobLane, JobMessage, JobSource } from '../../transport/ports.ts';
import { createHints } from './hint.ts';
import type { Life } from './life.ts';
import type { World } from './world.ts';

const MAX_TENDING_JOBS = 16;
const MAX_MERGING_JOBS = 8;
const LANE_OF: Record<string, JobLane> = {
  work: 'work',
  evaluate: 'tend',
  cleanup: 'tend',
  merge: 'merge',
  deploy: 'deploy',
};

interface Waiting {
  message: JobMessage;
  deliveries: number;
  /** Under way until then; deliverable from then on. */
  untilMs: number;
  isUnderWay: boolean;
  /** Distinguishes deliveries: what is said of an old one still counts, as it does on the real queue. */
  publishedAtMs: number;
}

export interface JobQueue {
  store(message: JobMessage): void;
  sourceFor(life: Life): JobSource;
  /** Jobs that are not done yet. */
  size(): number;
  /** The server has lost what was published after this time. */
  forgetSince(ms: number): void;
}

export function createJobQueue(world: World, options: { ackWaitMs: number }): JobQueue {
  const { scheduler, faults } = world;
  const waiting: Waiting[] = [];
  const known = new Set<string>();
  const limits = new Map<string, number>();
  const hints = createHints(world);

  const add = (message: JobMessage) => {
    const publishedAtMs = scheduler.nowMs();
    waiting.push({ message, deliveries: 0, untilMs: 0, isUnderWay: false, publishedAtMs });
    hints.tell(`${message.pool}.${LANE_OF[message.kind]}.${message.project}`);
  };

  const inLane = (line: { pool: string; project: string; lane: JobLane }) =>
    waiting.filter(
      ({ message: { pool, project, kind } }) =>
        pool === line.pool && project === line.project && LANE_OF[kind] === line.lane,
    );

  const isFree = ({ untilMs }: Waiting) => untilMs <= scheduler.nowMs();

  const takeOne = (line: { pool: string; project: string; lane: JobLane }): Waiting | null => {
    const jobs = inLane(line);
    const limit = {
      work: limits.get(`${line.pool}.${line.project}`) ?? Number.POSITIVE_INFINITY,
      tend: MAX_TENDING_JOBS,
      merge: MAX_MERGING_JOBS,
      deploy: MAX_MERGING_JOBS,
    }[line.lane];
    const busy = jobs.filter((job) => job.isUnderWay && !isFree(job)).length;
    const free = jobs.filter(isFree);
    const isReordered = free.length > 1 && faults.strikes('reorder');
    const job = isReordered ? faults.prng.pick(free) : free[0];
    if (job === undefined || busy >= limit) return null;
    job.deliveries += 1;
    job.isUnderWay = true;
    job.untilMs = scheduler.nowMs() + options.ackWaitMs;
    if (job.deliveries > 1) world.reached.add('job redelivered');
    return job;
  };

  const takeUpTo = (line: Parameters<typeof takeOne>[0], max: number): Waiting[] => {
    const taken: Waiting[] = [];
    while (taken.length < max) {
      const job = takeOne(line);
      if (job === null) break;
      taken.push(job);
    }
    return taken;
  };

  const handle = (life: Life, job: Waiting): Job => {
    const say = (verb: string, perform: () => void) => {
      // Nobody waits for an answer, and nobody learns when it is lost.
      void life.request({ verb, about: job.message.id, perform }).catch(() => {});
    };
    return {
      body: job.message.body,
      deliveries: job.deliveries,
      working: () =>
        say('job working', () => {
          job.untilMs = scheduler.nowMs() + options.ackWaitMs;
        }),
      done: () =>
        say('job done', () => {
          const at = waiting.indexOf(job);
          if (at >= 0) waiting.splice(at, 1);
        }),
      retry: (delayMs) =>
        say('job retry', () => {
          job.untilMs = scheduler.nowMs() + delayMs;
        }),
    };
  };

  return {
    store(message) {
      if (known.has(message.id)) return;
      known.add(message.id);
      add(message);
      if (faults.strikes('duplicate')) add(message);
    },
    sourceFor: (life) => ({
      async open({ pool, project, maxConcurrentRuns }) {
        const perform = () => void limits.set(`${pool}.${project}`, maxConcurrentRuns);
        await life.request({ verb: 'open line', about: `${pool}.${project}`, perform });
      },
      async take(line, max) {
        const about = `${line.pool}.${line.lane}`;
        const perform = () => takeUpTo(line, max);
        const jobs = await life.request({ verb: 'take jobs', about, perform });
        return jobs.map((job) => handle(life, job));
      },
      onHint: ({ pool, lane }, callback) =>
        hints.listen(life, `${pool}.${lane}.`, (topic) => callback(topic.split('.')[2] ?? '')),
    }),
    size: () => waiting.length,
    forgetSince(ms) {
      for (const job of waiting.filter(({ publishedAtMs }) => publishedAtMs > ms)) {
        waiting.splice(waiting.indexOf(job), 1);
        known.delete(job.message.id);
      }
    },
  };
}
