// How a world with a merge queue is made: its last stage, how many items come, and what goes wrong with what they
// made. Drawn apart from everything else, so that a world without a queue is what it was.
import { createPrng, type Prng } from '../support/prng.ts';

/** How likely a world has a merge queue. */
const SHARE = 0.06;

export interface MergeShape {
  /** Of the items' commits that are red by themselves. */
  redShare: number;
  /** Of the pairs of commits that are only red together, and that conflict in their text. */
  redPairShare: number;
  conflictShare: number;
  /** Of the tests that are red without a reason, and that fail for want of infrastructure. */
  flakeShare: number;
  faultShare: number;
  /** How often somebody else moves the base, and which share of that is red. */
  strangers: number;
  redStrangerShare: number;
  /** The forge has a say in candidates, too. */
  isChecked: boolean;
  /** Nobody resumes a queue that stands still. */
  isLeftAlone: boolean;
  /** The operator plays with the queue. */
  isMeddled: boolean;
}

export interface MergeWorld {
  merge: MergeShape;
  items: number;
  stages: Record<string, unknown>[];
}

/** Null for most worlds. */
export function drawMergeWorld(seed: number): MergeWorld | null {
  const prng = createPrng(seed ^ 0x3e26e);
  if (!prng.isLucky(SHARE)) return null;
  const isBad = prng.isLucky(0.2);
  const isChecked = prng.isLucky(0.25);
  return {
    items: isBad ? prng.integer(3, 4) : prng.pick([1, 2, 2, 3, 4, 6]),
    merge: {
      redShare: isBad ? 0.9 : prng.pick([0, 0.1, 0.3]),
      redPairShare: prng.pick([0, 0.1, 0.25]),
      conflictShare: prng.pick([0, 0.1, 0.2]),
      flakeShare: prng.pick([0, 0, 0.1, 0.3]),
      faultShare: prng.pick([0, 0.05, 0.2]),
      strangers: prng.pick([0, 0, 1, 3, 6]),
      redStrangerShare: prng.pick([0, 0.3, 0.6]),
      isChecked,
      isLeftAlone: prng.isLucky(0.05),
      isMeddled: prng.isLucky(0.3),
    },
    stages: [drawWork(prng, isBad), drawMerge(prng, isBad, isChecked)],
  };
}

function drawWork(prng: Prng, isBad: boolean): Record<string, unknown> {
  const budgets = { product: isBad ? 8 : 3, infra: 5 };
  const common = { name: 'build', command: 'work', wallClockMs: 8_000, killGraceMs: 300, budgets };
  return { ...common, kind: prng.pick(['agent', 'command', 'command']), gates: [{ kind: 'exit' }] };
}

function drawMerge(prng: Prng, isBad: boolean, isChecked: boolean): Record<string, unknown> {
  const checks = isChecked ? { checks: { inactivityMs: 30_000 } } : {};
  return {
    ...{ name: 'land', kind: 'merge', onFail: 'build', silenceMs: 1_000 },
    gates: [{ kind: 'command', command: 'test' }],
    budgets: { product: isBad ? 6 : prng.integer(1, 3) },
    merge: {
      batchSize: prng.pick([1, 2, 4, 8]),
      admission: prng.isLucky(0.3) ? 'forge' : 'none',
      redTrials: prng.pick([2, 2, 2, 1, 3]),
      ...checks,
    },
  };
}
