// Who is alive, as one process sees it: by what it saw lately on its own clock, and by nobody else's.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { watchPresence } from '../../../services/actors/presence.ts';
import type { Presence, SeenPresence } from '../../../transport/ports.ts';
import { createVirtualClock } from '../../support/virtual-clock.ts';
import { within } from '../../support/within.ts';

const TTL_MS = 12_000;
const HOST_TTL_MS = 4_000;
const LOOK_MS = HOST_TTL_MS / 4;

async function setup(...present: string[]) {
  const clock = createVirtualClock();
  const seen = new Map<string, SeenPresence>();
  const errors: unknown[] = [];
  let revision = 0;
  let changes = 0;
  let failures = 0;
  let hint: (key: string) => void = () => {};
  const renew = (identity: string, role: Presence['role'] = 'worker') => {
    revision += 1;
    const presence = { identity, role, machine: 'machine-1', pid: 7, startedAtMs: 1 };
    seen.set(identity, { presence, revision });
  };
  for (const identity of present) renew(identity);
  const watch = await watchPresence(
    {
      async list() {
        failures -= 1;
        if (failures >= 0) throw new Error('the bucket cannot be read');
        return [...seen.values()];
      },
      onHint(callback) {
        hint = callback;
        return () => {
          hint = () => {};
        };
      },
    },
    {
      ...{ clock, ttlMs: TTL_MS, onError: (error) => void errors.push(error) },
      onChange: () => {
        changes += 1;
      },
    },
  );
  return {
    ...{ clock, errors, renew, watch },
    changes: () => changes,
    gone: (identity: string) => void seen.delete(identity),
    hint: (key: string) => hint(key),
    failNext(count: number) {
      failures = count;
    },
    /** Lets the time pass in looks, renewing these processes before each. */
    async pass(looks: number, ...renewed: string[]) {
      for (let n = 0; n < looks; n += 1) {
        for (const identity of renewed) renew(identity);
        await clock.advance(LOOK_MS);
      }
    },
  };
}

test(
  'whoever is there at the start is alive from the start, by role',
  within(5_000, async () => {
    const { renew, watch, pass } = await setup('worker-1', 'worker-2');
    renew('host-1', 'host');
    await pass(1, 'worker-1', 'worker-2');

    assert.equal(watch.alive('worker'), ['worker-1', 'worker-2']);
    assert.equal(watch.alive('host'), ['host-1']);
    assert.is(watch.unseenMs('worker-1'), 0);
  }),
);

test(
  'whoever renews stays alive, however long it takes',
  within(5_000, async () => {
    const { changes, pass, watch } = await setup('worker-1');

    await pass(100, 'worker-1');

    assert.equal(watch.alive('worker'), ['worker-1']);
    assert.is(watch.unseenMs('worker-1'), 0);
    assert.is(changes(), 1, 'only that it came');
  }),
);

test(
  'a worker that is not renewed counts as dead at the first look after its time to live',
  within(5_000, async () => {
    const { changes, clock, pass, watch } = await setup('worker-1');
    await pass(4, 'worker-1');
    const before = changes();

    await pass(TTL_MS / LOOK_MS);
    const early = watch.alive('worker');
    await clock.advance(LOOK_MS);

    assert.equal(early, ['worker-1']);
    assert.equal(watch.alive('worker'), []);
    assert.is(changes(), before + 1);
  }),
);

test(
  'a host counts as dead after 4 seconds, however long others may be silent',
  within(5_000, async () => {
    const { clock, pass, renew, watch } = await setup('worker-1');
    renew('host-1', 'host');
    await pass(1);

    await pass(HOST_TTL_MS / LOOK_MS);
    const early = watch.alive('host');
    await clock.advance(LOOK_MS);

    assert.equal(early, ['host-1']);
    assert.equal(watch.alive('host'), []);
    assert.equal(watch.alive('worker'), ['worker-1']);
  }),
);

test(
  'a key that is gone counts as dead at the next look',
  within(5_000, async () => {
    const { gone, pass, watch } = await setup('worker-1', 'worker-2');

    gone('worker-1');
    await pass(1, 'worker-2');

    assert.equal(watch.alive('worker'), ['worker-2']);
  }),
);

test(
  'how long somebody has not been seen is counted from when it was last seen alive',
  within(5_000, async () => {
    const { clock, gone, pass, watch } = await setup('worker-1');
    await pass(3, 'worker-1');
    gone('worker-1');

    await clock.advance(10 * LOOK_MS);

    assert.is(watch.unseenMs('worker-1'), 10 * LOOK_MS);
  }),
);

test(
  'whoever was never seen has not been seen since this process began to look',
  within(5_000, async () => {
    const { clock, watch } = await setup();

    await clock.advance(7_000);

    assert.is(watch.unseenMs('worker-9'), 7_000);
  }),
);

test(
  'somebody new is noticed at once, by the hint',
  within(5_000, async () => {
    const { changes, clock, hint, renew, watch } = await setup();
    renew('worker-1');

    hint('worker.worker-1');
    await clock.advance(0);

    assert.equal(watch.alive('worker'), ['worker-1']);
    assert.is(changes(), 1);
  }),
);

test(
  'somebody who leaves is missed at once, by the hint',
  within(5_000, async () => {
    const { clock, gone, hint, watch } = await setup('worker-1');
    gone('worker-1');

    hint('worker.worker-1');
    await clock.advance(0);

    assert.equal(watch.alive('worker'), []);
  }),
);

test(
  'somebody who comes back is alive again, and unseen no more',
  within(5_000, async () => {
    const { clock, gone, pass, watch } = await setup('worker-1');
    gone('worker-1');
    await clock.advance(5 * LOOK_MS);

    await pass(1, 'worker-1');

    assert.equal(watch.alive('worker'), ['worker-1']);
    assert.is(watch.unseenMs('worker-1'), 0);
  }),
);

test(
  'a look that fails is reported and followed by the next; nobody is taken for dead by it alone',
  within(5_000, async () => {
    const { errors, failNext, pass, watch } = await setup('worker-1');
    failNext(2);

    await pass(2, 'worker-1');
    const during = watch.alive('worker');
    await pass(1, 'worker-1');

    assert.is(errors.length, 2);
    assert.equal(during, ['worker-1']);
    assert.equal(watch.alive('worker'), ['worker-1']);
  }),
);

test(
  'after the stop nobody is looked for any more',
  within(5_000, async () => {
    const { changes, clock, hint, renew, watch } = await setup();
    watch.stop();
    renew('worker-1');

    hint('worker.worker-1');
    await clock.advance(10 * LOOK_MS);

    assert.is(changes(), 0);
    assert.is(clock.waiting(), 0);
  }),
);

test.run();
