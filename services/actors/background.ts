// Housekeeping that is in no hurry: begun a little later, a few pieces at a time, tried again until it works.
// What cannot succeed gives its place back between two tries, so that it blocks nothing else.
import type { Clock } from '../../transport/ports.ts';
import { createBoundedWork } from './bounded-work.ts';

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
  const work = createBoundedWork(MAX_UNDER_WAY);

  const runAfter = (delayMs: number, attempt: () => Promise<boolean>): void => {
    clock.after(delayMs, () =>
      work.add(async () => {
        if (!(await attempt())) runAfter(Math.min(MAX_DELAY_MS, delayMs * 2), attempt);
      }),
    );
  };

  return { run: (attempt) => runAfter(FIRST_DELAY_MS, attempt), stop: work.stop };
}
