// Time limit: 240 s
// Goal: faults of the infrastructure are never charged to an item, and never hide one of the product. Method: seeded
// cases through the real machines of an item, its runs and both environments, judged by the real classification.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createPrng } from '../../support/prng.ts';
import { triedOn } from './staging-noise.ts';
import { type StagingEnd, throughStaging } from './staging-world.ts';

/** Of each kind of product. */
const CASES = 5_000;
const FAULT_RATE = 0.3;

test('on infrastructure that fails in 30 % of all commands no item is blamed for a good product', () => {
  const blamed = goodProducts().filter(({ told, productCharges, item }) => {
    return told.includes('product_fail') || productCharges > 0 || item === 'failed';
  });
  assert.equal(blamed, []);
});

test('every good product passes in the end, or is held with the reason', () => {
  const ends = goodProducts();

  const lost = ends.filter((end) => end.item !== 'done' && !(isHeld(end) && end.reason !== ''));
  assert.equal(lost, []);
  assert.ok(ends.some(({ item }) => item === 'done'));
  assert.ok(ends.some(isHeld));
});

test('no product fault that infrastructure hides gets to production', () => {
  const ends = casesOf({ isBad: true });

  const leaked = ends.filter((end) => end.deployedToProduction.length > 0 || end.item === 'done');
  assert.equal(leaked, []);
  assert.ok(ends.some(({ told }) => told.includes('product_fail')));
});

test.run();

interface Case extends StagingEnd {
  seed: number;
}

let known: Case[] | undefined;

/** They take a while, and two rules are about the same ones. */
function goodProducts(): Case[] {
  known ??= casesOf({ isBad: false });
  return known;
}

function casesOf({ isBad }: { isBad: boolean }): Case[] {
  return Array.from({ length: CASES }, (_, seed) => {
    const prng = createPrng(seed);
    const hasVerdictFile = prng.isLucky(0.5);
    const end = throughStaging({
      hasVerdictFile,
      infraRetries: prng.integer(0, 5),
      releases: prng.integer(0, 2),
      endsOf: (environment) => {
        const isBadHere = isBad && environment === 'staging';
        return triedOn(prng, { faultRate: FAULT_RATE, isBad: isBadHere, hasVerdictFile });
      },
    });
    return { seed, ...end };
  });
}

function isHeld({ staging, production }: StagingEnd): boolean {
  return staging === 'held' || production === 'held';
}
