// Housekeeping that is in no hurry: begun a little later, a few pieces at a time, tried again until it works.
// What cannot succeed gives its place back between two tries, so that it blocks nothing else.
import type { Clock } from '../../transport/ports.ts';

/** How many pieces are under way at the same time. */
const MAX_UNDER_WAY = 32;
/** Several that become due together share their writes. */
const FIRST_DELAY_MS = 1_000;
const MAX_DELAY_MS = 300_000;

export interface Background {
  /** Calls `attempt` after a while, and again with growing pauses until it returns true. */
  run(attempt: () => Promise<boolean>): void;
  /** Begins nothing more, and waits for what is under way. */
  stop(): Promise<void>;
}

export function createBackground(clock: Clock): Background {
  const waiting: (() => Promise<void>)[] = [];
  const underWay = new Set<Promise<void>>();
  let isStopped = false;

  const pump = () => {
    while (!isStopped && underWay.size < MAX_UNDER_WAY) {
      const next = waiting.shift();
      if (next === undefined) return;
      const work = next().finally(() => {
        underWay.delete(work);
        pump();
      });
      underWay.add(work);
    }
  };

  const runAfter = (delayMs: number, attempt: () => Promise<boolean>): void => {
    clock.after(delayMs, () => {
      waiting.push(async () => {
        if (!(await attempt())) runAfter(Math.min(MAX_DELAY_MS, delayMs * 2), attempt);
      });
      pump();
    });
  };

  return {
    run: (attempt) => runAfter(FIRST_DELAY_MS, attempt),
    async stop() {
      isStopped = true;
      await Promise.all(underWay);
    },
  };
}
