// What becomes of a webhook: who is believed, what is stored, and how each refusal is told.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { hintName, isAbout } from '../../../services/intake/delivery-hint.ts';
import type { WebhookSecret } from '../../../services/intake/webhook-intake.ts';
import { within } from '../../support/within.ts';
import type { Answer } from './web-fixture.ts';
import {
  gitHubSignature,
  newDeliveryId,
  startWebhookFixture,
  type WebhookFixture,
} from './webhooks-fixture.ts';

const LIMIT_MS = 20_000;
const ISSUE = { action: 'opened', issue: { number: 12 }, repository: { full_name: 'acme/shop' } };
const PROJECT = '22b6fc9c-1849-45da-b103-52a3e3a6b4c1';
const WORK_ITEM = 'f819eff4-cd50-4987-bc97-e5be1e04c94f';

/** Status, and what is said in words a program can take. */
function told({ status, json }: Answer): unknown[] {
  return [status, json?.error?.code ?? json?.ignored ?? { ...json, v: undefined }];
}

/** What is stored of a delivery. */
async function kept({ session }: WebhookFixture, id: string) {
  const found = await session.deliveries.newest({ id }, 10);
  return found.map(({ source, event, connection, hint }) => ({
    ...{ source, event, connection },
    ...JSON.parse(hint),
  }));
}

test(
  'a signed webhook is acknowledged once it is stored, with the connection that signed it and what it is about',
  within(LIMIT_MS, async () => {
    const fixture = await startWebhookFixture();
    const id = newDeliveryId();
    const answer = await fixture.gitHub('issues', ISSUE, { id });
    const stored = await kept(fixture, id);
    const [delivery] = await fixture.session.deliveries.newest({ id }, 1);
    const payload = delivery && (await fixture.session.deliveries.payload(delivery));
    await fixture.close();

    assert.equal(told(answer), [202, { v: undefined, stored: true, repeat: false }]);
    assert.equal(stored, [
      {
        ...{ source: 'github', event: 'issues', connection: 'github-main' },
        ...{ repository: 'acme/shop', subject: { kind: 'issue', ref: '12' } },
      },
    ]);
    assert.is(payload, JSON.stringify(ISSUE));
    assert.equal(fixture.counted, ['github stored']);
  }),
);

test(
  'a webhook that is sent again is acknowledged, and stored once',
  within(LIMIT_MS, async () => {
    const fixture = await startWebhookFixture();
    const id = newDeliveryId();
    await fixture.gitHub('issues', ISSUE, { id });
    const again = await fixture.gitHub('issues', ISSUE, { id });
    const stored = await kept(fixture, id);
    await fixture.close();

    assert.equal(told(again), [200, { v: undefined, stored: true, repeat: true }]);
    assert.is(stored.length, 1);
    assert.equal(fixture.counted, ['github stored', 'github repeat']);
  }),
);

test(
  'any secret that is valid at the moment counts',
  within(LIMIT_MS, async () => {
    const secrets: WebhookSecret[] = [{ connection: 'one', source: 'github', secret: 'first' }];
    const fixture = await startWebhookFixture({ secrets: () => secrets });
    const signed = (secret: string) => {
      const headers = { 'x-hub-signature-256': gitHubSignature(JSON.stringify(ISSUE), secret) };
      return fixture.gitHub('issues', ISSUE, { headers });
    };
    const before = await signed('second');
    secrets.push({ connection: 'two', source: 'github', secret: 'second' });
    const after = [await signed('first'), await signed('second')];
    await fixture.close();

    assert.is(before.status, 401);
    assert.equal(
      after.map(({ status }) => status),
      [202, 202],
    );
  }),
);

test(
  'what is not signed, wrongly signed, or changed on its way is refused without being read',
  within(LIMIT_MS, async () => {
    const fixture = await startWebhookFixture();
    const headers = { 'x-hub-signature-256': gitHubSignature(JSON.stringify(ISSUE)) };
    const answers = [
      await fixture.gitHub('issues', '{'.repeat(9), { headers }),
      await fixture.gitHub('issues', ISSUE, { headers: { 'x-hub-signature-256': '' } }),
      await fixture.gitHub('issues', ISSUE, {
        headers: { 'x-hub-signature-256': gitHubSignature(JSON.stringify(ISSUE), 'guessed') },
      }),
    ];
    await fixture.close();

    assert.equal(answers.map(told), Array(3).fill([401, 'WEBHOOK_UNVERIFIED']));
    assert.equal(fixture.counted, Array(3).fill('github unverified'));
    // A line for the first of them, and none with a secret in it.
    assert.is(fixture.log().match(/is not signed/g)?.length, 1);
    assert.not.match(fixture.log(), 'secret-of-github');
  }),
);

