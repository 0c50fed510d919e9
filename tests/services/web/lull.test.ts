// When the board is read on: while nobody waits for an answer, but not never.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createLull } from '../../../services/web/lull.ts';
import { createVirtualClock } from '../../support/virtual-clock.ts';
import { within } from '../../support/within.ts';

const LIMIT_MS = 5_000;

/** `passedMs` is null while it waits. */
function setup() {
  const clock = createVirtualClock();
  const lull = createLull(clock);
  const waiting = { passedMs: null as number | null };
  const wait = () => {
    const startedMs = clock.monotonicMs();
    void lull.wait().then(() => {
      waiting.passedMs = clock.monotonicMs() - startedMs;
    });
    return waiting;
  };
  return { clock, lull, wait };
}

test(
  'nothing is waited for while nobody asks',
  within(LIMIT_MS, async () => {
    const { clock, wait } = setup();

    const waiting = wait();
    await clock.advance(0);

    assert.is(waiting.passedMs, 0);
  }),
);

test(
  'it waits for an answer that is under way, and a moment longer: the next request comes then',
  within(LIMIT_MS, async () => {
    const { clock, lull, wait } = setup();
    const end = lull.begin();

    const waiting = wait();
    await clock.advance(20);
    end();
    await clock.advance(30);
    const afterTheAnswer = waiting.passedMs;
    await clock.advance(30);

    assert.is(afterTheAnswer, null);
    assert.is(waiting.passedMs, 60);
  }),
);

test(
  'it waits for a tenth of a second at most, whoever asks meanwhile',
  within(LIMIT_MS, async () => {
    const { clock, lull, wait } = setup();
    lull.begin();

    const waiting = wait();
    await clock.advance(1_000);

    assert.is(waiting.passedMs, 100);
  }),
);

test.run();
