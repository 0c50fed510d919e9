// A webhook that is told of alarms, over real HTTP: taken, refused, silent, and asked again.
import { createHmac } from 'node:crypto';
import { getEventListeners } from 'node:events';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { noticeOf } from '../../../services/observability/alarm-notice.ts';
import { postAlarm } from '../../../services/observability/alarm-webhook.ts';
import { within } from '../../support/within.ts';
import { ALARM, hastyClock, setup, startWebhook } from './alarm-fixture.ts';

test(
  'the alarm is posted as JSON under the id of its effect',
  within(10_000, async () => {
    const webhook = await startWebhook(204);
    const { actions, endedTimes } = setup({ webhook: webhook.url });
    actions.tell(ALARM);

    assert.equal(await endedTimes(1), [{ action: 'webhook', outcome: 'done' }]);
    const [{ headers, body }] = webhook.posted as [(typeof webhook.posted)[0]];
    assert.is(headers['idempotency-key'], 'item.shop.7:12:0');
    assert.is(headers['content-type'], 'application/json');
    assert.is(headers['x-onceward-signature-256'], undefined);
    assert.equal(JSON.parse(body), {
      ...{ v: 1, id: 'item.shop.7:12:0', reason: 'budget-exhausted', address: 'shop/7' },
      ...{ message: 'item 7 is parked', atMs: 1_700_000_000_000, by: 'host-1' },
      at: '2023-11-14T22:13:20.000Z',
    });
    await webhook.close();
  }),
);

test(
  'an address that is none is a problem, and none of the host',
  within(10_000, async () => {
    const { signal } = new AbortController();
    const about = { url: 'http://127.0.0.1:99999/', secret: null, clock: hastyClock(), signal };

    assert.match((await postAlarm(noticeOf(ALARM), about)) ?? '', 'the webhook: ');
  }),
);

test(
  'what a host says of the fleet has an id of its own each time',
  within(10_000, async () => {
    const webhook = await startWebhook(200);
    const { actions, endedTimes } = setup({ webhook: webhook.url, minIntervalMs: 0 });
    const ofHost = { ...ALARM, address: 'host-1', id: 'host-1', reason: 'outage' };
    actions.tell(ofHost);
    actions.tell({ ...ofHost, atMs: ALARM.atMs + 1 });
    await endedTimes(2);

    const ids = webhook.posted.map(({ headers }) => headers['idempotency-key']).sort();
    assert.equal(ids, ['host-1:outage:1700000000000', 'host-1:outage:1700000000001']);
    await webhook.close();
  }),
);

test(
  'the body is signed with the secret that the variable holds',
  within(10_000, async () => {
    const webhook = await startWebhook(200);
    const settings = { webhook: webhook.url, webhookSecretVariable: 'HOOK_SECRET' };
    const { actions, endedTimes } = setup(settings, { environment: { HOOK_SECRET: 'hunter2' } });
    actions.tell(ALARM);
    await endedTimes(1);

    const [{ headers, body }] = webhook.posted as [(typeof webhook.posted)[0]];
    const expected = createHmac('sha256', 'hunter2').update(body).digest('hex');
    assert.is(headers['x-onceward-signature-256'], `sha256=${expected}`);
    await webhook.close();
  }),
);

test(
  'without the secret nothing is sent unsigned, and the log says why',
  within(10_000, async () => {
    const webhook = await startWebhook(200);
    const settings = { webhook: webhook.url, webhookSecretVariable: 'HOOK_SECRET' };
    const { actions, endedTimes, logged } = setup(settings);
    actions.tell(ALARM);

    assert.equal(await endedTimes(1), [{ action: 'webhook', outcome: 'failed' }]);
    assert.equal(webhook.posted, []);
    assert.match(logged[0] ?? '', 'HOOK_SECRET is not set');
    await webhook.close();
  }),
);

test(
  'what may be better next time is tried again under the same key, with growing pauses',
  within(10_000, async () => {
    const webhook = await startWebhook('hang up', 503, 200);
    const clock = hastyClock();
    const { actions, endedTimes } = setup({ webhook: webhook.url }, { clock });
    actions.tell(ALARM);

    assert.equal(await endedTimes(1), [{ action: 'webhook', outcome: 'done' }]);
    const keys = webhook.posted.map(({ headers }) => headers['idempotency-key']);
    assert.equal(keys, Array(3).fill('item.shop.7:12:0'));
    assert.equal(clock.waited, [1_000, 4_000]);
    await webhook.close();
  }),
);

test(
  'after three attempts it is given up, and the log names no more than the origin',
  within(10_000, async () => {
    const webhook = await startWebhook(500);
    const { actions, endedTimes, logged } = setup(
      { webhook: webhook.url },
      { clock: hastyClock() },
    );
    actions.tell(ALARM);

    assert.equal(await endedTimes(1), [{ action: 'webhook', outcome: 'failed' }]);
    assert.is(webhook.posted.length, 3);
    assert.match(logged[0] ?? '', 'answered 500');
    assert.not.match(logged[0] ?? '', 'secret-path');
    await webhook.close();
  }),
);

test(
  'an alarm that was given up leaves nothing behind that waits for the end of the host',
  within(10_000, async () => {
    const webhook = await startWebhook(500);
    const { signal } = new AbortController();
    const options = { url: webhook.url, secret: null, clock: hastyClock(), signal };
    const problem = await postAlarm(noticeOf(ALARM), options);
    await webhook.close();

    assert.match(problem ?? '', 'answered 500');
    assert.is(getEventListeners(signal, 'abort').length, 0);
  }),
);

test(
  'a refusal is not repeated, and a redirection not followed',
  within(10_000, async () => {
    const [refusing, moved] = [await startWebhook(404), await startWebhook(307)];
    const clock = hastyClock();
    const [one, two] = [refusing, moved].map(({ url }) => setup({ webhook: url }, { clock }));
    one?.actions.tell(ALARM);
    two?.actions.tell(ALARM);
    await Promise.all([one?.endedTimes(1), two?.endedTimes(1)]);

    assert.equal([refusing.posted.length, moved.posted.length], [1, 1]);
    assert.match(two?.logged[0] ?? '', 'answered 307');
    await Promise.all([refusing.close(), moved.close()]);
  }),
);

test(
  'a webhook that nobody serves is a failure, and no more than that',
  within(10_000, async () => {
    const webhook = await startWebhook(200);
    await webhook.close();
    const { actions, endedTimes, logged } = setup(
      { webhook: webhook.url },
      { clock: hastyClock() },
    );
    actions.tell(ALARM);

    assert.equal(await endedTimes(1), [{ action: 'webhook', outcome: 'failed' }]);
    assert.match(logged[0] ?? '', 'ECONNREFUSED');
  }),
);

test.run();
