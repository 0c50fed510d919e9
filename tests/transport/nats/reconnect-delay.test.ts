// The waits between tries to come back: they grow, are bounded, and differ.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createReconnectDelay } from '../../../transport/nats/reconnect-delay.ts';

const SHORTEST = () => 0;
const LONGEST = (below: number) => below - 1;

function waits(random: (below: number) => number, tries: number): number[] {
  const delay = createReconnectDelay(random);
  return Array.from({ length: tries }, () => {
    delay.tried();
    return delay.next();
  });
}

test('each failed try doubles the wait, up to two seconds', () => {
  assert.equal(waits(SHORTEST, 5), [500, 1_000, 2_000, 2_000, 2_000]);
});

test('chance adds up to as much again', () => {
  assert.equal(waits(LONGEST, 4), [999, 1_999, 3_999, 3_999]);
});

test('two processes do not wait equally long', () => {
  const delays = Array.from({ length: 20 }, () => createReconnectDelay().next());
  assert.ok(new Set(delays).size > 1);
  assert.ok(delays.every((delayMs) => delayMs >= 250 && delayMs < 500));
});

test('once the connection is back, the next wait is short again', () => {
  const delay = createReconnectDelay(SHORTEST);
  delay.tried();
  delay.tried();
  delay.reset();
  assert.is(delay.next(), 250);
});

test.run();
