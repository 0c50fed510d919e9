// Streams of the page's server: what happens to an item, as it happens, once, and on where a reader was.
import { once } from 'node:events';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { within } from '../../support/within.ts';
import {
  type EventReader,
  type ReceivedEvent,
  readEvents,
  startWebFixture,
} from './web-fixture.ts';

const LIMIT_MS = 30_000;
const MAX_STREAMS = 64;
/** Of the statement "within 500 ms of the commit", which holds for the page as a whole. */
const LATENCY_LIMIT_MS = 250;
const fixture = await startWebFixture();
const { ask, open, stream, host, session } = fixture;

async function follow(id: string, headers?: Record<string, string>): Promise<EventReader> {
  return readEvents(await stream(`/api/follow/shop/${id}`, headers));
}

const isRecord = (address: string, state: string) => (given: ReceivedEvent) =>
  given.event === 'record' && given.data.address === address && given.data.state === state;

const isRefusal = ({ event, data }: ReceivedEvent) =>
  event === 'audit' && data.type === 'resume' && data.outcome === 'refused';

/** Another item in the same partition. */
function neighbourOf(id: string): string {
  const partition = session.partitionOf(`item.shop.${id}`);
  for (let n = 2; ; n += 1) {
    if (session.partitionOf(`item.shop.${id}-${n}`) === partition) return `${id}-${n}`;
  }
}

function send(address: string, type: string, data: Record<string, unknown> = {}) {
  return host.asker.ask({ address, type, data });
}

test(
  'a stream begins with what is there and goes on with what happens',
  within(LIMIT_MS, async () => {
    await open('live');
    const reader = await follow('live');
    await reader.next(isRecord('shop/live', 'active.working'));
    const present = await reader.next(isRecord('shop/live/build/1', 'running.queued'));
    await send('run.shop.live.build.1', 'exited', { code: 0 });
    const live = await reader.next(isRecord('shop/live/build/1', 'finalizing'));
    reader.close();

    assert.is(present.data.event.type, 'open');
    assert.is(live.data.event.type, 'exited');
    assert.ok(live.data.revision > present.data.revision);
    assert.type(live.data.sinceMs, 'number');
  }),
);

test(
  'a stream tells the audit of the item and its runs, and of no other',
  within(LIMIT_MS, async () => {
    const neighbour = neighbourOf('audit');
    await open('audit');
    await open(neighbour);
    const reader = await follow('audit');
    await reader.next(isRecord('shop/audit', 'active.working'));
    await send(`item.shop.${neighbour}`, 'resume');
    await send('run.shop.audit.build.1', 'claim', { claimant: 'late', verdict: {} });
    await send('item.shop.audit', 'resume');
    const refused = await reader.next(isRefusal);
    reader.close();
    const told = reader.events.filter(({ event }) => event === 'audit');
    const addresses = new Set(told.map(({ data }) => data.address));

    assert.equal([refused.data.type, refused.data.reason], ['resume', 'not-now']);
    assert.equal([...addresses].sort(), ['item.shop.audit', 'run.shop.audit.build.1']);
  }),
);

test(
  'a reader that comes back is told what it has missed, and nothing again',
  within(LIMIT_MS, async () => {
    await open('resume');
    const first = await follow('resume');
    await first.next(isRecord('shop/resume/build/1', 'running.queued'));
    await first.next(isRecord('shop/resume', 'active.working'));
    const lastId = first.events.at(-1)?.id ?? '';
    first.close();
    const witness = await follow('resume');
    await send('item.shop.resume', 'resume');
    await witness.next(isRefusal);
    witness.close();
    await send('run.shop.resume.build.1', 'exited', { code: 0 });
    const second = await follow('resume', { 'last-event-id': lastId });
    await second.next(isRecord('shop/resume/build/1', 'finalizing'));
    await second.next(isRefusal);
    await send('item.shop.resume', 'cancel');
    await second.next(isRecord('shop/resume', 'active.cancelling'));
    second.close();
    const records = second.events.filter(({ event }) => event === 'record');

    assert.is(
      new Set(records.map(({ data }) => `${data.address} ${data.revision}`)).size,
      records.length,
    );
    assert.not.ok(records.some(isRecord('shop/resume', 'active.working')));
    assert.not.ok(records.some(isRecord('shop/resume/build/1', 'running.queued')));
  }),
);

