// Goal: whatever GitHub sends is taken in or passed over with a reason. Method: every published example of a webhook,
// of github.com and of each GitHub Enterprise Server, signed and posted to a real server.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { within } from '../../support/within.ts';
import { newDeliveryId, startWebhookFixture, type WebhookFixture } from './webhooks-fixture.ts';

interface Example {
  event: string;
  payload: Record<string, unknown>;
}

const require = createRequire(import.meta.url);
const FOLDER = dirname(require.resolve('@octokit/webhooks-examples/package.json'));
/** As many as GitHub has under way to one address at a time, more or less. */
const AT_ONCE = 16;
const HINTED = [
  ...['check_run', 'check_suite', 'installation', 'installation_repositories', 'issue_comment'],
  ...['issues', 'label', 'pull_request', 'pull_request_review', 'pull_request_review_comment'],
  ...['pull_request_review_thread', 'push', 'repository', 'status', 'workflow_job'],
  'workflow_run',
];

const servers = readdirSync(FOLDER, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

function examplesOf(server: string): Example[] {
  const text = readFileSync(join(FOLDER, server, 'index.json'), 'utf8');
  const events: { name: string; examples: Record<string, unknown>[] }[] = JSON.parse(text);
  return events.flatMap(({ name, examples }) =>
    examples.map((payload) => ({ event: name, payload })),
  );
}

interface Outcome {
  event: string;
  status: number;
  reason: string | null;
}

async function post(fixture: WebhookFixture, { event, payload }: Example): Promise<Outcome> {
  const id = newDeliveryId();
  const { status, json } = await fixture.gitHub(event, payload, { id });
  return { event, status, reason: json.ignored ?? json.error?.message ?? null };
}

async function postAll(fixture: WebhookFixture, examples: readonly Example[]): Promise<Outcome[]> {
  const waiting = [...examples];
  const outcomes: Outcome[] = [];
  const sender = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      outcomes.push(await post(fixture, next));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, sender));
  return outcomes;
}

function eventsWith(outcomes: readonly Outcome[], status: number): string[] {
  const found = outcomes.filter((outcome) => outcome.status === status);
  return [...new Set(found.map(({ event }) => event))].sort();
}

test(
  'every published example is stored with its hint, or passed over with a reason',
  within(60_000, async () => {
    const fixture = await startWebhookFixture({ isOurs: () => true });
    const examples = servers.flatMap(examplesOf);
    const outcomes = await postAll(fixture, examples);
    const stored = await fixture.session.deliveries.newest({}, 10_000);
    await fixture.close();

    assert.ok(examples.length > 700, `${examples.length} examples`);
    assert.is(outcomes.length, examples.length);
    assert.equal([...new Set(outcomes.map(({ status }) => status))].sort(), [200, 202]);
    const taken = outcomes.filter(({ status, reason }) => status === 202 && reason === null);
    assert.equal([...new Set(taken.map(({ event }) => event))].sort(), HINTED);
    assert.is(stored.length, taken.length);
    assert.equal(eventsWith(outcomes, 200), ['ping']);
    assert.not.match(fixture.log(), '"err"');
  }),
);

test(
  'of what is looked at, nothing but tags and removed branches is passed over',
  within(60_000, async () => {
    const fixture = await startWebhookFixture();
    const examples = servers.flatMap(examplesOf).filter(({ event }) => HINTED.includes(event));
    const outcomes = await postAll(fixture, examples);
    await fixture.close();

    const reasons = outcomes.map(({ reason }) => reason).filter((reason) => reason !== null);
    assert.equal([...new Set(reasons)].sort(), ['push: a tag was moved, no branch']);
  }),
);

test.run();
