// A deadline that has fired is not armed again by the event it fires, although its record must be read first.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createDeadlines } from '../../../services/actors/deadlines.ts';
import { createVirtualClock, settled } from '../../support/virtual-clock.ts';
import { within } from '../../support/within.ts';
import { ask, exited, RUN, runOpening } from './actor-events.ts';
import { createActorHost, createActorWorld, LONG_MS } from './actor-hosts.ts';

/** A host that has taken over a run whose result waits for its claim, and none of whose commits end. */
async function setup() {
  const world = createActorWorld();
  const before = createActorHost(world, 'host-a');
  await before.actors.deliver(runOpening());
  await before.actors.deliver(exited());
  let commits = 0;
  const heir = createActorHost(world, 'host-b', {
    mutation: (committer) => ({
      ...committer,
      commit() {
        commits += 1;
        return new Promise(() => {});
      },
    }),
  });
  const stored = await world.stored(RUN);
  if (stored === null) throw new Error('the run was not opened');
  return { ...{ clock: world.clock, heir, stored }, commitCount: () => commits };
}

test(
  'a deadline of a record that is not in memory fires once, and not again while its event is decided',
  within(5_000, async () => {
    const { clock, commitCount, heir, stored } = await setup();
    heir.actors.watch(RUN, stored);
    await clock.advance(1_000_000);
    const firstTime = heir.fired.map(({ name }) => name);
    const isInMemory = heir.cache.peek(RUN) !== undefined;

    void heir.actors.deliver(ask(RUN, 'grace-elapsed', { door: 'deadline', atMs: clock.nowMs() }));
    await settled();
    await clock.advance(LONG_MS);

    assert.equal(firstTime, ['grace-elapsed']);
    assert.not(isInMemory);
    assert.is(commitCount(), 1);
    assert.is(heir.fired.length, 1);
  }),
);

test(
  'a record that is read while nothing waits for its deadline is waited for from then on',
  within(5_000, async () => {
    const { clock, heir } = await setup();

    await heir.actors.deliver(ask(RUN, 'started', { data: {} }));
    await clock.advance(1_000_000);

    assert.equal(
      heir.fired.map(({ name }) => name),
      ['grace-elapsed'],
    );
  }),
);

test(
  'what a revision waits for is known until another revision replaces it, also after it has fired',
  within(5_000, async () => {
    const clock = createVirtualClock();
    const deadlines = createDeadlines(clock, () => {});
    const known: boolean[][] = [];
    const look = () => void known.push([3, 4].map((revision) => deadlines.isSet(RUN, revision)));

    look();
    deadlines.set(RUN, 3, { 'grace-elapsed': clock.nowMs() + 1_000 });
    look();
    await clock.advance(2_000);
    look();
    deadlines.set(RUN, 4, { 'grace-elapsed': clock.nowMs() + 1_000 });
    look();
    deadlines.forget(RUN);
    look();

    assert.equal(known, [
      [false, false],
      [true, false],
      [true, false],
      [false, true],
      [false, false],
    ]);
  }),
);

test(
  'an older revision that a scan has found does not take the place of a newer one, in memory or not',
  within(5_000, async () => {
    const world = createActorWorld();
    const host = createActorHost(world, 'host-a');
    await host.actors.deliver(runOpening());
    const older = await world.stored(RUN);
    if (older === null) throw new Error('the run was not opened');
    await host.actors.deliver(exited());
    host.cache.forget(RUN);

    host.actors.watch(RUN, older);
    await world.clock.advance(1_000_000);

    assert.equal(
      host.fired.map(({ name }) => name),
      ['grace-elapsed'],
    );
  }),
);

test.run();
