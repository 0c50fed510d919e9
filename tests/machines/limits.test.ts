// Limits and their defaults, and the doubling of waits.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { backoffMs, limitsSchema } from '../../machines/limits.ts';
import { GRACE_MS_DEFAULT } from '../../machines/pipeline.ts';

test('a wait doubles with each try, up to its cap', () => {
  const waitsMs = [0, 1, 2, 3, 4].map((tries) => backoffMs(1_000, 5_000, tries));

  assert.equal(waitsMs, [1_000, 2_000, 4_000, 5_000, 5_000]);
});

test('a wait stays a finite number however many tries there were', () => {
  assert.is(backoffMs(1_000, Number.MAX_SAFE_INTEGER, 1e9), 1_000 * 2 ** 30);
});

test('the grace is five minutes unless stated otherwise', () => {
  assert.is(GRACE_MS_DEFAULT, 300_000);
  assert.is(limitsSchema.parse({}).graceMs, GRACE_MS_DEFAULT);
});

test('a limit is a whole number of milliseconds above zero', () => {
  const values = [0, -1, 1.5, Number.POSITIVE_INFINITY, '5'];

  assert.equal(
    values.filter((graceMs) => limitsSchema.safeParse({ graceMs }).success),
    [],
  );
});

test('a fleet may retry without any pause', () => {
  assert.is(limitsSchema.parse({ retryBackoffMs: 0, retryBackoffCapMs: 0 }).retryBackoffMs, 0);
  assert.is(backoffMs(0, 0, 3), 0);
});

test.run();
