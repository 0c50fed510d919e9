// What actors do when an outcome is unknown, and with what a host before them left behind.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { GRACE_MS_DEFAULT } from '../../../machines/pipeline.ts';
import { type Stored, stateName } from '../../../machines/record.ts';
import { rejects } from '../../support/rejects.ts';
import { settled } from '../../support/virtual-clock.ts';
import { within } from '../../support/within.ts';
import { ask, claim, exited, ITEM, itemOpening, RUN, runOpening } from './actor-events.ts';
import { type ActorHost, createActorHost, createActorWorld, LONG_MS } from './actor-hosts.ts';

const RUN_KEY = RUN.slice('run.'.length);
const EVERY_READ_LOST = Array.from({ length: 12 }, () => ({ fault: 'lost-read' }) as const);

async function setup() {
  const world = createActorWorld();
  const host = createActorHost(world, 'host-a');
  await host.actors.deliver(runOpening());
  const runs = world.bucket('onceward-runs');
  /** The next write lands, and nobody can be asked whether it did. */
  const loseTheNextAnswer = () => runs.plan({ fault: 'error-after-write' }, ...EVERY_READ_LOST);
  return { ...host, clock: world.clock, loseTheNextAnswer, runs, world };
}

/** What a take-over does with a record it finds. */
function takeUp(
  { actors, outbox }: Pick<ActorHost, 'actors' | 'outbox'>,
  address: string,
  stored: Stored,
) {
  actors.watch(address, stored);
  void outbox.schedule(address, stored.revision, stored.record.outbox);
}

test(
  'an ask whose outcome stays unknown fails; asked again it is answered with the first result',
  within(5_000, async () => {
    const { actors, clock, loseTheNextAnswer, runs } = await setup();
    loseTheNextAnswer();
    const event = exited();

    const failing = rejects(actors.deliver(event), 'OUTCOME_UNKNOWN');
    await clock.advance(LONG_MS);
    await failing;
    const { reply } = await actors.deliver(event);

    assert.equal(reply, { outcome: 'applied', revision: 2, state: 'finalizing', isRepeat: true });
    assert.is((await runs.history(RUN_KEY)).length, 2);
  }),
);

test(
  'any other event whose outcome stays unknown is tried until it is known, and applied once',
  within(5_000, async () => {
    const { actors, clock, loseTheNextAnswer, reports, runs } = await setup();
    loseTheNextAnswer();
    const event = { ...exited(), door: 'mailbox' as const };

    const delivered = actors.deliver(event);
    await clock.advance(LONG_MS);
    const { reply } = await delivered;

    assert.is(reply.outcome === 'applied' && reply.state, 'finalizing');
    assert.equal(reports, [event.id]);
    assert.is((await runs.history(RUN_KEY)).length, 2);
  }),
);

test(
  'a later event of the actor does not overtake one whose outcome is unknown',
  within(5_000, async () => {
    const { actors, clock, loseTheNextAnswer, world } = await setup();
    loseTheNextAnswer();

    void actors.deliver({ ...exited(), door: 'mailbox' });
    let isClaimed = false;
    const claimed = actors.deliver(claim('publisher')).then(({ reply }) => {
      isClaimed = true;
      return reply;
    });
    await settled();
    const early = isClaimed;
    await clock.advance(LONG_MS);

    assert.not(early);
    assert.is((await claimed).outcome, 'applied');
    assert.is((await world.stored(RUN))?.record.event.type, 'claim');
  }),
);

test(
  'a host that stops gives up what it cannot find out',
  within(5_000, async () => {
    const { actors, clock, loseTheNextAnswer, stopRetrying } = await setup();
    loseTheNextAnswer();

    const failing = rejects(actors.deliver({ ...exited(), door: 'mailbox' }), 'OUTCOME_UNKNOWN');
    stopRetrying();
    await clock.advance(LONG_MS);

    await failing;
  }),
);

test(
  'an event that fails leaves the queue of its actor usable',
  within(5_000, async () => {
    const { actors, clock, loseTheNextAnswer } = await setup();
    loseTheNextAnswer();
    const failing = rejects(actors.deliver(ask(RUN, 'started')), 'OUTCOME_UNKNOWN');
    const next = actors.deliver(exited());
    await clock.advance(LONG_MS);
    await failing;

    assert.is((await next).reply.state, 'finalizing');
  }),
);

test(
  'a record that is taken up has its unperformed effects performed and its deadlines waited for',
  within(5_000, async () => {
    const { actors, world } = await setup();
    await actors.deliver(exited());
    await actors.deliver(claim('publisher'));
    const stored = await world.stored(RUN);
    const next = createActorHost(world, 'host-b');
    assert.ok(stored);

    takeUp(next, RUN, stored);
    await world.clock.advance(LONG_MS);

    assert.equal(next.performedNames(), ['advance']);
    assert.equal(
      next.fired.map(({ name, revision }) => [name, revision]),
      [['lease-elapsed', stored.revision]],
    );
  }),
);

test(
  'taking a record up again performs nothing a second time',
  within(5_000, async () => {
    const host = await setup();
    const { actors, performed, world } = host;
    await actors.deliver(exited());
    await (await actors.deliver(claim('publisher'))).performed;
    const stored = await world.stored(RUN);
    assert.ok(stored);

    takeUp(host, RUN, stored);
    await settled();

    assert.is(performed.length, 1);
  }),
);

test(
  'the deadlines of a record older than the one in hand are not waited for',
  within(5_000, async () => {
    const { actors, fired, world } = await setup();
    const old = await world.stored(RUN);
    await actors.deliver(exited());
    assert.ok(old);

    actors.watch(RUN, old);
    await world.clock.advance(GRACE_MS_DEFAULT);

    assert.equal(
      fired.map(({ name }) => name),
      ['grace-elapsed'],
    );
  }),
);

test(
  'effects that are performed leave the record with its next commit, and others are carried along',
  within(5_000, async () => {
    const world = createActorWorld();
    const stuck = createActorHost(world, 'host-a', {
      async onPerform({ effect }) {
        if (effect.type === 'tell') await new Promise(() => {});
      },
    });
    await stuck.actors.deliver(itemOpening());
    await stuck.actors.deliver(ask(ITEM, 'pause'));
    const carried = (await world.stored(ITEM))?.record.outbox.length;
    const next = createActorHost(world, 'host-b');
    const { performed } = await next.actors.deliver(ask(ITEM, 'resume'));
    await performed;
    const stored = await world.stored(ITEM);
    assert.ok(stored);
    takeUp(next, ITEM, stored);
    await settled();
    await next.actors.deliver(ask(ITEM, 'pause'));

    assert.is(carried, 1);
    assert.equal(next.performedNames(), ['open']);
    assert.equal((await world.stored(ITEM))?.record.outbox, []);
  }),
);

test(
  'told to each other, an item and its runs go all the way to the end',
  within(5_000, async () => {
    const world = createActorWorld();
    const { actors, outbox } = createActorHost(world, 'host-a', { isTelling: true });
    const passStage = async (run: string) => {
      await actors.deliver(exited(run));
      await (await actors.deliver(claim('publisher', run))).performed;
      await outbox.drained(ITEM);
    };
    await (await actors.deliver(itemOpening(ITEM, ['build', 'ship']))).performed;

    await passStage(RUN);
    await passStage('run.shop.7.ship.1');

    const states = await Promise.all(
      [ITEM, RUN, 'run.shop.7.ship.1'].map(async (address) => world.stored(address)),
    );
    assert.equal(
      states.map((stored) => stateName(stored?.record.state ?? '')),
      ['done', 'advanced', 'advanced'],
    );
  }),
);

test.run();
