// How the looks at one project went, and how long its services are left alone after one that failed.
// It must never ask a service earlier than it has said.
import { OncewardError } from '../../transport/errors.ts';
import type { Clock } from '../../transport/ports.ts';
import { askedRestMs } from './asked-rest.ts';
import type { ProjectStatus } from './project-loop.ts';

/** Between two looks, however many hints there are. */
const MIN_BETWEEN_MS = 1_000;
const BACKOFF_MS = 5_000;
const BACKOFF_CAP_MS = 600_000;
/** Where it was only refused, which does not pass by waiting: what is not refused is still wanted. */
const REFUSED_CAP_MS = 60_000;
const JITTER_SHARE = 0.1;
/** Failed looks in a row after which people are told. */
const DEGRADED_AFTER = 5;

export interface LookHealth {
  /** Of a look that has ended: what went wrong in it. */
  note(failures: readonly unknown[]): void;
  /** Before this no look begins, monotonic milliseconds. */
  notBeforeMs(): number;
  status(): ProjectStatus;
}

export interface LookHealthOptions {
  project: { name: string };
  clock: Clock;
  random: () => number;
  onDegraded: (project: string, problem: string | null) => void;
}

export function createLookHealth(options: LookHealthOptions): LookHealth {
  const { project, clock, random, onDegraded } = options;
  const status: ProjectStatus = { lookedAtMs: null, failedLooks: 0, problem: null };
  let notBeforeMs = 0;

  const restMs = (failures: readonly unknown[]): number => {
    if (failures.length === 0) return MIN_BETWEEN_MS;
    const doubled = BACKOFF_MS * 2 ** Math.min(20, status.failedLooks - 1);
    const isPassing = failures.some(
      (error) => !(error instanceof OncewardError) || error.retryable,
    );
    const capMs = isPassing ? BACKOFF_CAP_MS : REFUSED_CAP_MS;
    const askedMs = failures.map((error) => askedRestMs(error, clock.nowMs()));
    const leastMs = Math.max(Math.min(capMs, doubled), ...askedMs);
    return leastMs * (1 + JITTER_SHARE * random());
  };

  const count = (failures: readonly unknown[]): void => {
    if (failures.length === 0) {
      if (status.failedLooks >= DEGRADED_AFTER) onDegraded(project.name, null);
      status.failedLooks = 0;
      status.problem = null;
      return;
    }
    status.failedLooks += 1;
    status.problem = failures[0] instanceof Error ? failures[0].message : String(failures[0]);
    if (status.failedLooks === DEGRADED_AFTER) onDegraded(project.name, status.problem);
  };

  return {
    status: () => ({ ...status }),
    notBeforeMs: () => notBeforeMs,
    note(failures) {
      count(failures);
      status.lookedAtMs = clock.nowMs();
      notBeforeMs = clock.monotonicMs() + restMs(failures);
    },
  };
}
