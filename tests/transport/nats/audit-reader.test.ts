// The feed of the audit on a real server that is restarted, and sometimes loses what it had: everything that is
// stored is handed out once, in order.
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type AuditRange, openAuditFeed } from '../../../transport/nats/audit-reader.ts';
import { connectNats } from '../../../transport/nats/connection.ts';
import { startEmbeddedServer } from '../../../transport/nats/embedded-server.ts';
import { ensureTopology } from '../../../transport/nats/topology.ts';
import { openNats } from '../../support/nats-fixture.ts';
import { natsServerBinary, stopNatsServer } from '../../support/nats-server.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { within } from '../../support/within.ts';
import { linkOf, named, publishAudit, readAll, stealDeliveries } from './feed-fixture.ts';

async function setup(range?: AuditRange) {
  const { close, connect, nc, server } = await openNats();
  const reader = await connect('reader');
  const open = async (wanted?: AuditRange) => {
    const feed = await openAuditFeed(linkOf(reader), wanted);
    return { feed, ...readAll(feed.messages()) };
  };
  return { ...(await open(range)), close, nc, open, reader, server };
}

function bodiesOf(messages: readonly { body: string }[]): string[] {
  return messages.map(({ body }) => body);
}

function wholeMs(message: { storedAtMs: number } | undefined): number {
  return Math.floor(message?.storedAtMs ?? 0);
}

test(
  'a feed hands out each message once and in order, although the server is restarted under it',
  within(40_000, async () => {
    const { close, feed, nc, server, until } = await setup();
    const bodies = named('restarted', 2_000);

    const publishing = publishAudit(nc, bodies);
    await until(({ length }) => length > 500);
    await server.restart();
    await until(({ length }) => length > 1_200);
    await server.restart();
    await publishing;
    const messages = await until((received) => received.at(-1)?.body === bodies.at(-1));

    assert.equal(bodiesOf(messages), bodies);
    const sequences = messages.map(({ sequence }) => sequence);
    assert.equal(
      sequences,
      bodies.map((_, n) => feed.lastSequence + 1 + n),
    );
    await feed.close();
    await close();
  }),
);

test(
  'a connection that breaks again and again costs no message, and repeats none',
  within(40_000, async () => {
    const notices: string[] = [];
    const { close, feed, nc, reader, until } = await setup({
      onLost: (after) => void notices.push(`lost after ${after}`),
      onResumed: () => void notices.push('resumed'),
    });
    const bodies = named('broken', 1_500);

    const publishing = publishAudit(nc, bodies);
    await until(({ length }) => length > 100);
    const before = notices.length;
    await reader.reconnect();
    await until(({ length }) => length > 700);
    await reader.reconnect();
    await publishing;
    const messages = await until((received) => received.at(-1)?.body === bodies.at(-1));

    assert.equal(bodiesOf(messages), bodies);
    assert.is(before, 0);
    assert.equal(
      notices.map((notice) => notice.split(' ')[0]),
      ['lost', 'resumed', 'lost', 'resumed'],
    );
    const [after] = notices;
    const shown = messages.map(({ sequence }) => `lost after ${sequence}`);
    assert.ok(shown.includes(after ?? ''), after);
    await feed.close();
    await close();
  }),
);

test(
  'a delivery that gets lost on its way comes again, and what came behind it only once',
  within(20_000, async () => {
    const { close, feed, nc, until } = await setup();
    const bodies = named('stolen', 300);
    const { stolen } = await stealDeliveries(nc);

    await publishAudit(nc, bodies);
    const lost = await stolen;
    const messages = await until((received) => received.at(-1)?.body === bodies.at(-1));

    assert.ok(
      lost.some((body) => bodies.includes(body)),
      'none was stolen',
    );
    assert.equal(bodiesOf(messages), bodies);
    await feed.close();
    await close();
  }),
);

test(
  'a reader that falls far behind loses nothing',
  within(20_000, async () => {
    const { close, feed, nc, open } = await setup();
    await feed.close();
    const bodies = named('slow', 700);
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow = (await open()).feed;
    const { until } = readAll(slow.messages(), () => held);
    await publishAudit(nc, bodies);
    release();
    const messages = await until((received) => received.at(-1)?.body === bodies.at(-1));

    assert.equal(bodiesOf(messages), bodies);
    await slow.close();
    await close();
  }),
);

