// A watch calls at its limit, goes on when it is told to, survives a look that fails, and ends for good.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type IdleWatchOptions, watchIdle } from '../../../services/workers/idle-watch.ts';
import { pause } from '../../../services/workers/pause.ts';
import { createVirtualClock } from '../../support/virtual-clock.ts';
import { within } from '../../support/within.ts';

function setup(onIdle: IdleWatchOptions['onIdle']) {
  const clock = createVirtualClock();
  const looksAtMs: number[] = [];
  const troubles: unknown[] = [];
  let lastMs = 0;
  const stop = watchIdle({
    ...{ clock, limitMs: 1_000, lastMs: () => lastMs },
    onIdle(signal) {
      looksAtMs.push(clock.monotonicMs());
      return onIdle(signal);
    },
    onTrouble: (error) => troubles.push(error),
  });
  const happen = () => {
    lastMs = clock.monotonicMs();
  };
  return { clock, stop, happen, looksAtMs, troubles };
}

test(
  'nobody is called while it happens within the limit, and then at the limit',
  within(5_000, async () => {
    const { clock, happen, looksAtMs } = setup(async () => true);

    await clock.advance(900);
    happen();
    await clock.advance(999);
    assert.equal(looksAtMs, []);
    await clock.advance(1);

    assert.equal(looksAtMs, [1_900]);
  }),
);

test(
  'what is over is watched no longer, and leaves no timer',
  within(5_000, async () => {
    const { clock, looksAtMs } = setup(async () => true);

    await clock.advance(10_000);

    assert.equal(looksAtMs, [1_000]);
    assert.is(clock.waiting(), 0);
  }),
);

test(
  'a look that changes nothing is repeated after a pause, not at once',
  within(5_000, async () => {
    const { clock, stop, looksAtMs } = setup(async () => false);

    await clock.advance(1_250);
    stop();

    assert.equal(looksAtMs, [1_000, 1_100, 1_200]);
  }),
);

test(
  'a look that fails is reported and repeated',
  within(5_000, async () => {
    let looks = 0;
    const { clock, looksAtMs, troubles } = setup(async () => {
      looks += 1;
      if (looks === 1) throw new Error('cannot look');
      return true;
    });

    await clock.advance(5_000);

    assert.equal(looksAtMs, [1_000, 1_100]);
    assert.equal(troubles.map(String), ['Error: cannot look']);
  }),
);

test(
  'a watch that is stopped while it looks says so, and never looks again',
  within(5_000, async () => {
    const seen: boolean[] = [];
    const { clock, stop, looksAtMs } = setup(async (signal) => {
      await pause(clock, 300, signal);
      seen.push(signal.aborted);
      return false;
    });

    await clock.advance(1_100);
    stop();

    assert.is(clock.waiting(), 0);
    await clock.advance(10_000);
    assert.equal([looksAtMs, seen], [[1_000], [true]]);
  }),
);

test(
  'a look that fails once the watch is stopped is nobody’s trouble',
  within(5_000, async () => {
    const { clock, stop, troubles } = setup(async (signal) => {
      await pause(clock, 300, signal);
      throw new Error('too late');
    });

    await clock.advance(1_100);
    stop();
    await clock.advance(10_000);

    assert.equal(troubles, []);
  }),
);

test.run();
