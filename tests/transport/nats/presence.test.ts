// The presence bucket on a real server: a key for each process, gone when it is withdrawn or not renewed.
import type { NatsConnection } from 'nats';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createAnnouncer, createPresenceStore } from '../../../transport/nats/presence.ts';
import { ensureTopology } from '../../../transport/nats/topology.ts';
import type { Presence } from '../../../transport/ports.ts';
import { every } from '../../support/local-clock.ts';
import { openNats } from '../../support/nats-fixture.ts';
import { stopNatsServer } from '../../support/nats-server.ts';
import { rejects } from '../../support/rejects.ts';
import { within } from '../../support/within.ts';

const TTL_MS = 60_000;
const SHORT_TTL_MS = 1_000;

async function setup() {
  const { close, connect, nc, server } = await openNats({ isFresh: true });
  const announcer = createAnnouncer(await connect('announcer'));
  const store = createPresenceStore(nc);
  const identities = async () =>
    (await store.list()).map(({ presence }) => presence.identity).sort();
  return { announcer, close, connect, identities, nc, server, store };
}

function presence(identity: string, role: Presence['role'] = 'worker'): Presence {
  return { identity, role, machine: 'machine-1', pid: 7, startedAtMs: 1_000 };
}

/** Looks again and again until the list is as expected; the time limit of the test ends it. */
async function untilListed(list: () => Promise<string[]>, expected: string[]): Promise<void> {
  while ((await list()).join() !== expected.join());
}

/** The hints so far, and a promise of as many as are waited for. */
async function hintsOf(nc: NatsConnection) {
  const hints: string[] = [];
  let check = () => {};
  const stop = createPresenceStore(nc).onHint((key) => {
    hints.push(key);
    check();
  });
  await nc.flush();
  const received = (count: number) =>
    new Promise<void>((resolve) => {
      check = () => void (hints.length >= count && resolve());
      check();
    });
  return { hints, received, stop };
}

test(
  'nobody has announced itself: the list is empty',
  within(10_000, async () => {
    const { close, store } = await setup();

    assert.equal(await store.list(), []);
    await close();
  }),
);

test(
  'a server that does not answer is reported by its code',
  within(10_000, async () => {
    const { close, nc, store } = await setup();

    await nc.close();

    await rejects(store.list(), 'BROKER_UNAVAILABLE');
    await close();
  }),
);

test(
  'whoever announced itself is listed as it said, once, whatever its role',
  within(10_000, async () => {
    const { announcer, close, store } = await setup();
    const all = [presence('host-1', 'host'), presence('worker-1'), presence('worker-2')];

    for (const one of all) await announcer.announce(one, TTL_MS);

    const listed = (await store.list()).map((seen) => seen.presence);
    assert.equal(
      listed.sort((a, b) => (a.identity < b.identity ? -1 : 1)),
      all,
    );
    await close();
  }),
);

test(
  'a renewal changes the revision, and nothing else',
  within(10_000, async () => {
    const { announcer, close, store } = await setup();
    await announcer.announce(presence('worker-1'), TTL_MS);
    const [before] = await store.list();

    await announcer.announce(presence('worker-1'), TTL_MS);

    const [after, ...others] = await store.list();
    assert.equal(after?.presence, before?.presence);
    assert.ok((after?.revision ?? 0) > (before?.revision ?? 0));
    assert.equal(others, []);
    await close();
  }),
);

test(
  'a key that is not renewed expires, and one that is stays',
  within(20_000, async () => {
    const { announcer, close, identities } = await setup();
    await announcer.announce(presence('silent'), SHORT_TTL_MS);
    await announcer.announce(presence('alive'), SHORT_TTL_MS);
    const endRenewal = every(SHORT_TTL_MS / 3, () => {
      void announcer.announce(presence('alive'), SHORT_TTL_MS).catch(() => {});
    });
    const before = await identities();

    await untilListed(identities, ['alive']);
    endRenewal();
    await untilListed(identities, []);

    assert.equal(before, ['alive', 'silent']);
    await close();
  }),
);

test(
  'a key that is withdrawn is gone at once, and those of others stay',
  within(10_000, async () => {
    const { announcer, close, identities } = await setup();
    await announcer.announce(presence('worker-1'), TTL_MS);
    await announcer.announce(presence('worker-2'), TTL_MS);

    await announcer.withdraw(presence('worker-1'));

    assert.equal(await identities(), ['worker-2']);
    await close();
  }),
);

test(
  'announcing and withdrawing are hinted with role and identity, renewing is not',
  within(10_000, async () => {
    const { announcer, close, nc } = await setup();
    const { hints, received, stop } = await hintsOf(nc);

    await announcer.announce(presence('host-1', 'host'), TTL_MS);
    await announcer.announce(presence('host-1', 'host'), TTL_MS);
    await announcer.withdraw(presence('host-1', 'host'));
    await received(2);
    stop();
    await announcer.announce(presence('worker-1'), TTL_MS);
    await nc.flush();

    assert.equal([...hints], ['host.host-1', 'host.host-1']);
    await close();
  }),
);

test(
  'a server that was restarted has forgotten the bucket; made again, it is empty',
  within(20_000, async () => {
    const { announcer, close, connect, server } = await setup();
    await announcer.announce(presence('worker-1'), TTL_MS);

    await server.restart({ kill9: true });
    const nc = await connect('restorer');
    await ensureTopology(nc);
    const after = await createPresenceStore(nc).list();
    await createAnnouncer(nc).announce(presence('worker-2'), TTL_MS);

    assert.equal(after, []);
    assert.is((await createPresenceStore(nc).list())[0]?.presence.identity, 'worker-2');
    await close();
  }),
);

test.after(() => stopNatsServer());
test.run();
