// Time limit: 240 s
// Goal: a publisher with nothing but NATS messages drives an external stage, and nothing it sends wrongly
// changes, blocks or escapes notice. Method: a real host and server; the audit must account for every message.
import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from 'nats';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { stateName } from '../../machines/record.ts';
import type { AuditEntry } from '../../services/actors/audit-entry.ts';
import { decodeEntry } from '../../services/actors/record-cache.ts';
import { connectNats } from '../../transport/nats/connection.ts';
import { auditOfAll, nextAudit, readAudit } from '../support/audit-log.ts';
import { natsServer, stopNatsServer } from '../support/nats-server.ts';
import { createPrng } from '../support/prng.ts';
import { externalPipeline, startTestHost, type TestHost } from '../support/test-host.ts';
import { within } from '../support/within.ts';

const PASS = { kind: 'pass', cause: 'measured' };
const BAD_MESSAGES = 10_000;
const MAX_EVENT_BYTES = 262_144;

async function setup() {
  const { url } = await natsServer();
  const pipelines = { shop: externalPipeline('review', 'sign') };
  const started = await startTestHost({ url, pipelines });
  const nc = await connectNats({ url, name: 'publisher' });
  return { started, nc, stop: () => Promise.all([started.stop(), nc.close()]) };
}

test(
  'a publisher alone drives an external stage from open to advanced, without waiting for answers',
  within(30_000, async () => {
    const { started, nc, stop } = await setup();
    const opened = nextAudit(nc, (entry) => entry.address === 'run.shop.7.sign.1');

    const run = 'onceward.event.run.shop.7.review.1';
    nc.publish('onceward.event.item.shop.7.open', JSON.stringify({ title: 'a defect' }));
    nc.publish(`${run}.started`, '{}');
    nc.publish(`${run}.progress`, '{}');
    nc.publish(`${run}.exited`, JSON.stringify({ code: 0 }));
    nc.publish(`${run}.finalize-step`, JSON.stringify({ step: 'push', key: 'k1' }));
    nc.publish(`${run}.claim`, JSON.stringify({ claimant: 'ci', verdict: PASS }));

    await opened;
    assert.is(await stateOf(started, 'onceward-runs', 'shop.7.review.1'), 'advanced');
    assert.is(await stateOf(started, 'onceward-items', 'shop.7'), 'active.working');
    await stop();
  }),
);

test(
  'ten thousand malformed, oversized, stale and repeated messages change nothing and are all accounted for',
  within(200_000, async () => {
    const { started, nc, stop } = await setup();
    await mustApply(started, 'item.shop.8', 'open', { title: 'left alone' });
    await mustApply(started, 'run.shop.8.review.1', 'started', { epoch: 1 });
    const repeats = await applyOnce(started);
    const before = await revisionsOf(started);

    const audit = auditOfAll(nc);
    const sent = await publishNonsense(nc, createPrng(20_261_123));
    await publishAgain(nc, repeats);
    await audit.seen([...sent, LAST]);
    const after = await revisionsOf(started);
    await mustApply(started, 'run.shop.8.review.1', 'progress', { epoch: 1 });
    const accounted = await accountFor(nc, sent);

    assert.equal(accounted.missing, []);
    assert.equal(accounted.applied, []);
    assert.equal(accounted.reasons, [...REASONS].sort());
    assert.equal(after, before, 'revisions of the item and of its run');
    assert.equal(await repeatedOf(nc, repeats), repeats);
    assert.is(await stateOf(started, 'onceward-runs', 'shop.8.review.1'), 'running.working');
    await stop();
  }),
);

test.after(() => stopNatsServer());
test.run();

const REASONS = [
  'finished',
  'not-json',
  'not-now',
  'schema',
  'stale-epoch',
  'too-large',
  'unknown-actor',
  'unknown-type',
];

interface Nonsense {
  subject: string;
  body: string;
}

const RUN = 'onceward.event.run.shop.8.review.1';
const BIG = JSON.stringify({ filler: 'x'.repeat(MAX_EVENT_BYTES) });

