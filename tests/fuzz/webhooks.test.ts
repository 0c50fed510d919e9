// Goal: nothing that is posted as a webhook stops a host, or is answered in an undocumented way. Method: random bodies,
// headers and signatures, some of them signed, and random changes of real payloads, posted to a real server.
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { deliveryHint } from '../../services/intake/delivery-hint.ts';
import {
  gitHubSignature,
  newDeliveryId,
  startWebhookFixture,
} from '../services/web/webhooks-fixture.ts';
import { within } from '../support/within.ts';

const DOCUMENTED = [200, 202, 400, 401, 404, 413, 415, 429, 503];
const EVENTS = [
  ...['issues', 'issue_comment', 'label', 'pull_request', 'pull_request_review', 'check_run'],
  ...['check_suite', 'status', 'workflow_run', 'workflow_job', 'push', 'ping', 'repository'],
  ...['installation', 'star', '__proto__', 'constructor'],
];

/** Bodies from nothing over garbage to what is nearly right. */
const nearly = fc.record(
  {
    action: fc.anything(),
    issue: fc.oneof(
      fc.anything(),
      fc.record({ number: fc.anything(), pull_request: fc.anything() }),
    ),
    pull_request: fc.oneof(fc.anything(), fc.record({ number: fc.anything() })),
    check_run: fc.oneof(fc.anything(), fc.record({ head_sha: fc.anything() })),
    installation: fc.record({ account: fc.record({ login: fc.anything() }) }),
    changes: fc.anything(),
    repository: fc.oneof(
      fc.record({ full_name: fc.oneof(fc.constant('acme/shop'), fc.string()) }),
      fc.anything(),
    ),
    data: fc.anything(),
    event: fc.string(),
    version: fc.constantFrom('v2', 1, null),
  },
  { requiredKeys: [] },
);
const body = fc.oneof(
  nearly.map((value) => safeJson(value)),
  fc.json(),
  fc.string(),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
);
const headerText = fc
  .string({ unit: fc.constantFrom(...'abcXYZ019-_./=:; %'), maxLength: 80 })
  .map((text) => text.trim());
const posted = fc.record({
  source: fc.constantFrom('github', 'plane'),
  event: fc.oneof(fc.constantFrom(...EVENTS), headerText),
  id: fc.oneof(fc.constant(null), headerText),
  type: fc.constantFrom('application/json', 'application/x-www-form-urlencoded', 'text/plain'),
  signature: fc.oneof(fc.constant(null), fc.constant(null), headerText),
  body,
});

test(
  'whatever is posted is answered in a documented way, and the server goes on',
  within(60_000, async () => {
    const fixture = await startWebhookFixture();
    const seen = new Set<number>();
    const answered = fc.asyncProperty(posted, async ({ source, event, id, type, ...given }) => {
      const known = given.signature === null ? {} : { 'x-hub-signature-256': given.signature };
      const headers = { 'content-type': type, 'x-forwarded-for': newDeliveryId(), ...known };
      const asking = { id: id ?? newDeliveryId(), headers };
      const answer =
        source === 'github'
          ? await fixture.gitHub(event, given.body, asking)
          : await fixture.plane(given.body, asking);
      seen.add(answer.status);
      assert.ok(DOCUMENTED.includes(answer.status), `${answer.status}: ${answer.text}`);
      assert.type(answer.json, 'object');
    });
    await fc.assert(answered, { numRuns: 500 });
    const payload = { issue: { number: 1 }, repository: { full_name: 'acme/shop' } };
    const after = await fixture.gitHub('issues', payload);
    await fixture.close();

    assert.is(after.status, 202);
    assert.ok([202, 400, 401, 415].every((status) => seen.has(status)));
    assert.not.match(fixture.log(), 'a request failed');
  }),
);

test(
  'a payload of any shape is a hint or a reason',
  within(60_000, async () => {
    const sources = fc.constantFrom('github' as const, 'plane' as const);
    const events = fc.oneof(fc.constantFrom(...EVENTS), fc.string());
    const payloads = fc.oneof(nearly, fc.anything());
    fc.assert(
      fc.property(sources, events, payloads, (source, event, payload) => {
        const reading = deliveryHint(source, event, payload);
        assert.ok('ignored' in reading ? reading.ignored !== '' : reading.source === source);
      }),
      { numRuns: 5_000 },
    );
  }),
);

test(
  'a signature that was changed anywhere is none',
  within(60_000, async () => {
    const fixture = await startWebhookFixture();
    const payload = JSON.stringify({ issue: { number: 1 }, repository: { full_name: 'a/b' } });
    const right = gitHubSignature(payload);
    const changed = fc.asyncProperty(
      fc.nat(right.length - 1),
      fc.constantFrom(...'0123456789abcdef'),
      async (at, digit) => {
        fc.pre(right[at] !== digit);
        const signature = right.slice(0, at) + digit + right.slice(at + 1);
        const headers = { 'x-hub-signature-256': signature, 'x-forwarded-for': newDeliveryId() };
        const { status } = await fixture.gitHub('issues', payload, { headers });
        assert.is(status, 401);
      },
    );
    await fc.assert(changed, { numRuns: 100 });
    await fixture.close();
  }),
);

test.run();

/** What JSON cannot say is left out. */
function safeJson(value: unknown): string {
  try {
    return JSON.stringify(value, (_, one) => (typeof one === 'bigint' ? Number(one) : one)) ?? '';
  } catch {
    return '{}';
  }
}
