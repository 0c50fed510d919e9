// Server-sent events over a real connection: their form, their number, their heartbeat, and readers that do not read.
import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { failure } from '../../../services/web/answers.ts';
import {
  createEventStreams,
  type EventSink,
  type EventStreams,
} from '../../../services/web/event-streams.ts';
import { createVirtualClock } from '../../support/virtual-clock.ts';
import { within } from '../../support/within.ts';

const LIMIT_MS = 20_000;
const LASTING = { onLost: () => () => {}, present: async () => {} };

interface Setup {
  streams: EventStreams;
  clock: ReturnType<typeof createVirtualClock>;
  sinks: EventSink[];
  ended: () => number;
  get(): Promise<IncomingMessage>;
  close(): Promise<void>;
}

async function setup(limit: { maxStreams?: number } = {}): Promise<Setup> {
  const clock = createVirtualClock();
  const streams = createEventStreams({ clock, connection: LASTING, ...limit });
  const sinks: EventSink[] = [];
  let endedCount = 0;
  const app = new Hono();
  app.onError((error, context) => failure(context, error));
  app.get('/', (context) =>
    streams.open(context, async (sink) => {
      sinks.push(sink);
      return () => {
        endedCount += 1;
      };
    }),
  );
  const server = createServer(getRequestListener(app.fetch, { overrideGlobalObjects: false }));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const get = async () => {
    const [response] = await once(request({ port, host: '127.0.0.1' }).end(), 'response');
    return response as IncomingMessage;
  };
  const close = async () => {
    streams.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { streams, clock, sinks, ended: () => endedCount, get, close };
}

/** Resolves with everything received up to the text. */
function received(response: IncomingMessage, text: string): Promise<string> {
  let all = '';
  return new Promise((resolve) => {
    response.setEncoding('utf8').on('data', (chunk: string) => {
      all += chunk;
      if (all.includes(text)) resolve(all);
    });
  });
}

/** So many events of 100 kB, none before the one before had its turn. */
async function flood(sink: EventSink | undefined, count: number): Promise<void> {
  const data = { text: 'x'.repeat(100_000) };
  for (let sent = 0; sent < count; sent += 1) {
    sink?.send({ event: 'record', data });
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Resolves once the condition holds, looked at whenever something has happened. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}

test(
  'an event has its id, its name and its data on lines of their own',
  within(LIMIT_MS, async () => {
    const { get, sinks, close } = await setup();
    const response = await get();
    sinks[0]?.send({ event: 'record', data: { text: 'a\nb' }, id: '1.2.3' });

    assert.is(response.headers['content-type'], 'text/event-stream; charset=utf-8');
    assert.is(
      await received(response, 'b"}\n\n'),
      'retry: 1000\n\nid: 1.2.3\nevent: record\ndata: {"text":"a\\nb"}\n\n',
    );
    await close();
  }),
);

test(
  'a stream is kept alive by a comment every 15 s',
  within(LIMIT_MS, async () => {
    const { get, clock, close } = await setup();
    const all = received(await get(), ': alive\n\n: alive\n\n');
    await clock.advance(30_000);

    assert.is(await all, 'retry: 1000\n\n: alive\n\n: alive\n\n');
    await close();
  }),
);

test(
  'a heartbeat says where to go on when there was nothing to send, and once',
  within(LIMIT_MS, async () => {
    const { get, clock, sinks, close } = await setup();
    const all = received(await get(), ': alive\n\n: alive\n\n');
    sinks[0]?.pass('1.2.2');
    sinks[0]?.send({ event: 'record', data: {}, id: '1.2.3' });
    await clock.advance(15_000);
    sinks[0]?.pass('1.2.4');
    await clock.advance(30_000);

    const begun = 'retry: 1000\n\nid: 1.2.3\nevent: record\ndata: {}\n\n: alive\n\n';
    assert.is(await all, `${begun}id: 1.2.4\n: alive\n\n: alive\n\n`);
    await close();
  }),
);

test(
  'beyond the limit a reader is turned away and told when to come back',
  within(LIMIT_MS, async () => {
    const { get, streams, sinks, close } = await setup({ maxStreams: 2 });
    const first = await get();
    await get();
    const third = await get();
    first.destroy();
    await until(() => streams.count() === 1);
    const fourth = await get();

    assert.equal([third.statusCode, third.headers['retry-after']], [503, '5']);
    assert.equal([fourth.statusCode, sinks.length], [200, 3]);
    await close();
  }),
);

test(
  'a reader that goes away ends what fills its stream',
  within(LIMIT_MS, async () => {
    const { get, ended, clock, close } = await setup();
    const response = await get();
    response.destroy();
    await until(() => ended() === 1);

    assert.is(clock.waiting(), 0);
    await close();
  }),
);

test(
  'a source that cannot be opened is an error, and takes no place',
  within(LIMIT_MS, async () => {
    const { streams, clock, close } = await setup();
    const app = new Hono();
    app.onError((error, context) => failure(context, error));
    app.get('/', (context) =>
      streams.open(context, async () => {
        throw new TypeError('no source');
      }),
    );
    const response = await app.request('/');

    assert.is(response.status, 500);
    assert.equal([streams.count(), clock.waiting()], [0, 0]);
    await close();
  }),
);

test(
  'a reader that does not read is dropped instead of being buffered for',
  within(LIMIT_MS, async () => {
    const { get, streams, sinks, ended, close } = await setup();
    const response = await get();
    response.pause();
    const closed = new Promise((resolve) => void response.on('error', resolve));
    // Far more than the buffers of the connection hold.
    await flood(sinks[0], 1_000);

    assert.equal([streams.count(), ended()], [0, 1]);
    response.resume();
    await closed;
    await close();
  }),
);

test(
  'a reader that keeps up is not dropped, however much it is sent',
  within(LIMIT_MS, async () => {
    const { get, streams, sinks, close } = await setup();
    const response = await get();
    const all = received(response, 'last');
    await flood(sinks[0], 100);
    sinks[0]?.send({ event: 'last', data: {} });

    assert.ok((await all).length > 10_000_000);
    assert.is(streams.count(), 1);
    await close();
  }),
);

test(
  'closing ends every stream, and none is opened afterwards',
  within(LIMIT_MS, async () => {
    const { get, streams, ended, close } = await setup();
    const response = await get();
    const finished = once(response.resume(), 'end');
    streams.close();
    await finished;

    assert.is(ended(), 1);
    assert.is((await get()).statusCode, 503);
    await close();
  }),
);

test.run();