test(
  'webhooks come under any name and from any site, where nothing else is served to them',
  within(LIMIT_MS, async () => {
    const fixture = await startWebhookFixture();
    const headers = { host: 'hooks.acme.example', origin: 'https://elsewhere.example' };
    const posted = await fixture.gitHub('issues', ISSUE, { headers });
    const page = await fixture.ask('/api/fleet', { headers });
    const got = await fixture.ask('/webhooks/github', { headers });
    await fixture.close();

    assert.is(posted.status, 202);
    assert.is(page.status, 421);
    assert.equal([got.status, got.headers['allow']], [405, 'POST']);
  }),
);

test(
  'a form of GitHub is taken as well as JSON, and no other type',
  within(LIMIT_MS, async () => {
    const fixture = await startWebhookFixture();
    const type = (name: string) => ({ headers: { 'content-type': name } });
    const form = new URLSearchParams({ payload: JSON.stringify(ISSUE) }).toString();
    const answers = [
      await fixture.gitHub('issues', form, type('application/x-www-form-urlencoded')),
      await fixture.gitHub('issues', ISSUE, type('application/json; charset=utf-8')),
      await fixture.gitHub('issues', ISSUE, type('text/plain')),
      await fixture.plane(ISSUE, type('application/x-www-form-urlencoded')),
    ];
    await fixture.close();

    assert.equal(
      answers.map(({ status }) => status),
      [202, 202, 415, 415],
    );
  }),
);

test(
  'what is signed and no webhook is refused with what is wrong',
  within(LIMIT_MS, async () => {
    const fixture = await startWebhookFixture();
    const answers = [
      await fixture.gitHub('issues', '{"issue":'),
      await fixture.gitHub('issues', '[]'),
      await fixture.gitHub('issues', Uint8Array.of(0x7b, 0xff, 0x7d)),
      await fixture.gitHub('', ISSUE),
      await fixture.gitHub('Issues/../x', ISSUE),
      await fixture.gitHub('issues', ISSUE, { id: 'x y' }),
    ];
    await fixture.close();

    assert.equal(
      answers.map(({ status }) => status),
      [400, 400, 401, 400, 400, 400],
    );
    assert.match(answers[3]?.json.error.message, 'X-GitHub-Event is missing');
    assert.match(answers[5]?.json.error.message, 'X-GitHub-Delivery is missing');
  }),
);

test(
  'what is about nothing of ours is acknowledged with the reason, and not stored',
  within(LIMIT_MS, async () => {
    const fixture = await startWebhookFixture({
      isOurs: (hint) => isAbout(hintName(hint), 'github:acme/shop'),
    });
    const id = newDeliveryId();
    const other = { ...ISSUE, repository: { full_name: 'acme/other' } };
    const answers = [
      await fixture.gitHub('issues', ISSUE),
      await fixture.gitHub('issues', other, { id }),
      await fixture.gitHub('star', ISSUE, { id }),
      await fixture.gitHub('ping', { zen: 'Anything added dilutes everything else.' }, { id }),
    ];
    const stored = await kept(fixture, id);
    await fixture.close();

    assert.equal(answers.slice(1).map(told), [
      [202, 'no project watches acme/other'],
      [202, 'star changes nothing that is looked at'],
      [200, 'ping'],
    ]);
    assert.equal(stored, []);
    assert.equal(fixture.counted.slice(1), Array(3).fill('github ignored'));
  }),
);

test(
  'a webhook of Plane is stored under the issue of its project',
  within(LIMIT_MS, async () => {
    const fixture = await startWebhookFixture();
    const id = newDeliveryId();
    const data = { id: WORK_ITEM, project: PROJECT };
    const payload = { event: 'issue', action: 'updated', workspace_id: PROJECT, data };
    const answers = [
      await fixture.plane(payload, { id }),
      await fixture.plane(payload, { id }),
      await fixture.plane(payload, { headers: { 'x-plane-signature': '0'.repeat(64) } }),
      await fixture.plane({ ...payload, event: 'cycle' }),
    ];
    const stored = await kept(fixture, id);
    await fixture.close();

    assert.equal(
      answers.map(({ status }) => status),
      [202, 200, 401, 202],
    );
    assert.equal(stored, [
      {
        ...{ source: 'plane', event: 'workitem', connection: 'plane-main' },
        ...{ repository: PROJECT, subject: { kind: 'issue', ref: WORK_ITEM } },
      },
    ]);
  }),
);

test(
  'a source without a secret is served nowhere',
  within(LIMIT_MS, async () => {
    const fixture = await startWebhookFixture({
      secrets: () => [{ connection: 'main', source: 'plane', secret: 'x' }],
    });
    const answer = await fixture.gitHub('issues', ISSUE);
    const unknown = await fixture.ask('/webhooks/gitlab', { method: 'POST' });
    await fixture.close();

    assert.is(answer.status, 404);
    assert.match(answer.json.error.message, 'webhookSecretVariable');
    assert.is(unknown.status, 404);
    assert.equal(fixture.counted, ['github unconfigured']);
  }),
);

test.run();
