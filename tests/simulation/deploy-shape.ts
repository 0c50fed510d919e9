// How a world with environments is made: its pipeline behind a merge queue, and what goes wrong with what is deployed.
// Drawn apart from everything else, so that a world without environments is what it was.
import { createPrng, type Prng } from '../support/prng.ts';
import type { MergeShape } from './merge-shape.ts';

/** How likely a world without a merge queue of its own has environments. */
const SHARE = 0.05;
const TEMPORARY_FAILURE = 75;

export interface DeployShape {
  /** Of the versions that are bad in an environment. */
  badShare: number;
  /** Of the steps that fail for want of infrastructure, that nobody observes, and of measurements that fail. */
  faultShare: number;
  unobservedShare: number;
  errorShare: number;
  /** Somebody moves a tag behind everybody's back. */
  isTampered: boolean;
  /** Nobody decides on what waits for a person. */
  isLeftAlone: boolean;
  /** The operator holds, releases and rolls back. */
  isMeddled: boolean;
}

export interface DeployWorld {
  deploy: DeployShape;
  merge: MergeShape;
  items: number;
  stages: Record<string, unknown>[];
}

const QUIET: MergeShape = {
  ...{ redShare: 0, redPairShare: 0, conflictShare: 0, flakeShare: 0, faultShare: 0 },
  ...{ strangers: 0, redStrangerShare: 0, isChecked: false, isLeftAlone: false, isMeddled: false },
};

/** Null for most worlds. */
export function drawDeployWorld(seed: number): DeployWorld | null {
  const prng = createPrng(seed ^ 0xde910);
  if (!prng.isLucky(SHARE)) return null;
  return {
    merge: { ...QUIET, isLeftAlone: prng.isLucky(0.5) },
    items: prng.pick([1, 2, 2, 3, 4]),
    deploy: {
      badShare: prng.pick([0, 0.2, 0.4]),
      faultShare: prng.pick([0, 0.1, 0.3]),
      unobservedShare: prng.pick([0, 0, 0.05]),
      errorShare: prng.pick([0, 0.1, 0.3]),
      isTampered: prng.isLucky(0.2),
      isLeftAlone: prng.isLucky(0.1),
      isMeddled: prng.isLucky(0.3),
    },
    stages: [build, land, deployStage(prng, 'staging'), deployStage(prng, 'production')],
  };
}

const build = {
  ...{ name: 'build', kind: 'command', command: 'work', wallClockMs: 8_000, killGraceMs: 300 },
  ...{ gates: [{ kind: 'exit' }], budgets: { product: 4, infra: 5 } },
};

const land = {
  ...{ name: 'land', kind: 'merge', onFail: 'build', silenceMs: 1_000 },
  gates: [{ kind: 'command', command: 'test' }],
  merge: { batchSize: 2, admission: 'none' },
};

function deployStage(prng: Prng, environment: string): Record<string, unknown> {
  const isProduction = environment === 'production';
  const knobs = { initialDelayMs: 100, intervalMs: 500, failureLimit: 0 };
  const count = prng.integer(1, 3);
  const probe = { name: 'alive', kind: 'command', command: 'true', ...knobs, count };
  return {
    ...{ name: environment, kind: 'deploy', onFail: 'build', silenceMs: 1_000 },
    budgets: { product: 2 },
    deploy: {
      ...{ environment, image: { name: 'registry.test/shop' }, deploy: { command: 'deploy' } },
      ...(isProduction ? { requires: 'staging' } : { build: { command: 'build' } }),
      infrastructure: { exitCodes: [TEMPORARY_FAILURE] },
      retries: { infra: 3, rollback: 3, backoffMs: 200, backoffCapMs: 1_000 },
      watch: { probes: prng.isLucky(0.85) ? [probe] : [], deadlineMs: 300_000 },
      reaction: {
        rollback: prng.pick(['automatic', 'automatic', 'automatic', 'approval', 'none']),
        freezeQueue: isProduction && prng.isLucky(0.5),
      },
    },
  };
}
