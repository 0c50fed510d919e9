// How long a request may take: to be asked, and to be answered.
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openListener } from '../../../services/web/listener.ts';
import type { Inspector } from '../../../transport/nats/inspector.ts';
import { createVirtualClock } from '../../support/virtual-clock.ts';
import { within } from '../../support/within.ts';
import { handFed } from './feed-fixture.ts';
import { startWebFixture } from './web-fixture.ts';

const LIMIT_MS = 20_000;

async function setup() {
  const listener = await openListener({
    address: { host: '127.0.0.1', port: 0 },
    isPortFlexible: false,
    clock: createVirtualClock(),
    limits: { headMs: 100, requestMs: 200, checkMs: 20 },
  });
  listener.serve(async (request: Request) => new Response(await request.text()));
  /** What is answered to bytes after which nothing more comes. */
  const begun = (bytes: string) => {
    const socket = connect(listener.address.port, '127.0.0.1');
    socket.write(bytes);
    return text(socket);
  };
  return { listener, begun };
}

test(
  'a request whose head never ends is given up with the headers of every answer',
  within(LIMIT_MS, async () => {
    const { listener, begun } = await setup();
    const answer = await begun('GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ');
    await listener.close();

    assert.match(answer, /^HTTP\/1\.1 408 /);
    assert.match(answer, "default-src 'none'");
  }),
);

test(
  'a request whose body never comes is given up',
  within(LIMIT_MS, async () => {
    const { listener, begun } = await setup();
    const head = 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n';
    const answer = await begun(head);
    await listener.close();

    assert.match(answer, /^HTTP\/1\.1 408 /);
  }),
);

test(
  'a head that is too large is refused as such',
  within(LIMIT_MS, async () => {
    const { listener, begun } = await setup();
    const answer = await begun(`GET / HTTP/1.1\r\nX-Large: ${'x'.repeat(20_000)}\r\n\r\n`);
    await listener.close();

    assert.match(answer, /^HTTP\/1\.1 431 /);
  }),
);

test(
  'a header made to be slow to look through holds nobody up',
  within(LIMIT_MS, async () => {
    const fixture = await startWebFixture();
    const headers = { 'if-none-match': `a${' '.repeat(15_000)}b` };
    await fixture.ask('/');
    const beganMs = performance.now();
    await Promise.all(Array.from({ length: 40 }, () => fixture.ask('/', { headers })));
    const tookMs = performance.now() - beganMs;
    await fixture.close();

    assert.ok(tookMs < 2_000, `${Math.round(tookMs)} ms`);
  }),
);

test(
  'an answer that takes longer than 30 s is given up',
  within(LIMIT_MS, async () => {
    const clock = createVirtualClock();
    let begin = () => {};
    const hasBegun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const check = () => {
      begin();
      return new Promise<never>(() => {});
    };
    const fixture = await startWebFixture({ clock, health: { check } });
    const asked = fixture.ask('/readyz');
    await hasBegun;
    await clock.advance(30_000);
    const { status, json } = await asked;
    await fixture.close();

    assert.equal([status, json.error.code], [504, 'TIMED_OUT']);
  }),
);

test(
  'an answer that comes after it was given up is dropped, and whatever it has opened is let go',
  within(LIMIT_MS, async () => {
    const clock = createVirtualClock();
    const late = lateFeeds();
    const fixture = await startWebFixture({ clock, session: late.session });
    const asked = fixture.ask('/api/follow/shop/7');
    await late.asked;
    await clock.advance(30_000);
    const { status } = await asked;
    late.answer();
    await late.allClosed;
    const { status: statusAfterwards } = await fixture.ask('/livez');
    await fixture.close();

    assert.equal([status, statusAfterwards], [504, 200]);
  }),
);

test.run();

/** A server that answers so late that nobody waits any more, and then hands out three feeds. */
function lateFeeds() {
  const signal = () => {
    let give = () => {};
    const given = new Promise<void>((resolve) => {
      give = resolve;
    });
    return { give, given };
  };
  const [asked, answered, allClosed] = [signal(), signal(), signal()];
  let closed = 0;
  const open = async () => {
    asked.give();
    await answered.given;
    const feed = handFed();
    const close = async () => {
      closed += 1;
      if (closed === 3) allClosed.give();
      await feed.close();
    };
    return { ...feed, close, messages: () => feed.entries(), firstSequence: 0, lastSequence: 0 };
  };
  const connection = { onLost: () => () => {}, present: async () => {} };
  const session = { connection, openAudit: open, openRecords: open, partitionOf: () => 0 };
  return {
    session: session as unknown as Inspector,
    asked: asked.given,
    answer: answered.give,
    allClosed: allClosed.given,
  };
}
