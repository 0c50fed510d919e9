// The times that stand in the records of this host's partitions, and the one timer that waits for the next.
// It decides nothing: a deadline that fires is an ordinary event, and a stale one is refused.
import TinyQueue from 'tinyqueue';
import type { Clock } from '../../transport/ports.ts';

export interface DueDeadline {
  address: string;
  /** Also the type of the event it fires. */
  name: string;
  /** Revision of the record it stands in. */
  revision: number;
  atMs: number;
}

/**
 * A longer wait is cut and armed again: Node fires timers beyond 24 days at once, and the server's time may
 * jump ahead of a timer that was armed before this machine slept.
 */
const MAX_TIMER_MS = 60_000;
/** Replaced entries stay in the heap until their time, but never more than the live ones and so many. */
const MAX_LEFTOVERS = 1_000;

export interface Deadlines {
  /** Replaces everything known about an actor's deadlines. */
  set(address: string, revision: number, deadlines: Readonly<Record<string, number>>): void;
  /** True when what this very revision waits for is known, whether it has fired or not. */
  isSet(address: string, revision: number): boolean;
  /** True when a later revision of this actor is known: what a scan has found may be older than that. */
  isOutdated(address: string, revision: number): boolean;
  forget(address: string): void;
  forgetWhere(isGone: (address: string) => boolean): void;
  /** How many are waiting. */
  size(): number;
  stop(): void;
}

interface Armed extends DueDeadline {
  /** Another deadline of the same actor. */
  sibling: Armed | null;
  /** False once it has fired or was replaced; then it is only a leftover of the heap. */
  isLive: boolean;
}

export function createDeadlines(clock: Clock, fire: (due: DueDeadline) => void): Deadlines {
  const current = new Map<string, Armed>();
  let heap = createHeap([]);
  let live = 0;
  let cancelTimer: (() => void) | null = null;
  let timerAtMs = Number.POSITIVE_INFINITY;

  const arm = () => {
    const next = heap.peek();
    if (next === undefined || next.atMs >= timerAtMs) return;
    cancelTimer?.();
    timerAtMs = next.atMs;
    cancelTimer = clock.after(Math.min(MAX_TIMER_MS, next.atMs - clock.nowMs()), run);
  };

  const run = () => {
    cancelTimer = null;
    timerAtMs = Number.POSITIVE_INFINITY;
    const nowMs = clock.nowMs();
    for (let next = heap.peek(); next !== undefined && next.atMs <= nowMs; next = heap.peek()) {
      heap.pop();
      if (settle(next)) fire(next);
    }
    arm();
  };

  /** True when it was live until now. */
  const settle = (armed: Armed): boolean => {
    if (!armed.isLive) return false;
    armed.isLive = false;
    live -= 1;
    return true;
  };

  const forget = (address: string) => {
    const first = current.get(address) ?? null;
    for (let armed = first; armed !== null; armed = armed.sibling) settle(armed);
    current.delete(address);
  };

  return {
    isSet: (address, revision) => current.get(address)?.revision === revision,
    isOutdated: (address, revision) => (current.get(address)?.revision ?? 0) > revision,
    forget,
    forgetWhere(isGone) {
      for (const address of [...current.keys()]) if (isGone(address)) forget(address);
    },
    set(address, revision, deadlines) {
      forget(address);
      let sibling: Armed | null = null;
      for (const [name, atMs] of Object.entries(deadlines)) {
        sibling = { address, name, revision, atMs, isLive: true, sibling };
        current.set(address, sibling);
        live += 1;
        heap.push(sibling);
      }
      // Busy actors replace far deadlines all the time; without this the heap would hold every one of them.
      if (heap.length > 2 * live + MAX_LEFTOVERS) {
        heap = createHeap(heap.data.filter(({ isLive }) => isLive));
      }
      arm();
    },
    size: () => live,
    stop() {
      cancelTimer?.();
      heap = createHeap([]);
      current.clear();
      live = 0;
    },
  };
}

function createHeap(entries: Armed[]): TinyQueue<Armed> {
  return new TinyQueue(entries, (a, b) => a.atMs - b.atMs);
}
