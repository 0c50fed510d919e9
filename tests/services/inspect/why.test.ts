// `onceward why` on records, presence and audit of a real server: what people read, and what programs get.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { definitionOf } from '../../../machines/registry.ts';
import { submit } from '../../../services/inspect/commands/submit.ts';
import { why } from '../../../services/inspect/commands/why.ts';
import { connectNats } from '../../../transport/nats/connection.ts';
import { createAnnouncer } from '../../../transport/nats/presence.ts';
import { startSecuredServer } from '../../operating/secured-server.ts';
import { rejects } from '../../support/rejects.ts';
import { externalPipeline, startTestHost } from '../../support/test-host.ts';
import { within } from '../../support/within.ts';
import { finishRun, startFleet, type TestContextOptions, testContext } from './command-fixture.ts';

const fleet = await startFleet();
await announceHost(fleet.url);
const timeoutMs = 10_000;

/** As a process of its own would: the host of the test announces nothing. */
async function announceHost(url: string): Promise<void> {
  const nc = await connectNats({ url, name: 'test' });
  const place = { machine: 'm1', pid: 1, startedAtMs: 1 };
  await createAnnouncer(nc).announce({ identity: 'host-test', role: 'host', ...place }, 300_000);
  await nc.close();
}

/** An item under a name that no other test uses. */
async function setup(id: string): Promise<string> {
  const { context } = fleet.at();
  await submit(context, { project: 'shop', title: `Title of ${id}`, id, timeoutMs });
  return `shop/${id}`;
}

const verdict = { kind: 'pass', cause: 'test' };

async function ask(item: string, type: string, data: Record<string, unknown>) {
  const address = `run.shop.${item}.build.1`;
  return fleet.host.asker.ask({
    address,
    type,
    data,
    id: `${address}:${type}:${data['claimant']}`,
  });
}

async function asked(address: string, options?: TestContextOptions) {
  const test = fleet.at(options);
  await why(test.context, { address });
  return test;
}

/** A section of the page, its lines without the spaces around them. */
function sectionOf(page: string, title: string): string[] {
  const [, below = ''] = page.split(`\n${title}\n`);
  const [section = ''] = below.split('\n\n');
  return section.split('\n').map((line) => line.trim().replace(/ {2,}/g, '|'));
}

test(
  'why names the claim that lost, with the guard that was closed to it, and then the one that won',
  within(30_000, async () => {
    await setup('1');
    await ask('1', 'exited', { code: 0 });
    const lost = await ask('1', 'claim', { claimant: 'early', verdict, evaluatedRevision: 1 });
    await fleet.audited('"claimant":"early"');

    const { out } = await asked('shop/1/build/1');

    assert.is(lost.outcome, 'refused');
    assert.match(
      out(),
      /\nwaits for: +its publisher to claim it with a verdict; its grace ends in/,
    );
    assert.match(
      out(),
      /\nlast refused: +claim by early at \S+: revision, evaluated on revision 1/,
    );
    assert.match(sectionOf(out(), 'Lost claims')[1] ?? '', /\|early\|\d+\|revision\|evaluated on/);
    assert.match(
      sectionOf(out(), 'Ways that were closed to claim')[1] ?? '',
      /^finalizing\|claimed\|canClaimBeforeGrace\|no\|\S/,
    );
    assert.match(sectionOf(out(), 'Timers')[1] ?? '', /^grace-elapsed\|in 4m5\ds\|lets its exit/);

    await finishRun(fleet.host, 'shop/1/build/1');
    await ask('1', 'claim', { claimant: 'late', verdict });
    await fleet.audited('"claimant":"late"');
    const { documents } = await asked('shop/1/build/1', { output: 'json' });
    const [ended] = documents();
    assert.is(ended.v, 1);
    assert.match(ended.waitsFor, /^nothing: it has ended, and item shop\/1 moved on with pass/);
    assert.equal(
      ended.lostClaims.map((line: { claimant: string }) => line.claimant),
      ['early', 'late'],
    );
    assert.ok(ended.lostClaims[0].foundRevision < ended.lostClaims[1].foundRevision);
  }),
);

test(
  'why of an item embeds that of its current run, and offers what helps either',
  within(20_000, async () => {
    await setup('2');
    const { out } = await asked('shop/2');
    const page = out();
    assert.match(page, /^item: +shop\/2\nstate: +active.working for/);
    assert.match(page, /\nwaits for: +its run build\/1, which is running.queued; it waits for/);
    assert.match(page, /\nIts current run\n {2}run: +shop\/2\/build\/1\n/);
    assert.match(sectionOf(page, 'Budgets')[1] ?? '', /^build\|product\|0\|3\|3$/);
    const commands = sectionOf(page, 'What you can do').filter((line) => /^onceward /.test(line));
    assert.equal(commands, [
      `onceward send shop/2/build/1 exited --data '{"epoch":1,"code":0}'`,
      'onceward cancel shop/2',
      'onceward pause shop/2',
      'onceward watch shop/2',
      'onceward show shop/2 --history',
    ]);
  }),
);