test(
  'a feed begins behind a sequence, at a time, or in a partition, as asked',
  within(20_000, async () => {
    const { close, feed, nc, open, until } = await setup();
    await publishAudit(nc, named('here', 60));
    await publishAudit(nc, named('there', 2), { partition: 1 });
    const all = await until(({ length }) => length === 62);
    // Several are stored in one millisecond: the first of a later one.
    const first = all.findIndex((one, n) => n > 0 && wholeMs(one) > wholeMs(all[n - 1]));

    const behind = await open({ afterSequence: all[1]?.sequence });
    const since = await open({ sinceMs: wholeMs(all[first]) });
    const inside = await open({ afterSequence: feed.lastSequence, partition: 1 });
    await Promise.all([
      behind.until(({ length }) => length === 60),
      since.until(({ length }) => length === 62 - first),
      inside.until(({ length }) => length === 2),
    ]);

    assert.ok(first > 0);
    assert.equal(behind.received, all.slice(2));
    assert.equal(since.received, all.slice(first));
    assert.equal(bodiesOf(inside.received), named('there', 2));
    assert.is(behind.feed.lastSequence, all.at(-1)?.sequence);
    await Promise.all([feed, behind.feed, since.feed, inside.feed].map((one) => one.close()));
    await close();
  }),
);

test(
  'a feed from a time that has handed out nothing yet begins at that time again',
  within(20_000, async () => {
    const { close, feed, nc, open, reader, until } = await setup();
    await publishAudit(nc, named('before', 3));
    const before = await until(({ length }) => length === 3);
    await feed.close();
    const later = await open({ sinceMs: Math.floor(before[2]?.storedAtMs ?? 0) + 1 });
    await reader.reconnect();
    await publishAudit(nc, named('after', 1));

    const messages = await later.until(({ length }) => length > 0);

    assert.equal(bodiesOf(messages), named('after', 1));
    await later.feed.close();
    await close();
  }),
);

test(
  'closing ends the reading, also while the server is away',
  within(20_000, async () => {
    const lost = { now: () => {} };
    const isLost = new Promise<void>((resolve) => {
      lost.now = resolve;
    });
    const { close, ended, feed, server } = await setup({ onLost: () => lost.now() });
    await server.stop();
    await isLost;

    await feed.close();
    await ended;

    await close();
    await stopNatsServer();
  }),
);

test(
  'what a server stores under sequences it has lost and given anew is handed out, too',
  within(40_000, async () => {
    const { binary } = await natsServerBinary();
    const [stateDir, copy] = [temporaryDirectory(), temporaryDirectory()];
    const options = { binary, stateDir, syncAlways: false, report: () => {} };
    const first = await startEmbeddedServer(options);
    const port = Number(new URL(first.url).port);
    const nc = await connectNats({ url: first.url, name: 'test' });
    await ensureTopology(nc, { partitions: 1 });
    await publishAudit(nc, named('kept', 3));
    const feed = await openAuditFeed(linkOf(nc), { afterSequence: 0 });
    const { received, until } = readAll(feed.messages());
    await until(({ length }) => length === 3);

    await first.stop();
    cpSync(join(stateDir, 'nats'), copy, { recursive: true });
    const second = await startEmbeddedServer({ ...options, port });
    await publishAudit(nc, named('lost', 2));
    await until(({ length }) => length === 5);
    await second.stop();
    rmSync(join(stateDir, 'nats'), { recursive: true });
    cpSync(copy, join(stateDir, 'nats'), { recursive: true });
    const third = await startEmbeddedServer({ ...options, port });
    const publisher = await connectNats({ url: third.url, name: 'publisher' });
    await publishAudit(publisher, named('new', 3));
    await until(({ length }) => length >= 8);

    assert.equal(bodiesOf(received), [
      ...named('kept', 3),
      ...named('lost', 2),
      ...named('new', 3),
    ]);
    await feed.close();
    await Promise.all([nc.close(), publisher.close()]);
    await third.stop();
  }),
);

test.after(() => stopNatsServer());
test.run();
