// A process that stops and goes on: what falls due meanwhile waits, and comes afterwards, late and mingled.
// It must never let anything overtake what was due before it and of the same kind.
import type { World } from './world.ts';

/** What each callback takes that has waited. */
const WAKING_MS = 0.05;

type Kind = 'timers' | 'arrivals';

export interface Pausing {
  /** Calls back now, or at the end of the pause, or never. */
  happen(kind: Kind, callback: () => void): void;
  pause(forMs: number): void;
  isPaused(): boolean;
  /** Nothing happens any more. */
  end(): void;
}

export function createPausing(world: World, name: string): Pausing {
  const { prng, scheduler, trace } = world;
  const late: Record<Kind, (() => void)[]> = { timers: [], arrivals: [] };
  let isPaused = false;
  let isEnded = false;

  /** Timers and arrivals each keep their order; how they mingle is anybody's guess. */
  const wake = (): void => {
    if (isEnded) return;
    const waiting = late.timers.length + late.arrivals.length;
    if (waiting === 0) {
      isPaused = false;
      return;
    }
    const isTimer = prng.integer(1, waiting) <= late.timers.length;
    (isTimer ? late.timers : late.arrivals).shift()?.();
    scheduler.after(WAKING_MS, wake);
  };

  return {
    happen(kind, callback) {
      if (isEnded) return;
      if (isPaused) late[kind].push(callback);
      else callback();
    },
    pause(forMs) {
      if (isPaused || isEnded) return;
      isPaused = true;
      trace.add(name, 'pauses', '', Math.round(forMs));
      scheduler.after(world.putOff(forMs), () => {
        trace.add(name, 'wakes', '', late.timers.length + late.arrivals.length);
        wake();
      });
    },
    isPaused: () => isPaused,
    end() {
      isEnded = true;
    },
  };
}
