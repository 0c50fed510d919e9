// The stream of webhooks: stored once, read back as they came, followed over a restart of the server.
import { jetstream } from '@nats-io/jetstream';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { connectNats } from '../../../transport/nats/connection.ts';
import { createDeliveries } from '../../../transport/nats/deliveries.ts';
import type { DeliveryDraft } from '../../../transport/nats/stored-delivery.ts';
import { ensureTopology } from '../../../transport/nats/topology.ts';
import { natsServer } from '../../support/nats-server.ts';
import { rejects } from '../../support/rejects.ts';
import { within } from '../../support/within.ts';
import { linkOf, readAll } from './feed-fixture.ts';

const LIMIT_MS = 30_000;

async function setup() {
  const server = await natsServer({ syncAlways: false });
  const nc = await connectNats({ url: server.url, name: 'test' });
  await ensureTopology(nc, { partitions: 1 });
  return { server, nc, deliveries: createDeliveries(linkOf(nc)), close: () => nc.close() };
}

function draft(id: string, more: Partial<DeliveryDraft> = {}): DeliveryDraft {
  const fixed = { source: 'github', event: 'issues', connection: 'main', payload: '{"n":1}' };
  return { id, hint: `{"about":"${id}"}`, ...fixed, ...more };
}

test(
  'what is stored is read back as it was, whatever characters stand in it',
  within(LIMIT_MS, async () => {
    const { deliveries, close } = await setup();
    const hint = JSON.stringify({ branch: 'größe\r\n"\\u0041 🎉' });
    const given = draft('as-it-was', { hint, connection: 'a\\u0062', payload: '{"t":"ä\n"}' });
    const stored = await deliveries.store(given);
    const [found] = await deliveries.newest({ id: 'as-it-was' }, 10);
    const payload = found && (await deliveries.payload(found));
    await close();

    assert.equal(stored, { isRepeat: false });
    assert.equal(JSON.parse(found?.hint ?? ''), JSON.parse(hint));
    assert.is(found?.connection, 'a\\u0062');
    assert.is(payload, given.payload);
    assert.equal(
      [found?.payloadBytes, found?.isPayloadKept, found?.replay, found?.by],
      [Buffer.byteLength(given.payload), true, 0, null],
    );
  }),
);

test(
  'the same delivery of the same source is stored once; of another source it is another',
  within(LIMIT_MS, async () => {
    const { deliveries, close } = await setup();
    const stored = [
      await deliveries.store(draft('twice')),
      await deliveries.store(draft('twice')),
      await deliveries.store(draft('twice', { source: 'plane' })),
    ];
    const found = await deliveries.newest({ id: 'twice' }, 10);
    await close();

    assert.equal(
      stored.map(({ isRepeat }) => isRepeat),
      [false, true, false],
    );
    assert.equal(
      found.map(({ source }) => source),
      ['github', 'plane'],
    );
  }),
);

test(
  'the newest are found by source and event, oldest first; of none there are none',
  within(LIMIT_MS, async () => {
    const { deliveries, close } = await setup();
    const event = 'filtered';
    const ids = ['f1', 'f2', 'f3'];
    for (const id of ids) await deliveries.store(draft(id, { event }));
    await deliveries.store(draft('f4', { event: 'other' }));
    const idsOf = async (filter: object, limit: number) =>
      (await deliveries.newest(filter, limit)).map(({ id }) => id);
    const found = [
      await idsOf({ event }, 2),
      await idsOf({ source: 'github', event }, 10),
      await idsOf({ source: 'plane', event }, 10),
    ];
    await close();

    assert.equal(found, [['f2', 'f3'], ids, []]);
  }),
);

test(
  'a replay is stored beside the original, with its number and who asked for it',
  within(LIMIT_MS, async () => {
    const { deliveries, close } = await setup();
    await deliveries.store(draft('again'));
    const [original] = await deliveries.newest({ id: 'again' }, 1);
    assert.ok(original);
    const replay = { number: 1, by: 'operator:jö', hint: '{"about":"anew"}' };
    const stored = [
      await deliveries.replay(original, replay),
      await deliveries.replay(original, replay),
    ];
    const found = await deliveries.newest({ id: 'again' }, 10);
    const payload = await deliveries.payload(found[1] ?? original);
    await close();

    assert.equal(
      stored.map(({ isRepeat }) => isRepeat),
      [false, true],
    );
    assert.equal(
      found.map(({ replay: number, by, hint }) => [number, by, hint]),
      [
        [0, null, '{"about":"again"}'],
        [1, 'operator:jö', '{"about":"anew"}'],
      ],
    );
    assert.is(payload, '{"n":1}');
  }),
);

test(
  'a payload too large for a message is left out, a replay of it too, and both say how large it was',
  within(LIMIT_MS, async () => {
    const { deliveries, close } = await setup();
    const payload = JSON.stringify('x'.repeat(1_040_000));
    await deliveries.store(draft('large', { payload }));
    const [original] = await deliveries.newest({ id: 'large' }, 1);
    assert.ok(original);
    await deliveries.replay(original, { number: 1, by: 'operator:x', hint: original.hint });
    const found = await deliveries.newest({ id: 'large' }, 10);
    const read = await Promise.all(found.map((one) => deliveries.payload(one)));
    await close();

    assert.equal(
      found.map(({ payloadBytes, isPayloadKept }) => [payloadBytes, isPayloadKept]),
      Array(2).fill([1_040_002, false]),
    );
    assert.equal(read, [null, null]);
  }),
);

test(
  'a payload that is not kept any more is said to be gone',
  within(LIMIT_MS, async () => {
    const { deliveries, close } = await setup();
    await deliveries.store(draft('gone'));
    const [found] = await deliveries.newest({ id: 'gone' }, 1);
    assert.ok(found);
    await rejects(deliveries.payload({ ...found, sequence: 1_000_000 }), 'DELIVERY_NOT_FOUND');
    await close();
  }),
);

test(
  'whoever follows hears of what is stored from then on, once each, over a restart of the server',
  within(LIMIT_MS, async () => {
    const { server, nc, deliveries, close } = await setup();
    await deliveries.store(draft('before'));
    const feed = await deliveries.follow();
    const reading = readAll(feed.deliveries());
    await deliveries.store(draft('one'));
    // Put there by somebody else: it is no delivery.
    await jetstream(nc).publish('onceward.delivery.github.issues', 'forged');
    await reading.until((received) => received.length === 1);
    await server.restart();
    const later = await setup();
    await later.deliveries.store(draft('two'));
    const heard = await reading.until((received) => received.length === 2);
    feed.close();
    await reading.ended;
    await Promise.all([close(), later.close()]);

    assert.equal(
      heard.map(({ id }) => id),
      ['one', 'two'],
    );
  }),
);

test.run();