test(
  'an actor that is put away is told as removed',
  within(LIMIT_MS, async () => {
    await open('gone');
    const reader = await follow('gone');
    await reader.next(isRecord('shop/gone', 'active.working'));
    await send('item.shop.gone', 'cancel');
    await reader.next(({ event, data }) => event === 'removed' && data.address === 'shop/gone');
    reader.close();
  }),
);

test(
  'a commit reaches the reader in far less than 500 ms',
  within(LIMIT_MS, async () => {
    await open('latency');
    const reader = await follow('latency');
    await reader.next(isRecord('shop/latency/build/1', 'running.queued'));
    await send('run.shop.latency.build.1', 'started', { worker: 'w' });
    const tookMs = await latencies(reader, 20);
    reader.close();
    const sorted = tookMs.sort((a, b) => a - b);

    assert.ok((sorted[10] ?? Number.NaN) < LATENCY_LIMIT_MS, JSON.stringify(sorted));
  }),
);

/** From before each of so many requests until its record has come: longer than from the commit. */
async function latencies(reader: EventReader, count: number): Promise<number[]> {
  const tookMs: number[] = [];
  for (let n = 1; n <= count; n += 1) {
    const sentMs = performance.now();
    const reply = await send('run.shop.latency.build.1', 'progress', { outputBytes: n });
    const { revision } = reply as { revision: number };
    const { atMs } = await reader.next(({ data }) => data.revision === revision);
    tookMs.push(Math.round(atMs - sentMs));
  }
  return tookMs;
}

test(
  'the board is said to have changed, and several changes together once',
  within(LIMIT_MS, async () => {
    await ask('/api/board');
    const reader = readEvents(await stream('/api/board/stream'));
    const { data: first } = await reader.next(({ event }) => event === 'changed');
    await Promise.all(Array.from({ length: 20 }, (_, n) => open(`many-${n}`)));
    const { json } = await ask('/api/board?q=many-');
    await reader.next(({ data }) => data.version >= json.version);
    reader.close();

    assert.type(first.version, 'number');
    assert.is(json.total, 20);
    assert.ok(reader.events.length < 10, `${reader.events.length} events for 20 items`);
  }),
);

test(
  'beyond 64 streams a reader is turned away',
  within(LIMIT_MS, async () => {
    const full = await startWebFixture();
    const opened = await Promise.all(
      Array.from({ length: MAX_STREAMS }, () => full.stream('/api/board/stream')),
    );
    const { status, headers, json } = await full.ask('/api/board/stream');
    await full.close();

    assert.equal([status, headers['retry-after'], json.error.code], [503, '5', 'TOO_MANY_READERS']);
    assert.ok(opened.every(({ statusCode }) => statusCode === 200));
  }),
);

test(
  'a stream of what is no item is refused',
  within(LIMIT_MS, async () => {
    const { status, json } = await ask('/api/follow/shop/*');

    assert.equal([status, json.error.code], [400, 'USAGE']);
  }),
);

test(
  'closing ends every stream and gives the port back, at once',
  within(LIMIT_MS, async () => {
    const closing = await startWebFixture();
    const streams = [
      await closing.stream('/api/board/stream'),
      await closing.stream('/api/follow/shop/none'),
    ];
    const ended = streams.map((one) => once(one.resume(), 'end'));
    const startedMs = performance.now();
    await closing.close();
    await Promise.all(ended);
    const tookMs = performance.now() - startedMs;
    const failure = await closing.ask('/livez').catch((error: NodeJS.ErrnoException) => error);

    assert.ok(tookMs < 2_000, `${tookMs} ms`);
    assert.is((failure as NodeJS.ErrnoException).code, 'ECONNREFUSED');
  }),
);

test.after(fixture.close);
test.run();
