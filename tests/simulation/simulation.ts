// One simulated world from its seed: a fleet, its work and its faults, and then peace until everything has ended.
// It must never touch real time, real files or real chance: the seed decides everything.

import { startChecksWatcher } from './checks-watcher.ts';
import { startDeployOperator } from './deploy-operator.ts';
import { createEnvironments } from './environments.ts';
import type { FaultKind, FaultProfile } from './fault.ts';
import { startFleet } from './fleet.ts';
import { createForge } from './forge.ts';
import { createLedger } from './ledger.ts';
import { startMergeOperator } from './merge-operator.ts';
import { createMergeRemote } from './merge-remote.ts';
import { startMergeWatcher } from './merge-watcher.ts';
import { startOperator } from './operator.ts';
import { startPublisher } from './publisher.ts';
import { unsettled } from './quiescence.ts';
import { createServer } from './server.ts';
import { drawShape, type Shape } from './shape.ts';
import { createWorld, type Violation, type World } from './world.ts';

/** How long the world may take to end everything once it is left in peace, in simulated time. */
const MAX_PEACE_MS = 2_400_000;
/** After the last of what the faults have put off. */
const SETTLING_MS = 1_000;
/** A world that takes more steps than this runs in circles. */
const MAX_STEPS = 200_000;
const KEPT_LINES = 40;
const KEPT_LINES_OF_REPLAY = 100_000;

export interface SimulationOptions {
  seed: number;
  profile: FaultProfile;
  /** Digest the whole trace. */
  isDigested?: boolean;
  /** Keep the whole trace. */
  isReplay?: boolean;
}

export interface SimulationResult {
  seed: number;
  steps: number;
  simulatedMs: number;
  violation: Violation | null;
  /** The newest lines, or all of them in a replay; empty when nothing was violated. */
  trace: string[];
  faults: Record<FaultKind, number>;
  checks: [string, number][];
  reached: string[];
  digest: number;
}

export interface Simulation {
  /** Lets the next thing happen; false when the world has come to its end. */
  step(): boolean;
  result(): SimulationResult;
}

export function createSimulation(options: SimulationOptions): Simulation {
  const { seed, profile, isDigested = false, isReplay = false } = options;
  const keptLines = isReplay ? KEPT_LINES_OF_REPLAY : KEPT_LINES;
  const world = createWorld({ seed, profile, keptLines, isDigested });
  const shape = drawShape(world.prng);
  const isSettled = populate(world, shape);
  const { scheduler, faults } = world;
  let steps = 0;
  let endsAtMs = Number.POSITIVE_INFINITY;

  scheduler.after(shape.troubledMs, () => {
    faults.end();
    world.trace.add('world', 'calms down', '');
    endsAtMs = Math.max(world.lateUntilMs, scheduler.nowMs()) + SETTLING_MS;
  });

  const isOver = (): boolean => {
    if (world.violation() !== null) return true;
    if (scheduler.nowMs() < endsAtMs) return false;
    // Where stored records may be lost, what they were about may wait for ever.
    if (world.isForgetful) return true;
    const open = isSettled();
    if (open.length === 0) return true;
    if (scheduler.nowMs() < shape.troubledMs + MAX_PEACE_MS) return false;
    world.violate('left in peace, everything ends or is visibly parked', open.join('; '));
    return true;
  };

  return {
    step() {
      if (isOver()) return false;
      steps += 1;
      if (steps > MAX_STEPS) world.violate('the world comes to rest', `${MAX_STEPS} steps`);
      return scheduler.step();
    },
    result: () => ({
      ...{ seed, steps, simulatedMs: scheduler.nowMs(), violation: world.violation() },
      trace: world.violation() !== null || isReplay ? world.trace.lines() : [],
      faults: faults.counts,
      checks: [...world.checks],
      reached: [...world.reached],
      digest: world.trace.digest(),
    }),
  };
}

/** Puts everybody into the world; the returned function lists what is still open. */
function populate(world: World, shape: Shape): () => string[] {
  const forge = createForge();
  const remote = createMergeRemote(world, { forge, shape: shape.merge });
  const environments = createEnvironments(world, shape.deploy);
  const ledger = createLedger(world, { remote, environments });
  const server = createServer(world, shape, ledger);
  const fleet = startFleet(world, { server, shape, forge, remote, environments });
  startPublisher(world, { life: fleet.bystander('publisher'), server, shape, ledger });
  startOperator(world, { life: fleet.bystander('operator'), server, shape, ledger });
  startChecksWatcher(world, { life: fleet.bystander('checks'), server, ledger });
  if (shape.merge !== null) {
    const queue = { server, shape, ledger, remote, merge: shape.merge };
    startMergeWatcher(world, { ...queue, life: fleet.bystander('queue') });
    startMergeOperator(world, { ...queue, life: fleet.bystander('release') });
  }
  if (shape.deploy !== null) {
    const given = { server, ledger, environments, deploy: shape.deploy };
    startDeployOperator(world, { ...given, life: fleet.bystander('on call') });
  }
  let seen = -1;
  let open: string[] = [];
  return () => {
    if (seen !== ledger.happenings() + server.jobs.size()) {
      seen = ledger.happenings() + server.jobs.size();
      open = unsettled({ ledger, server, shape });
    }
    return open;
  };
}
