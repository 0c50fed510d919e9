// Real processes that announce themselves: one that dies is missed in time, and a busy one is not.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type PresenceWatch, watchPresence } from '../../../services/actors/presence.ts';
import { createPresenceStore } from '../../../transport/nats/presence.ts';
import type { Presence } from '../../../transport/ports.ts';
import { startChild } from '../../support/child-process.ts';
import { localClock } from '../../support/local-clock.ts';
import { openNats } from '../../support/nats-fixture.ts';
import { stopNatsServer } from '../../support/nats-server.ts';
import type { PresenceOrder } from '../../support/presence-process.ts';
import { within } from '../../support/within.ts';

const TTL_MS = 1_000;
/** The promise of the watch: a time to live and a quarter; and what a busy machine may add. */
const DEAD_WITHIN_MS = TTL_MS * 1.25 + 750;
const IDENTITY = 'worker-test-1';
const PRESENCE: Presence = {
  ...{ identity: IDENTITY, role: 'worker', machine: 'machine-1', pid: 7, startedAtMs: 1 },
};

/** A process that has announced itself, seen alive by a watch with the same time to live. */
async function setup({ ttlMs = TTL_MS } = {}) {
  const { close, connect, nc, server } = await openNats({ isFresh: true });
  const data = { url: server.url, credentials: undefined, presences: [PRESENCE], ttlMs };
  const child = startChild('presence-process.ts', data);
  await child.message();
  let onChange = () => {};
  const watch = await watchPresence(createPresenceStore(nc), {
    ...{ clock: localClock, ttlMs, onChange: () => onChange(), onError: () => {} },
  });
  return {
    ...{ child, connect, server, watch },
    /** Resolves at the first change of the fleet, whatever it is. */
    changed: () =>
      new Promise<void>((resolve) => {
        onChange = resolve;
      }),
    send: (order: PresenceOrder) => child.send(order),
    async close() {
      watch.stop();
      await child.kill();
      await close();
    },
  };
}

function isAlive(watch: PresenceWatch): boolean {
  return watch.alive('worker').includes(IDENTITY);
}

test(
  'a process that is killed counts as dead within a time to live and a quarter',
  within(20_000, async () => {
    const { changed, child, close, watch } = await setup();
    const before = isAlive(watch);
    const change = changed();

    await child.kill();
    const killedMs = performance.now();
    await change;
    const tookMs = performance.now() - killedMs;

    assert.ok(before);
    assert.not(isAlive(watch));
    assert.ok(tookMs < DEAD_WITHIN_MS, `missed after ${Math.round(tookMs)} ms`);
    assert.ok(watch.unseenMs(IDENTITY) >= 0);
    await close();
  }),
);

test(
  'a process whose main thread is busy for several times to live stays alive',
  within(20_000, async () => {
    const { changed, child, close, send, watch } = await setup();
    const idle = child.message();
    const changes: boolean[] = [];
    void changed().then(() => changes.push(isAlive(watch)));

    send({ order: 'block', forMs: 2.5 * TTL_MS });
    await idle;

    assert.equal(changes, []);
    assert.ok(isAlive(watch));
    assert.is(watch.unseenMs(IDENTITY), 0);
    await close();
  }),
);

test(
  'a process that leaves in order is missed at once',
  within(20_000, async () => {
    const { changed, child, close, send, watch } = await setup({ ttlMs: 30_000 });
    const change = changed();

    send({ order: 'leave' });
    await child.ended;
    const leftMs = performance.now();
    await change;
    const tookMs = performance.now() - leftMs;

    assert.not(isAlive(watch));
    assert.ok(tookMs < 750, `missed after ${Math.round(tookMs)} ms`);
    await close();
  }),
);

test(
  'a server that was killed and came back has forgotten everybody, and is told again',
  within(30_000, async () => {
    const { close, connect, server } = await setup();

    await server.restart({ kill9: true });

    // The bucket was in memory: whatever is found in it was written since.
    const store = createPresenceStore(await connect('observer'));
    const isAnnounced = async () => {
      const listed = await store.list().catch(() => []);
      return listed.some(({ presence }) => presence.identity === IDENTITY);
    };
    while (!(await isAnnounced()));
    await close();
  }),
);

test.after(() => stopNatsServer());
test.run();