test(
  'why without an attempt speaks of the latest',
  within(20_000, async () => {
    await setup('3');
    await finishRun(fleet.host, 'shop/3/build/1', 'product_fail');
    const { documents } = await asked('shop/3/build', { output: 'json' });
    const [answer] = documents();
    assert.is(answer.address, 'shop/3/build/2');
    const product = answer.budgets.find((one: { budget: string }) => one.budget === 'product');
    assert.equal(product, { stage: 'build', budget: 'product', spent: 1, allowed: 3, left: 2 });
  }),
);

test(
  'why of what does not exist names the nearest thing that does',
  within(20_000, async () => {
    await setup('4');
    const { context } = fleet.at();
    const [attempt, stage, typo, nothing] = await Promise.all(
      ['shop/4/build/9', 'shop/4/ship', 'shop/4/biuld', 'shop/none'].map((address) =>
        rejects(why(context, { address }), 'ACTOR_NOT_FOUND'),
      ),
    );
    assert.is(attempt?.message, 'run shop/4/build/9 does not exist: its stage has attempt 1');
    assert.match(stage?.message ?? '', /item shop\/4 exists \(active.working, at build\/1\), and/);
    assert.match(stage?.message ?? '', /stage ship has no run yet$/);
    assert.match(typo?.message ?? '', /its pipeline has no stage biuld; did you mean "build"\?$/);
    assert.match(nothing?.message ?? '', /^item shop\/none does not exist: no project is called/);
  }),
);

test(
  'why of a record of a newer version says so, and leaves it alone',
  within(20_000, async () => {
    await setup('5');
    const nc = await connectNats({ url: fleet.url, name: 'test' });
    await nc.request('$KV.onceward-items.shop.newer', '{"v":2}');
    await nc.close();
    const { documents } = await asked('shop/newer', { output: 'json' });
    const [answer] = documents();
    assert.is(answer.state, 'newer');
    assert.match(answer.waitsFor, /a host of the newer version .*: envelope version 2/);
    assert.ok(answer.actions.length > 0);
  }),
);

test(
  'why of a record that has not the shape it says it has, or of an item with such a run, is an answer',
  within(20_000, async () => {
    const item = await setup('7');
    const hollow = {
      ...{ v: 1, machine: 'run', machineVersion: definitionOf('run')?.version },
      ...{ state: 'finalizing', sinceMs: 1, by: 'x' },
      ...{ context: { deadlines: {} }, outbox: [], recent: [], mailboxSequence: 0 },
      event: { id: 'x', type: 'exited', atMs: 1 },
    };
    const nc = await connectNats({ url: fleet.url, name: 'test' });
    await nc.request('$KV.onceward-runs.shop.7.build.1', JSON.stringify(hollow));
    await nc.close();
    const [ofRun] = (await asked(`${item}/build/1`, { output: 'json' })).documents();
    const [ofItem] = (await asked(item, { output: 'json' })).documents();

    assert.equal([ofRun.state, ofItem.state], ['corrupt', 'active.working']);
    assert.match(ofRun.waitsFor, /left untouched: it has not the shape it says it has/);
    assert.ok(ofItem.waitsFor.includes(ofRun.waitsFor));
    assert.ok(ofRun.actions.length > 0 && ofItem.actions.length > 0);
  }),
);

test(
  "an inspector's login is enough",
  within(60_000, async () => {
    const server = await startSecuredServer({ sections: ['accounts', 'users'] });
    const pipelines = { shop: externalPipeline('build') };
    const host = await startTestHost({ url: server.urlOf('host'), pipelines });
    await announceHost(server.urlOf('host'));
    const operator = testContext({ natsUrl: server.urlOf('operator') });
    await submit(operator.context, { project: 'shop', title: 'x', id: '6', timeoutMs });

    const { context, documents } = testContext({
      natsUrl: server.urlOf('inspector'),
      output: 'json',
    });
    await why(context, { address: 'shop/6' });

    const [answer] = documents();
    assert.equal(answer.notes, []);
    assert.is(answer.run.state, 'running.queued');
    await host.stop();
    await server.stop();
  }),
);

test(
  'the fleet goes home',
  within(10_000, async () => {
    await fleet.host.stop();
  }),
);

test.run();
