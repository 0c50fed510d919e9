// A queue of jobs in memory, one line for each project, whose jobs end when the test says so.
// It must never hand out a job twice: repeating is the real queue's business.
import { type PoolOptions, startPool } from '../../../services/workers/pool.ts';
import type { Job, JobSource } from '../../../transport/ports.ts';
import { createVirtualClock } from '../../support/virtual-clock.ts';

export const ACK_WAIT_MS = 30_000;

type Outcome = 'done' | 'later';

export interface PoolFixtureOptions extends Partial<PoolOptions> {
  /** What waits in the line of each project before the pool begins. */
  jobs?: Record<string, readonly string[]>;
  nextFailures?: number;
  /** Called when the line of a project is asked, before it answers. */
  onAsked?: (project: string, max: number) => void;
  deliveries?: number;
}

export function setup(options: PoolFixtureOptions = {}) {
  const { jobs = {}, nextFailures, onAsked, deliveries, ...given } = options;
  const clock = createVirtualClock();
  const lines = createLines({ nextFailures, onAsked, deliveries });
  for (const [project, bodies] of Object.entries(jobs)) lines.add(project, ...bodies);
  const carried: string[] = [];
  const errors: unknown[] = [];
  const underWay = new Map<string, { end(outcome: Outcome): void; fail(error: Error): void }>();
  let most = 0;
  const pool = startPool({
    ...{
      pool: 'default',
      lane: 'work',
      slots: 2,
      projects: ['big', 'small'],
      source: lines.source,
      clock,
    },
    ackWaitMs: ACK_WAIT_MS,
    carry: (body) =>
      new Promise((end, fail) => {
        carried.push(body);
        underWay.set(body, { end, fail });
        most = Math.max(most, underWay.size);
      }),
    onError: (error) => void errors.push(error),
    ...given,
  });
  const take = (body: string) => {
    const job = underWay.get(body);
    underWay.delete(body);
    if (job === undefined) throw new Error(`${body} is not under way`);
    return job;
  };
  return {
    ...{ carried, clock, errors, lines, pool },
    mostUnderWay: () => most,
    underWay: () => [...underWay.keys()],
    /** Ends a job under way, and lets the pool go on. */
    async end(body: string, outcome: Outcome = 'done') {
      take(body).end(outcome);
      await clock.advance(0);
    },
    async fail(body: string) {
      take(body).fail(new Error(`${body} failed`));
      await clock.advance(0);
    },
  };
}

function createLines(options: {
  nextFailures: number | undefined;
  onAsked: ((project: string, max: number) => void) | undefined;
  deliveries: number | undefined;
}) {
  const { nextFailures = 0, onAsked = () => {}, deliveries = 1 } = options;
  const waiting = new Map<string, string[]>();
  /** What became of each job: `done`, `retry 3000`, and a `working` for each sign of life. */
  const log: string[] = [];
  const hints = new Set<(project: string) => void>();
  let failuresLeft = nextFailures;
  let asked = 0;

  const jobOf = (body: string): Job => ({
    ...{ body, deliveries },
    working: () => void log.push(`${body} working`),
    done: () => void log.push(`${body} done`),
    retry: (delayMs) => void log.push(`${body} retry ${delayMs}`),
  });

  const source: JobSource = {
    async open() {},
    async take({ project }, max) {
      asked += 1;
      failuresLeft -= 1;
      if (failuresLeft >= 0) throw new Error('the queue does not answer');
      const bodies = waiting.get(project)?.splice(0, max) ?? [];
      onAsked(project, max);
      return bodies.map(jobOf);
    },
    onHint(_of, callback) {
      hints.add(callback);
      return () => void hints.delete(callback);
    },
  };

  return {
    ...{ log, source },
    askedCount: () => asked,
    /** Adds jobs without telling anybody. */
    add(project: string, ...bodies: string[]) {
      waiting.set(project, [...(waiting.get(project) ?? []), ...bodies]);
    },
    hint: (project = 'big') => hints.forEach((callback) => void callback(project)),
    listeners: () => hints.size,
  };
}
