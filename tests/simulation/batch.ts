// Runs many seeds in one process, several worlds side by side: each turn of the event loop is a step of all of
// them, so that draining the promises costs each of them little. No world knows of the others.
import type { FaultProfile } from './fault.ts';
import { createSimulation, type Simulation, type SimulationResult } from './simulation.ts';

/** How many worlds are under way at the same time. */
const WORLDS_SIDE_BY_SIDE = 8;

export interface BatchOptions {
  seeds: Iterable<number>;
  profile: FaultProfile;
  isDigested?: boolean;
  isReplay?: boolean;
  /** Told of every seed as it ends; false ends the batch. */
  onResult: (result: SimulationResult) => boolean;
}

export function runBatch(options: BatchOptions): Promise<void> {
  const { onResult, seeds, ...shared } = options;
  const waiting = seeds[Symbol.iterator]();
  let worlds: Simulation[] = [];
  let isEnded = false;

  const next = (): Simulation[] => {
    const seed = isEnded ? undefined : waiting.next().value;
    return seed === undefined ? [] : [createSimulation({ ...shared, seed })];
  };

  const turn = (world: Simulation): Simulation[] => {
    if (world.step()) return [world];
    if (!onResult(world.result())) isEnded = true;
    return next();
  };

  worlds = Array.from({ length: WORLDS_SIDE_BY_SIDE }, next).flat();
  return new Promise((resolve) => {
    const loop = () => {
      // Everything that the last step has set off is settled by now: promises run before the next turn.
      worlds = worlds.flatMap(turn);
      if (worlds.length === 0) resolve();
      else setImmediate(loop);
    };
    setImmediate(loop);
  });
}
