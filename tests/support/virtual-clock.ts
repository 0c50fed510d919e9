// A clock that moves only when it is told to, behind the Clock port.
// It must never look at real time: what a test says has passed is all that has.
import TinyQueue from 'tinyqueue';
import type { Clock } from '../../transport/ports.ts';

const STARTS_AT_MS = 1_700_000_000_000;
/** More calls than this in one `advance` are taken for a timer that arms itself without end. */
const MAX_CALLS = 200_000;

export interface VirtualClock extends Clock {
  /**
   * Moves time on by so many milliseconds. Everything that falls due is called back in order, and what
   * one callback sets off is settled before the next.
   */
  advance(byMs: number): Promise<void>;
  /** How many timers are waiting. */
  waiting(): number;
}

interface Timer {
  atMs: number;
  order: number;
  callback: () => void;
  isCancelled: boolean;
}

export function createVirtualClock(options: { startsAtMs?: number } = {}): VirtualClock {
  const startsAtMs = options.startsAtMs ?? STARTS_AT_MS;
  const timers = new TinyQueue<Timer>([], (a, b) => a.atMs - b.atMs || a.order - b.order);
  let monotonicMs = 0;
  let order = 0;
  let waiting = 0;

  const nextDue = (untilMs: number): Timer | undefined => {
    while (timers.peek()?.isCancelled) timers.pop();
    const next = timers.peek();
    return next !== undefined && next.atMs <= untilMs ? timers.pop() : undefined;
  };

  const cancel = (timer: Timer) => {
    if (!timer.isCancelled) waiting -= 1;
    timer.isCancelled = true;
  };

  return {
    nowMs: () => startsAtMs + Math.floor(monotonicMs),
    monotonicMs: () => monotonicMs,
    waiting: () => waiting,
    after(delayMs, callback) {
      order += 1;
      const atMs = monotonicMs + Math.max(0, delayMs);
      const timer = { atMs, order, callback, isCancelled: false };
      timers.push(timer);
      waiting += 1;
      return () => cancel(timer);
    },
    async advance(byMs) {
      const untilMs = monotonicMs + byMs;
      await settled();
      for (let calls = 0; ; calls += 1) {
        if (calls > MAX_CALLS) throw new Error(`more than ${MAX_CALLS} timers within ${byMs} ms`);
        const due = nextDue(untilMs);
        if (due === undefined) break;
        monotonicMs = Math.max(monotonicMs, due.atMs);
        cancel(due);
        due.callback();
        await settled();
      }
      monotonicMs = untilMs;
    },
  };
}

/** Resolves once everything that needs no timer and no other process has run. */
export function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** True once the promise has settled, without waiting for it. */
export async function hasSettled(promise: Promise<unknown>): Promise<boolean> {
  let isSettled = false;
  void promise.then(() => {
    isSettled = true;
  });
  await settled();
  return isSettled;
}