/** One of every kind of mistake a publisher can make. */
const MISTAKES: readonly Nonsense[] = [
  { subject: `${RUN}.exited`, body: '{"code":' },
  { subject: `${RUN}.exited`, body: '[]' },
  { subject: `${RUN}.exited`, body: '{"code":"zero"}' },
  { subject: `${RUN}.exited`, body: '{"epoch":7,"code":0}' },
  { subject: `${RUN}.claim`, body: '{"claimant":"early","verdict":{"kind":"pass","cause":"x"}}' },
  { subject: `${RUN}.explode`, body: '{}' },
  { subject: `${RUN}.advance-confirmed`, body: '{}' },
  { subject: `${RUN}.grace-elapsed`, body: '{}' },
  { subject: 'onceward.event.run.shop.8.review.99.exited', body: '{"code":0}' },
  { subject: 'onceward.event.run.shop.8.review.first.exited', body: '{"code":0}' },
  { subject: 'onceward.event.item.shop.8.open', body: '{"title":"again"}' },
  { subject: 'onceward.event.item.shop.8.advance', body: '{}' },
  { subject: 'onceward.event.item.nowhere.1.open', body: '{"title":"no such project"}' },
  { subject: 'onceward.event.run.shop.7.review.1.exited', body: '{"code":0}' },
  { subject: 'onceward.event.dragon.shop.8.roar', body: '{}' },
];

/** Publishes all of them, each under an id of its own, and some of them several times. */
async function publishNonsense(nc: NatsConnection, prng: ReturnType<typeof createPrng>) {
  const js = jetstream(nc);
  const ids: string[] = [];
  const oversized = { subject: `${RUN}.exited`, body: BIG };
  for (let n = 0; n < BAD_MESSAGES; n += 1) {
    const mistake = n % 500 === 0 ? oversized : prng.pick(MISTAKES);
    const id = `bad-${n}`;
    ids.push(id);
    const options = { msgID: id };
    const stored = js.publish(mistake.subject, mistake.body, options);
    // The stream itself drops the second of these: the id is the same.
    if (n % 100 === 0) await js.publish(mistake.subject, mistake.body, options);
    if (n % 200 === 0) await stored;
  }
  return ids;
}

/** Fewer than a record remembers. */
const REPEATS = 20;
/** Sent after everything else of its partition: when it is accounted for, so is all before it. */
const LAST = 'bad-last';

/** Events that are applied through the ask door, under ids that the mailbox will bring again. */
async function applyOnce({ asker }: TestHost): Promise<string[]> {
  const ids = Array.from({ length: REPEATS }, (_, n) => `repeat-${n}`);
  for (const id of ids) {
    const request = { address: 'run.shop.8.review.1', type: 'progress', id, data: { epoch: 1 } };
    assert.is((await asker.ask(request)).outcome, 'applied');
  }
  return ids;
}

async function publishAgain(nc: NatsConnection, ids: readonly string[]): Promise<void> {
  const js = jetstream(nc);
  for (const msgID of ids) await js.publish(`${RUN}.progress`, '{"epoch":1}', { msgID });
  await js.publish(`${RUN}.explode`, '{}', { msgID: LAST });
}

/** Which of these the audit shows as recognised repeats. */
async function repeatedOf(nc: NatsConnection, ids: readonly string[]): Promise<string[]> {
  const entries = (await readAudit(nc)).filter((entry) => entry.outcome === 'repeated');
  const repeated = new Set(entries.map((entry) => entry.id));
  return ids.filter((id) => repeated.has(id));
}

async function accountFor(nc: NatsConnection, ids: readonly string[]) {
  const wanted = new Set(ids);
  const entries: AuditEntry[] = (await readAudit(nc)).filter((entry) => wanted.has(entry.id));
  const found = new Set(entries.map((entry) => entry.id));
  const refused = entries.filter((entry) => entry.outcome === 'refused');
  return {
    missing: ids.filter((id) => !found.has(id)),
    applied: entries.filter((entry) => entry.outcome === 'applied').map((entry) => entry.id),
    reasons: [...new Set(refused.map((entry) => String(entry.reason)))].sort(),
  };
}

async function mustApply(
  { asker }: TestHost,
  address: string,
  type: string,
  data: Record<string, unknown>,
): Promise<void> {
  const reply = await asker.ask({ address, type, data });
  assert.is(reply.outcome, 'applied', JSON.stringify(reply));
}

async function stateOf(
  { world }: TestHost,
  bucket: 'onceward-runs' | 'onceward-items',
  key: string,
): Promise<string> {
  const entry = await world.bucket(bucket).read(key);
  const loaded = entry === null ? null : decodeEntry(entry);
  return loaded?.status === 'stored'
    ? stateName(loaded.stored.record.state)
    : String(loaded?.status);
}

async function revisionsOf({ world }: TestHost) {
  const item = await world.bucket('onceward-items').read('shop.8');
  const run = await world.bucket('onceward-runs').read('shop.8.review.1');
  return { item: item?.revision, run: run?.revision };
}
