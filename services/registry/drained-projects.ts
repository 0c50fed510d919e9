// Removes a project that is being drained once its last item has ended.
// It must never remove one that was changed since it was looked at: revisions decide.
import type { Bucket, Clock } from '../../transport/ports.ts';
import type { Committer } from '../actors/commit.ts';
import type { Log } from '../actors/log.ts';
import { countActiveItems } from './active-items.ts';
import { readProjectEntry } from './project-record.ts';

/** How often a project that is being drained is looked at. */
const LOOK_MS = 5_000;
/**
 * How old the mark must be: an item whose opening had begun before it is there by then, and is counted.
 */
export const DRAIN_SETTLE_MS = 2_000;

export interface DrainedProjects {
  update(draining: ReadonlySet<string>): void;
  stop(): void;
}

export function startDraining({
  clock,
  projects,
  items,
  committer,
  log,
}: {
  clock: Clock;
  projects: Bucket;
  items: Bucket;
  committer: Committer;
  log: Log;
}): DrainedProjects {
  let draining: ReadonlySet<string> = new Set();
  let cancel: (() => void) | null = null;
  let isStopped = false;

  const look = async (project: string): Promise<void> => {
    const entry = await projects.read(project);
    const reading = entry === null ? null : readProjectEntry(entry);
    if (reading?.status !== 'readable' || !reading.isDraining) return;
    if (clock.nowMs() - reading.storedAtMs < DRAIN_SETTLE_MS) return;
    if ((await countActiveItems(items, project)) > 0) return;
    const { revision: expectedRevision } = reading;
    const written = await committer.commit({ key: project, value: null, expectedRevision });
    if (written.outcome === 'won') log.info({ project }, 'project drained and removed');
  };
  const lookAtAll = async (): Promise<void> => {
    for (const project of draining) {
      await look(project).catch((err: unknown) =>
        log.warn({ project, err }, 'a project that is being drained cannot be looked at'),
      );
    }
    schedule();
  };
  const schedule = () => {
    cancel = null;
    if (isStopped || draining.size === 0) return;
    cancel = clock.after(LOOK_MS, () => void lookAtAll());
  };

  return {
    update(next) {
      const wasIdle = cancel === null && draining.size === 0;
      draining = next;
      if (wasIdle) schedule();
    },
    stop() {
      isStopped = true;
      cancel?.();
    },
  };
}
