// Keeps the tracker of one project in line with its records: item after item, as they change.
// It must never forget an item that could not be shown: it waits its turn, longer each time.
import { hasCode } from '../../transport/errors.ts';
import type { Clock } from '../../transport/ports.ts';
import type { OutsideProject } from './outside-project.ts';
import type { WriteBack } from './write-back.ts';

/** Records that change together are one write. */
const SETTLE_MS = 300;
const BACKOFF_MS = 2_000;
const BACKOFF_CAP_MS = 300_000;

export interface WriteBackLoopOptions {
  project: OutsideProject;
  writeBack: WriteBack;
  clock: Clock;
  onTrouble: (project: string, what: string, error: unknown) => void;
}

export interface WriteBackLoop {
  /** Something of the item has changed. */
  note(item: string): void;
  /** How many items are still to be shown. */
  size(): number;
  stop(): Promise<void>;
}

interface Waiting {
  dueAtMs: number;
  failures: number;
}

export function startWriteBackLoop(options: WriteBackLoopOptions): WriteBackLoop {
  const { project, writeBack, clock, onTrouble } = options;
  const waiting = new Map<string, Waiting>();
  let underWay: Promise<void> | null = null;
  let isStopped = false;
  let restUntilMs = 0;
  let cancelTimer = () => {};

  const plan = (): void => {
    cancelTimer();
    if (isStopped || underWay !== null || waiting.size === 0) return;
    const dueAtMs = Math.min(...[...waiting.values()].map((one) => one.dueAtMs));
    const delayMs = Math.max(dueAtMs, restUntilMs) - clock.monotonicMs();
    cancelTimer = clock.after(Math.max(0, delayMs), () => {
      underWay = showDue().finally(() => {
        underWay = null;
        plan();
      });
    });
  };

  const showDue = async (): Promise<void> => {
    const nowMs = clock.monotonicMs();
    const due = [...waiting].filter(([, { dueAtMs }]) => dueAtMs <= nowMs);
    for (const [item, { failures }] of due) {
      if (isStopped || clock.monotonicMs() < restUntilMs) return;
      // Whatever changes from now on is another reason to write.
      waiting.delete(item);
      try {
        await writeBack.sync(project, item);
      } catch (error) {
        failed(item, failures, error);
      }
    }
  };

  const failed = (item: string, failures: number, error: unknown): void => {
    onTrouble(project.name, `showing item ${item}`, error);
    const delayMs = Math.min(BACKOFF_CAP_MS, BACKOFF_MS * 2 ** Math.min(20, failures));
    waiting.set(item, { dueAtMs: clock.monotonicMs() + delayMs, failures: failures + 1 });
    if (!hasCode(error, 'RATE_LIMITED')) return;
    const untilMs = Number(error.details['untilMs'] ?? 0);
    restUntilMs = clock.monotonicMs() + Math.max(delayMs, untilMs - clock.nowMs());
  };

  return {
    size: () => waiting.size,
    note(item) {
      if (isStopped) return;
      const known = waiting.get(item);
      // One that fails keeps to its pause: a busy item would otherwise be tried at every change.
      if (known !== undefined && known.failures > 0) return;
      if (known === undefined) {
        waiting.set(item, { dueAtMs: clock.monotonicMs() + SETTLE_MS, failures: 0 });
        plan();
      }
    },
    async stop() {
      isStopped = true;
      cancelTimer();
      await underWay;
    },
  };
}
