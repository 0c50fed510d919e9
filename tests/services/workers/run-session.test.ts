// What a worker says to its run: within a time limit, or for as long as it takes.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openRunSession } from '../../../services/workers/run-session.ts';
import { OncewardError } from '../../../transport/errors.ts';
import type { Asker, Reply } from '../../../transport/ports.ts';
import { createVirtualClock, hasSettled } from '../../support/virtual-clock.ts';
import { within } from '../../support/within.ts';

const HOUR_MS = 3_600_000;
const APPLIED: Reply = { outcome: 'applied', revision: 12, state: 'finalizing', isRepeat: false };

/** An asker that finds nobody, each time until its limit, for as long as the outage lasts. */
function setup({ outageMs = Number.POSITIVE_INFINITY, failure = unanswered() } = {}) {
  const clock = createVirtualClock();
  const ids: (string | undefined)[] = [];
  const limitsMs: (number | undefined)[] = [];
  const troubles: unknown[] = [];
  const asker: Asker = {
    async ask({ id }, { timeoutMs } = {}) {
      ids.push(id);
      limitsMs.push(timeoutMs);
      if (clock.monotonicMs() >= outageMs) return APPLIED;
      await new Promise<void>((done) => void clock.after(timeoutMs ?? 0, done));
      throw failure;
    },
  };
  const giveUp = new AbortController();
  const session = openRunSession(
    { address: 'run.shop.7.build.1', epoch: 2, revision: 10 },
    { asker, clock, giveUpSignal: giveUp.signal, onTrouble: (error) => troubles.push(error) },
  );
  return { clock, giveUp, ids, limitsMs, session, troubles };
}

function unanswered(): OncewardError {
  return new OncewardError('BROKER_UNAVAILABLE', 'no host answers');
}

test(
  'an exit is told after an outage of six hours, under one id all the time',
  within(5_000, async () => {
    const { clock, ids, session, troubles } = setup({ outageMs: 6 * HOUR_MS });

    const told = session.insist('exited', { code: 0 }, 'exited');
    await clock.advance(6 * HOUR_MS - 1);
    const early = await hasSettled(told);
    await clock.advance(60_000);

    assert.not(early);
    assert.equal(await told, APPLIED);
    assert.is(session.revision(), 12);
    assert.equal([...new Set(ids)], ['worker:run.shop.7.build.1:2:exited']);
    assert.is(troubles.length, ids.length - 1);
  }),
);

test(
  'once the worker gives up nothing is repeated any more',
  within(5_000, async () => {
    const { clock, giveUp, ids, session } = setup();
    const told = session.insist('claim', {}, 'claim').catch((error: unknown) => error);
    await clock.advance(HOUR_MS);

    giveUp.abort();
    await clock.advance(60_000);
    const before = ids.length;
    await clock.advance(HOUR_MS);

    assert.is(((await told) as OncewardError).code, 'BROKER_UNAVAILABLE');
    assert.is(ids.length, before);
    assert.is(clock.waiting(), 0);
  }),
);

test(
  'what is no outage is not repeated',
  within(5_000, async () => {
    const failure = new OncewardError('RECORD_CORRUPT', 'the answer cannot be read');
    const { clock, ids, session } = setup({ failure });
    const told = session.insist('exited', {}, 'exited').catch((error: unknown) => error);

    await clock.advance(HOUR_MS);

    assert.is(await told, failure);
    assert.is(ids.length, 1);
  }),
);

test(
  'anything else is given up when its time is over, five minutes unless told otherwise',
  within(5_000, async () => {
    const { clock, limitsMs, session } = setup();
    const told = session.send('started', {}).catch((error: unknown) => error);

    await clock.advance(300_000);

    assert.is(((await told) as OncewardError).code, 'BROKER_UNAVAILABLE');
    assert.equal(limitsMs, [300_000]);
  }),
);

test.run();
