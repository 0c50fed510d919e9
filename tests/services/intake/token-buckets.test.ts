// How often each sender may come.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createTokenBuckets } from '../../../services/intake/token-buckets.ts';
import { createVirtualClock } from '../../support/virtual-clock.ts';
import { within } from '../../support/within.ts';

function setup({ maxSenders = 10 } = {}) {
  const clock = createVirtualClock();
  const buckets = createTokenBuckets(clock, { burst: 2, perSecond: 4, maxSenders });
  const waits = (...senders: string[]) => senders.map((sender) => buckets.take(sender));
  return { clock, waits };
}

test('a sender that comes too often is told how long to wait, and others are not held up', () => {
  const { waits } = setup();

  assert.equal(waits('a', 'a', 'a', 'b'), [0, 0, 250, 0]);
});

test(
  'a bucket fills up again by itself, and never beyond what may come at once',
  within(5_000, async () => {
    const { clock, waits } = setup();
    waits('a', 'a');
    await clock.advance(250);
    const afterOne = waits('a', 'a');
    await clock.advance(60_000);

    assert.equal(afterOne, [0, 250]);
    assert.equal(waits('a', 'a', 'a'), [0, 0, 250]);
  }),
);

test('whoever came longest ago is forgotten first', () => {
  const { waits } = setup({ maxSenders: 2 });
  waits('a', 'a', 'b', 'b', 'a', 'c');

  assert.equal(waits('a', 'b'), [250, 0]);
});

test.run();
