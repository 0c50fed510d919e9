// Looks at one project again and again: from time to time, and soon after something was heard of it.
// It must never let a step that fails keep the others from being taken, nor ask a service that said: not now.
import { hasCode } from '../../transport/errors.ts';
import type { Clock } from '../../transport/ports.ts';
import type { Log } from '../actors/log.ts';
import { createLookHealth, type LookHealth } from './look-health.ts';
import type { OutsideProject } from './outside/outside-project.ts';

/** After a hint; several that come together are one look. */
const HINT_DELAY_MS = 200;
/** Lists of a service may be behind its webhooks for a moment: a second look follows. */
const SECOND_LOOK_MS = 5_000;
const JITTER_SHARE = 0.1;
/** The first look comes within this share of the interval, so that not all projects ask together. */
const START_SHARE = 0.2;
const START_CAP_MS = 5_000;

export interface Step {
  name: string;
  /** In how many milliseconds it is due again of itself; null or nothing where it has no wish. */
  take(project: OutsideProject): Promise<number | null | undefined>;
}

export interface ProjectLoopOptions {
  project: OutsideProject;
  steps: readonly Step[];
  clock: Clock;
  reconcileMs: number;
  /** 0 to 1. */
  random: () => number;
  log: Log;
  /** Told after five failed looks in a row, and once it has passed. */
  onDegraded: (project: string, problem: string | null) => void;
  onLook: (project: string, outcome: 'done' | 'failed', durationMs: number) => void;
}

export interface ProjectLoop {
  /** Something was heard of it: look soon. */
  wake(): void;
  status(): ProjectStatus;
  /** Begins nothing more, and waits for the step under way. */
  stop(): Promise<void>;
}

export interface ProjectStatus {
  /** When the last look ended, server time; null before the first has. */
  lookedAtMs: number | null;
  failedLooks: number;
  problem: string | null;
}

export function startProjectLoop(options: ProjectLoopOptions): ProjectLoop {
  const { clock, reconcileMs, random } = options;
  const health = createLookHealth(options);
  let isStopped = false;
  /** Looks that are owed to what was heard. */
  let owed = 0;
  let wasWokenMeanwhile = false;
  let underWay: Promise<void> | null = null;
  let dueAtMs = Number.POSITIVE_INFINITY;
  let cancelTimer = () => {};

  const plan = (delayMs: number): void => {
    if (isStopped || underWay !== null) return;
    const atMs = Math.max(clock.monotonicMs() + delayMs, health.notBeforeMs());
    if (atMs >= dueAtMs) return;
    dueAtMs = atMs;
    cancelTimer();
    cancelTimer = clock.after(Math.max(0, atMs - clock.monotonicMs()), begin);
  };

  /** Whatever happens in it, another one follows. */
  const look = async (): Promise<number> => {
    try {
      return await takeSteps(options, health, () => isStopped);
    } catch (err) {
      options.log.error({ project: options.project.name, err }, 'a look broke off');
      return reconcileMs;
    }
  };

  const begin = (): void => {
    dueAtMs = Number.POSITIVE_INFINITY;
    if (isStopped) return;
    owed = Math.max(0, owed - 1);
    wasWokenMeanwhile = false;
    // Not before it is known to be under way: what its first step sets off may be a hint.
    underWay = Promise.resolve()
      .then(look)
      .then((wishMs) => {
        underWay = null;
        const jitter = 1 - JITTER_SHARE + 2 * JITTER_SHARE * random();
        plan(Math.min(reconcileMs * jitter, wishMs));
        if (owed > 0) plan(wasWokenMeanwhile ? HINT_DELAY_MS : SECOND_LOOK_MS);
      });
  };

  plan(Math.min(reconcileMs * START_SHARE, START_CAP_MS) * random());

  return {
    status: () => health.status(),
    wake() {
      owed = 2;
      wasWokenMeanwhile = true;
      plan(HINT_DELAY_MS);
    },
    async stop() {
      isStopped = true;
      cancelTimer();
      await underWay;
    },
  };
}

/** One look: every step, whatever became of the others. Returns how soon the next one is wished for. */
async function takeSteps(
  { project, steps, clock, log, onLook }: ProjectLoopOptions,
  health: LookHealth,
  isStopped: () => boolean,
): Promise<number> {
  const startedMs = clock.monotonicMs();
  const failures: unknown[] = [];
  let wishMs = Number.POSITIVE_INFINITY;
  for (const step of steps) {
    if (isStopped()) break;
    try {
      wishMs = Math.min(wishMs, (await step.take(project)) ?? Number.POSITIVE_INFINITY);
    } catch (error) {
      failures.push(error);
      log.warn({ project: project.name, step: step.name, err: error }, 'a step of a look failed');
      // Whatever else is asked with this credential would be refused as well.
      if (hasCode(error, 'RATE_LIMITED')) break;
    }
  }
  health.note(failures);
  const outcome = failures.length === 0 ? 'done' : 'failed';
  onLook(project.name, outcome, clock.monotonicMs() - startedMs);
  return wishMs;
}
