// The second law: claim before act. A host that loses the commit performs none of its effects.
// Two mutations that break it are kept here, to show that the rule would see it.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { PendingEffect } from '../../../machines/effect.ts';
import { decodeEntry } from '../../../services/actors/record-cache.ts';
import type { Fault } from '../../support/memory-bucket.ts';
import { createPrng } from '../../support/prng.ts';
import { within } from '../../support/within.ts';
import { claim, exited, runOpening } from './actor-events.ts';
import {
  type ActorHost,
  type ActorWorld,
  createActorHost,
  createActorWorld,
  LONG_MS,
  type Mutation,
} from './actor-hosts.ts';

const SEED = 20_260_101;
const RUNS = 200;
const FAULTS: (Fault | null)[] = [
  ...[null, null, null],
  ...(['error-before-write', 'error-after-write', 'late-write'] as const),
];

/** The old orchestrator's mistake: the effects go out before the claim is known to be won. */
const actsBeforeTheClaim: Mutation = (committer, { outbox, bucket }) => ({
  stats: committer.stats,
  commit(write) {
    const record = JSON.parse(write.value ?? '{}') as { outbox?: PendingEffect[] };
    const address = `${bucket === 'onceward-runs' ? 'run' : 'item'}.${write.key}`;
    void outbox.schedule(address, write.expectedRevision + 1, record.outbox ?? []);
    return committer.commit(write);
  },
});

/** A claim that is sent and taken for won, without waiting for the answer. */
const trustsTheClaim: Mutation = (committer) => ({
  stats: committer.stats,
  async commit(write) {
    void committer.commit(write);
    return { outcome: 'won', revision: write.expectedRevision + 1 };
  },
});

/**
 * The rule itself: every effect that was performed stands in a record that the performing host committed.
 * Returns the effects for which that is not so.
 */
async function effectsOfLosers(world: ActorWorld, hosts: ActorHost[]): Promise<string[]> {
  const ordered = new Set<string>();
  const all = hosts.flatMap(({ identity, performed }) =>
    performed.map(({ effect, origin }) => ({ identity, effect, address: origin.address })),
  );
  for (const address of new Set(all.map((one) => one.address))) {
    const past = await world.bucket('onceward-runs').history(address.slice('run.'.length));
    for (const loaded of past.map(decodeEntry)) {
      if (loaded.status !== 'stored') continue;
      const { by: identity, outbox } = loaded.stored.record;
      for (const { effect } of outbox) ordered.add(JSON.stringify({ identity, effect, address }));
    }
  }
  return all.map((one) => JSON.stringify(one)).filter((one) => !ordered.has(one));
}

/** Two hosts, each claiming every run for itself at the same moment, while writes go astray. */
async function race(mutation?: Mutation) {
  const prng = createPrng(SEED);
  const world = createActorWorld();
  const options = mutation === undefined ? {} : { mutation };
  const opener = createActorHost(world, 'host-opener');
  const hosts = ['host-a', 'host-b'].map((name) => createActorHost(world, name, options));
  const addresses = Array.from({ length: RUNS }, (_, n) => `run.shop.${n}.build.1`);
  for (const address of addresses) {
    void opener.actors.deliver(runOpening(address));
    void opener.actors.deliver(exited(address));
  }
  await world.clock.advance(LONG_MS);
  opener.performed.length = 0;

  for (const address of addresses) {
    const fault = prng.pick(FAULTS);
    const key = address.slice('run.'.length);
    if (fault !== null) world.bucket('onceward-runs').plan({ fault, key });
    const racing = prng
      .shuffle(hosts)
      .map(({ actors, identity }) => actors.deliver({ ...claim(identity, address), door: 'tell' }));
    await world.clock.advance(prng.integer(0, 100));
    world.bucket('onceward-runs').land();
    await world.clock.advance(LONG_MS);
    await Promise.allSettled(racing);
  }
  return { world, hosts, addresses };
}

test(
  `a host that loses the commit performs none of its effects (seed ${SEED})`,
  within(30_000, async () => {
    const { world, hosts, addresses } = await race();

    assert.equal(await effectsOfLosers(world, hosts), []);
    const advanced = hosts.flatMap(({ performed }) =>
      performed.map(({ origin }) => origin.address),
    );
    assert.equal(advanced.sort(), [...addresses].sort(), 'each run is advanced exactly once');
    assert.ok(
      hosts.every(({ performed }) => performed.length > RUNS / 10),
      'both hosts win some',
    );
  }),
);

test(
  'every loser is told who won, and stands in the audit',
  within(30_000, async () => {
    const { hosts } = await race();

    const claims = hosts.flatMap(({ outcomes }) => outcomes.map(({ reply }) => reply));
    const messages = claims.flatMap((reply) => (reply.outcome === 'refused' ? reply.message : []));
    assert.is(claims.length, 2 * RUNS);
    assert.is(messages.length, RUNS);
    assert.ok(messages.every((message) => /^already claimed by host-[ab]$/.test(message)));
  }),
);

test(
  'mutation: effects that go out before the claim break the rule, and it is seen',
  within(30_000, async () => {
    const { world, hosts } = await race(actsBeforeTheClaim);

    const found = await effectsOfLosers(world, hosts);

    assert.is(found.length, RUNS);
  }),
);

test(
  'mutation: a claim that is not waited for breaks the rule, and it is seen',
  within(30_000, async () => {
    const { world, hosts } = await race(trustsTheClaim);

    const found = await effectsOfLosers(world, hosts);

    assert.is(found.length, RUNS);
  }),
);

test.run();
