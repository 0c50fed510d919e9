// The one queue of everything that will happen in a simulated world, by simulated time.
// It must never look at real time; what is due at the same moment is ordered by the seed.
import TinyQueue from 'tinyqueue';
import type { Prng } from '../support/prng.ts';

export interface Scheduler {
  /** True time of the world since its beginning, in milliseconds. */
  nowMs(): number;
  /** Calls back once, `delayMs` from now; the returned function cancels it. */
  after(delayMs: number, callback: () => void): () => void;
  /** Moves on to the next thing that is due and lets it happen; false when nothing is left. */
  step(): boolean;
}

interface Happening {
  atMs: number;
  tie: number;
  callback: (() => void) | null;
}

export function createScheduler(prng: Prng): Scheduler {
  const queue = new TinyQueue<Happening>([], (a, b) => a.atMs - b.atMs || a.tie - b.tie);
  let nowMs = 0;
  return {
    nowMs: () => nowMs,
    after(delayMs, callback) {
      const happening: Happening = { atMs: nowMs + delayMs, tie: prng.fraction(), callback };
      queue.push(happening);
      return () => {
        happening.callback = null;
      };
    },
    step() {
      for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
        if (next.callback === null) continue;
        nowMs = Math.max(nowMs, next.atMs);
        next.callback();
        return true;
      }
      return false;
    },
  };
}
