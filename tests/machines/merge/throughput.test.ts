// What batches are for: with few items at fault many more land an hour, and with many at fault never fewer.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { mergeThroughput } from '../../support/merge-throughput.ts';

const SEEDS = [1, 2, 3];
const ITEMS = 1_000;

function gains(faultyShare: number): number[] {
  return SEEDS.map((seed) => {
    const given = { faultyShare, seed, items: ITEMS };
    const [one, eight] = [1, 8].map((batchSize) => mergeThroughput({ ...given, batchSize }));
    assert.is(one?.innocents, 0);
    assert.is(eight?.innocents, 0);
    return (eight?.landedPerHour ?? 0) / (one?.landedPerHour ?? 1);
  });
}

test('with 2 % at fault, batches of 8 land five times as many an hour as one at a time', () => {
  const found = gains(0.02);

  assert.ok(Math.min(...found) >= 5, found.join());
});

test('with 30 % at fault, they never land fewer', () => {
  const found = gains(0.3);

  assert.ok(Math.min(...found) >= 1, found.join());
});

test.run();
