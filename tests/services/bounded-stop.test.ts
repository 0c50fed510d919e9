// A part that does not stop, and those that do.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Log } from '../../services/actors/log.ts';
import { boundedStop, STOP_LIMIT_MS } from '../../services/bounded-stop.ts';
import { createVirtualClock } from '../support/virtual-clock.ts';
import { within } from '../support/within.ts';

function setup(stop: () => Promise<unknown>) {
  const clock = createVirtualClock();
  const errors: unknown[] = [];
  const silent = () => {};
  const error: Log['error'] = ({ part }) => void errors.push(part);
  const log: Log = { info: silent, warn: silent, error };
  return { clock, errors, stopped: boundedStop('host', stop, { clock, log })() };
}

test(
  'a part that never stops is given up at the limit, and named',
  within(5_000, async () => {
    const { clock, errors, stopped } = setup(() => new Promise(() => {}));
    await clock.advance(STOP_LIMIT_MS - 1);
    assert.equal(errors, []);
    await clock.advance(1);
    await stopped;
    assert.equal(errors, ['host']);
  }),
);

test(
  'a part that stops leaves no timer and no word behind',
  within(5_000, async () => {
    const { clock, errors, stopped } = setup(async () => {});
    await stopped;
    assert.is(clock.waiting(), 0);
    assert.equal(errors, []);
  }),
);

test(
  'what a part says when stopping fails is passed on',
  within(5_000, async () => {
    const { clock, stopped } = setup(() => Promise.reject(new Error('no')));
    const failure = await stopped.catch((error: unknown) => error);
    assert.is((failure as Error).message, 'no');
    assert.is(clock.waiting(), 0);
  }),
);

test.run();
