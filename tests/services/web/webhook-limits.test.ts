// What webhooks may ask of this process: how large they may be, how many may come, and what happens when none can be stored.
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { OncewardError } from '../../../transport/errors.ts';
import type { Inspector } from '../../../transport/nats/inspector.ts';
import { createVirtualClock } from '../../support/virtual-clock.ts';
import { within } from '../../support/within.ts';
import { newDeliveryId, startWebhookFixture } from './webhooks-fixture.ts';

const LIMIT_MS = 20_000;
const ISSUE = { action: 'opened', issue: { number: 12 }, repository: { full_name: 'acme/shop' } };

test(
  'a body beyond the limit is refused, whether it says how long it is or not',
  within(LIMIT_MS, async () => {
    const fixture = await startWebhookFixture({ maxBytes: 1_000 });
    const large = { ...ISSUE, body: 'x'.repeat(1_000) };
    const announced = await fixture.gitHub('issues', large);
    const path = '/webhooks/github';
    const chunked = await fixture.ask(path, {
      ...{ method: 'POST', body: JSON.stringify(large) },
      headers: { 'content-type': 'application/json', 'transfer-encoding': 'chunked' },
    });
    await fixture.close();

    assert.equal([announced.status, chunked.status], [413, 413]);
    assert.equal(fixture.counted, Array(2).fill('github too_large'));
  }),
);

test(
  'a payload beyond a message of NATS is not stored, and what it is about is',
  within(LIMIT_MS, async () => {
    const fixture = await startWebhookFixture();
    const id = newDeliveryId();
    const large = { ...ISSUE, body: 'x'.repeat(2_000_000) };
    const answer = await fixture.gitHub('issues', large, { id });
    const [stored] = await fixture.session.deliveries.newest({ id }, 1);
    const payload = stored && (await fixture.session.deliveries.payload(stored));
    await fixture.close();

    assert.is(answer.status, 202);
    assert.is(stored?.isPayloadKept, false);
    assert.ok((stored?.payloadBytes ?? 0) > 2_000_000);
    assert.match(stored?.hint ?? '', '"ref":"12"');
    assert.is(payload, null);
  }),
);

test(
  'a sender that floods is told when to come again, and others are not held up',
  within(LIMIT_MS, async () => {
    // Time stands still: nobody gets another token.
    const fixture = await startWebhookFixture({ clock: createVirtualClock() });
    const from = (address: string) => ({ headers: { 'x-forwarded-for': `1.1.1.1, ${address}` } });
    const post = () => fixture.ask('/webhooks/github', { method: 'POST', ...from('9.9.9.9') });
    const taken = await inTurns(1_000, post);
    const refused = await post();
    const other = await fixture.gitHub('issues', ISSUE, from('8.8.8.8'));
    await fixture.close();

    assert.equal([...new Set(taken.map(({ status }) => status))], [415]);
    assert.equal([refused.status, refused.headers['retry-after']], [429, '1']);
    assert.is(refused.json.error.code, 'TOO_MANY_WEBHOOKS');
    assert.is(other.status, 202);
  }),
);

test(
  'no more bodies are held at once than may be',
  within(LIMIT_MS, async () => {
    const fixture = await startWebhookFixture();
    const { port } = fixture.web.address;
    // 3 of 25 MiB are announced, and none comes: two have room.
    const begun = Array.from({ length: 3 }, () => announceBody(port, 26_214_400));
    const [status, body] = await Promise.race(begun.map(({ answered }) => answered));
    begun.map(({ end }) => end());
    await fixture.close();

    assert.is(status, 429);
    assert.match(body, 'too many webhooks at once');
  }),
);

test(
  'what NATS does not take is not acknowledged, and may come again soon',
  within(LIMIT_MS, async () => {
    const fixture = await startWebhookFixture();
    const deliveries = {
      ...fixture.session.deliveries,
      store: () => Promise.reject(new OncewardError('OUTCOME_UNKNOWN', 'no answer')),
    };
    const session: Inspector = { ...fixture.session, deliveries };
    const cut = await startWebhookFixture({ session });
    const answer = await cut.gitHub('issues', ISSUE);
    await cut.close();
    await fixture.close();

    assert.equal([answer.status, answer.headers['retry-after']], [503, '10']);
    assert.is(answer.json.error.code, 'BROKER_UNAVAILABLE');
    assert.equal(cut.counted, ['github unstored']);
  }),
);

test.run();

/** One after the other: each comes on a connection of its own. */
async function inTurns<T>(count: number, work: () => Promise<T>): Promise<T[]> {
  const done: T[] = [];
  while (done.length < count) done.push(await work());
  return done;
}

/** A request of which only the head is sent. */
function announceBody(port: number, bytes: number) {
  const begun = request({
    ...{ host: '127.0.0.1', port, path: '/webhooks/github', method: 'POST', agent: false },
    headers: { 'content-type': 'application/json', 'content-length': String(bytes) },
  });
  const answered = new Promise<[number | undefined, string]>((resolve) => {
    begun.on('error', () => {});
    begun.on('response', (response) => {
      void text(response).then((body) => resolve([response.statusCode, body]));
    });
  });
  begun.flushHeaders();
  return { answered, end: () => void begun.destroy() };
}
