// Keeps the tracker of one project in line with its records: item after item, as they change.
// It must never forget an item that could not be shown: it waits its turn, longer each time, until it was refused
// so often that only a change of it, or of the issue, is worth another try.
import { hasCode } from '../../../transport/errors.ts';
import type { Clock } from '../../../transport/ports.ts';
import { askedRestMs } from '../asked-rest.ts';
import type { OutsideProject } from '../outside/outside-project.ts';
import type { OnTrouble } from '../steps/apart.ts';
import { createLateWrites, type LateWrites } from './late-writes.ts';
import type { WriteBack } from './write-back.ts';

/** Records that change together are one write; services count what is written, files do not. */
const SETTLE_MS = 2_000;
const SETTLE_FOLDER_MS = 200;
const BACKOFF_MS = 2_000;
const BACKOFF_CAP_MS = 300_000;
/** The issue was deleted, or may not be written: repeating it for about an hour is enough. */
const MAX_REFUSALS = 20;

export interface WriteBackLoopOptions {
  project: OutsideProject;
  writeBack: WriteBack;
  clock: Clock;
  onTrouble: OnTrouble;
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
  const { project, clock } = options;
  const settleMs = project.tracker.kind === 'folder' ? SETTLE_FOLDER_MS : SETTLE_MS;
  const shown = createShowing(options);
  const { waiting, late } = shown;
  let underWay: Promise<void> | null = null;
  let isStopped = false;
  /** What is waited for; infinite while nothing is. */
  let plannedAtMs = Number.POSITIVE_INFINITY;
  let cancelTimer = () => {};

  const plan = (): void => {
    cancelTimer();
    plannedAtMs = Number.POSITIVE_INFINITY;
    if (isStopped || underWay !== null) return;
    const dueAtMs = Math.min(late.nextAtMs(), earliest(waiting.values()));
    if (!Number.isFinite(dueAtMs)) return;
    plannedAtMs = dueAtMs;
    const delayMs = Math.max(dueAtMs, shown.restUntilMs()) - clock.monotonicMs();
    cancelTimer = clock.after(Math.max(0, delayMs), () => {
      underWay = shown
        .showDue(() => isStopped)
        .finally(() => {
          underWay = null;
          plan();
        });
    });
  };

  return {
    size: () => waiting.size,
    note(item) {
      if (isStopped) return;
      const known = waiting.get(item);
      // One that fails keeps to its pause: a busy item would otherwise be tried at every change.
      if (known !== undefined && known.failures > 0) return;
      const dueAtMs = clock.monotonicMs() + settleMs;
      if (known !== undefined && known.dueAtMs <= dueAtMs) return;
      waiting.set(item, { dueAtMs, failures: 0 });
      // Very many may change at once: only the first of them is worth a plan.
      if (dueAtMs < plannedAtMs) plan();
    },
    async stop() {
      isStopped = true;
      cancelTimer();
      await underWay;
    },
  };
}

function earliest(all: Iterable<Waiting>): number {
  let atMs = Number.POSITIVE_INFINITY;
  for (const { dueAtMs } of all) atMs = Math.min(atMs, dueAtMs);
  return atMs;
}

interface Showing {
  waiting: Map<string, Waiting>;
  late: LateWrites;
  restUntilMs(): number;
  showDue(isStopped: () => boolean): Promise<void>;
}

function createShowing({ project, writeBack, clock, onTrouble }: WriteBackLoopOptions): Showing {
  const waiting = new Map<string, Waiting>();
  const late = createLateWrites(clock.monotonicMs());
  const doubted = new Set<string>();
  let restUntilMs = 0;

  /** Unless it has changed meanwhile: then it is due sooner. */
  const later = (item: string, delayMs: number): void => {
    if (waiting.has(item)) return;
    waiting.set(item, { dueAtMs: clock.monotonicMs() + delayMs, failures: 0 });
  };

  const failed = (item: string, failures: number, error: unknown): void => {
    onTrouble(project.name, `showing item ${item}`, error);
    late.noteFailure(item, error);
    if (hasCode(error, 'OUTSIDE_REFUSED') && failures + 1 >= MAX_REFUSALS) return;
    const delayMs = Math.min(BACKOFF_CAP_MS, BACKOFF_MS * 2 ** Math.min(20, failures));
    waiting.set(item, { dueAtMs: clock.monotonicMs() + delayMs, failures: failures + 1 });
    if (!hasCode(error, 'RATE_LIMITED')) return;
    restUntilMs = clock.monotonicMs() + Math.max(delayMs, askedRestMs(error, clock.nowMs()));
  };

  const show = async (item: string, failures: number): Promise<void> => {
    // Whatever changes from now on is another reason to write.
    waiting.delete(item);
    try {
      const { againInMs, hasWritten } = await writeBack.sync(project, item, doubted.has(item));
      doubted.delete(item);
      if (hasWritten) late.noteWritten(item, clock.monotonicMs());
      if (againInMs !== null) later(item, againInMs);
    } catch (error) {
      failed(item, failures, error);
    }
  };

  return {
    ...{ waiting, late, restUntilMs: () => restUntilMs },
    async showDue(isStopped) {
      const nowMs = clock.monotonicMs();
      for (const item of late.takeDue(nowMs)) {
        doubted.add(item);
        later(item, 0);
      }
      const due = [...waiting].filter(([, { dueAtMs }]) => dueAtMs <= nowMs);
      for (const [item, { failures }] of due) {
        if (isStopped() || clock.monotonicMs() < restUntilMs) return;
        await show(item, failures);
      }
    },
  };
}
