// The audit: entries of a few milliseconds share a message, and none is lost because the server is away.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createAudit } from '../../../services/actors/audit.ts';
import type { AuditEntry } from '../../../services/actors/audit-entry.ts';
import { createVirtualClock, hasSettled, settled } from '../../support/virtual-clock.ts';
import { within } from '../../support/within.ts';

const FLUSH_AFTER_MS = 20;

/** What nats-server accepts of one message, as in nats.conf. */
const MAX_PAYLOAD_BYTES = 1_048_576;

function setup(options: { failures?: number } = {}) {
  const clock = createVirtualClock();
  const published: { partition: number; body: string; entries: AuditEntry[] }[] = [];
  let failures = options.failures ?? 0;
  const audit = createAudit(clock, async (partition, body) => {
    failures -= 1;
    if (failures >= 0) throw new Error('the server is away');
    published.push({ partition, body, entries: JSON.parse(body).entries });
  });
  const ids = () => published.map(({ entries }) => entries.map(({ id }) => id).join());
  return { audit, clock, ids, published };
}

function entry(id: string, more: Partial<AuditEntry> = {}): AuditEntry {
  return {
    ...{ atMs: 1, address: 'run.shop.7.build.1', id, type: 'claim', door: 'ask' },
    ...{ outcome: 'applied', from: 'finalizing', to: 'claimed', revision: 12 },
    ...{ claimant: 'worker-1', reason: null, message: '', by: 'host-1' },
    ...more,
  };
}

test(
  'an entry is published as it was appended, in a versioned message',
  within(5_000, async () => {
    const { audit, clock, published } = setup();

    void audit.append(3, entry('a'));
    await clock.advance(FLUSH_AFTER_MS);

    assert.is(published[0]?.partition, 3);
    assert.equal(JSON.parse(published[0]?.body ?? ''), { v: 1, entries: [entry('a')] });
  }),
);

test(
  'entries of twenty milliseconds share a message, one for each partition',
  within(5_000, async () => {
    const { audit, clock, ids } = setup();

    void audit.append(1, entry('a'));
    void audit.append(2, entry('b'));
    await clock.advance(FLUSH_AFTER_MS - 1);
    void audit.append(1, entry('c'));
    const early = ids();
    await clock.advance(1);
    void audit.append(1, entry('d'));
    await clock.advance(FLUSH_AFTER_MS);

    assert.equal(early, []);
    assert.equal(ids(), ['a,c', 'b', 'd']);
  }),
);

test(
  'a message holds at most two hundred entries; a full one goes out at once',
  within(5_000, async () => {
    const { audit, clock, published } = setup();

    for (let n = 0; n < 450; n += 1) void audit.append(1, entry(`${n}`));
    await settled();
    const early = published.map(({ entries }) => entries.length);
    await clock.advance(FLUSH_AFTER_MS);

    assert.equal(early, [200, 200]);
    assert.equal(
      published.map(({ entries }) => entries.length),
      [200, 200, 50],
    );
  }),
);

test(
  'append resolves when the entry is stored, and not before',
  within(5_000, async () => {
    const { audit, clock } = setup({ failures: 2 });

    const appended = audit.append(1, entry('a'));
    await clock.advance(600);
    const early = await hasSettled(appended);
    await clock.advance(1_000);

    assert.not(early);
    assert.ok(await hasSettled(appended));
  }),
);

test(
  'a message that cannot be stored is sent again until it is, and loses no entry',
  within(5_000, async () => {
    const { audit, clock, ids } = setup({ failures: 20 });

    void audit.append(1, entry('a'));
    await clock.advance(100);
    void audit.append(1, entry('b'));
    await clock.advance(60_000);

    assert.equal(ids().sort(), ['a', 'b']);
  }),
);

test(
  'a flush sends what is waiting now, and resolves when it is stored',
  within(5_000, async () => {
    const { audit, clock, ids } = setup({ failures: 1 });
    void audit.append(1, entry('a'));
    void audit.append(2, entry('b'));

    const flushed = audit.flush();
    const early = await hasSettled(flushed);
    await clock.advance(500);

    assert.not(early);
    assert.ok(await hasSettled(flushed));
    assert.equal(ids().sort(), ['a', 'b']);
  }),
);

test(
  'a flush with nothing waiting resolves at once',
  within(5_000, async () => {
    const { audit, ids } = setup();

    await audit.flush();

    assert.equal(ids(), []);
  }),
);

test(
  'a stop gives up what the server does not take',
  within(5_000, async () => {
    const { audit, clock, ids } = setup({ failures: 1_000 });
    void audit.append(1, entry('a'));
    await clock.advance(FLUSH_AFTER_MS);

    audit.stop();
    await clock.advance(500);

    assert.is(clock.waiting(), 0);
    assert.equal(ids(), []);
  }),
);

test(
  'whatever text comes from outside is trimmed to 400 characters',
  within(5_000, async () => {
    const { audit, clock, published } = setup();
    const long = 'x'.repeat(200_000);
    const outside = { address: long, type: long, message: long, claimant: long, reason: long };

    void audit.append(1, entry(long, outside));
    await clock.advance(FLUSH_AFTER_MS);

    const found = published[0]?.entries[0];
    const texts = [found?.id, found?.address, found?.type, found?.message];
    assert.equal(
      [...texts, found?.claimant, found?.reason].map((text) => text?.length),
      [400, 400, 400, 400, 400, 400],
    );
  }),
);

test(
  'a message never grows over what the server takes, whatever is sent from outside',
  within(5_000, async () => {
    const { audit, clock, published } = setup();
    // Six bytes each, once written as JSON.
    const long = '\u0000'.repeat(400);
    const outside = { address: long, type: long, message: long, claimant: long };

    for (let n = 0; n < 450; n += 1) void audit.append(1, entry(`${n}`, outside));
    await clock.advance(FLUSH_AFTER_MS);

    const sizes = published.map(({ body }) => Buffer.byteLength(body));
    assert.ok(Math.max(...sizes) < MAX_PAYLOAD_BYTES, `${Math.max(...sizes)} bytes`);
    assert.equal(
      published.flatMap(({ entries }) => entries.map(({ id }) => id)),
      Array.from({ length: 450 }, (_, n) => `${n}`),
    );
  }),
);

test.run();
