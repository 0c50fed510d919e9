// One run, one item and the fleet as documents, read from a real server with a real host.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readFleet } from '../../../services/queries/fleet-reading.ts';
import { readItem } from '../../../services/queries/item-reading.ts';
import { readRun } from '../../../services/queries/run-reading.ts';
import { type Session, withSession } from '../../../services/queries/session.ts';
import { parseUserAddress } from '../../../services/queries/user-address.ts';
import { connectNats } from '../../../transport/nats/connection.ts';
import { createAnnouncer } from '../../../transport/nats/presence.ts';
import { rejects } from '../../support/rejects.ts';
import { within } from '../../support/within.ts';
import { finishRun, startFleet } from '../inspect/command-fixture.ts';

const fleet = await startFleet();

async function read<T>(work: (session: Session) => Promise<T>): Promise<T> {
  return withSession(fleet.at().context, work);
}

async function setup(item: string): Promise<void> {
  const address = `item.shop.${item}`;
  await fleet.host.asker.ask({ address, type: 'open', data: { title: `<b>${item}</b>` } });
}

/** Resolves once the item has been removed from where the live ones are. */
async function archived(item: string): Promise<void> {
  await read(async (session) => {
    const choice = { filter: `shop.${item}`, isPresentIncluded: true };
    const feed = await session.openRecords('onceward-items', choice);
    for await (const { value } of feed.entries()) if (value === null) break;
    await feed.close();
  });
}

function openRunOf(item: string) {
  return read((session) => readRun(session, parseUserAddress(`shop/${item}/build/1`)));
}

function openItemOf(item: string) {
  return read((session) => readItem(session, parseUserAddress(`shop/${item}`)));
}

test(
  'a run has its revisions, its claims, what it accepts and what it does not',
  within(20_000, async () => {
    await setup('1');
    const address = 'run.shop.1.build.1';
    const verdict = { kind: 'pass', cause: 'test' };
    await fleet.host.asker.ask({ address, type: 'exited', data: { code: 0 } });
    const early = { claimant: 'early', verdict, evaluatedRevision: 1 };
    await fleet.host.asker.ask({ address, type: 'claim', data: early, id: 'early' });
    await fleet.audited('"claimant":"early"');
    const view = await openRunOf('1');
    assert.equal(
      view.steps.map(({ event, state }) => [event.type, state]),
      [
        ['open', 'running.queued'],
        ['exited', 'finalizing'],
      ],
    );
    assert.equal(
      view.audit.map(({ type, outcome }) => `${type} ${outcome}`),
      ['open applied', 'exited applied', 'claim refused'],
    );
    assert.is(view.claims[0]?.foundRevision, view.revision);
    assert.ok(view.accepts.some(({ type }) => type === 'claim'));
    assert.ok(view.closed.some(({ type }) => type === 'started'));
    assert.equal(view.timers, view.why.timers);
    assert.is(view.isFinished, false);
  }),
);

test(
  'an item has its stages with their progress, and the lives of all its runs',
  within(20_000, async () => {
    await setup('2');
    await finishRun(fleet.host, 'shop/2/build/1', 'product_fail');
    await finishRun(fleet.host, 'shop/2/build/2');
    await fleet.audited('run.shop.2.ship.1');
    const view = await openItemOf('2');
    assert.equal(
      view.pipeline.stages.map(({ name, attempts, progress }) => [name, attempts, progress]),
      [
        ['build', 2, 'passed'],
        ['ship', 1, 'waiting'],
      ],
    );
    assert.equal(
      view.runs.map(({ address, verdict }) => [address, verdict?.kind ?? null]),
      [
        ['shop/2/build/1', 'product_fail'],
        ['shop/2/build/2', 'pass'],
        ['shop/2/ship/1', null],
      ],
    );
    assert.equal(
      view.runs[0]?.phases.map(({ name, endMs }) => [name, endMs !== null]),
      [
        ['queued', true],
        ['finalizing', true],
        ['claimed', true],
      ],
    );
    assert.is(view.runs[2]?.phases.at(-1)?.endMs, null);
    assert.equal([view.stage, view.attempt, view.endedRuns], ['ship', 1, 2]);
    assert.is(view.why.run?.address, 'shop/2/ship/1');
    assert.ok(view.accepts.some(({ type }) => type === 'cancel'));
    assert.ok(view.audit.some(({ address }) => address === 'run.shop.2.build.1'));
  }),
);

test(
  'a finished item is read from the archive, with the lives of its runs',
  within(20_000, async () => {
    await setup('3');
    await finishRun(fleet.host, 'shop/3/build/1');
    await finishRun(fleet.host, 'shop/3/ship/1');
    await archived('3');
    const view = await openItemOf('3');
    assert.equal([view.state, view.isFinished, view.isArchived], ['done', true, true]);
    assert.match(view.why.waitsFor, /^nothing: it is done, after 2 runs/);
    assert.equal(
      view.runs.map(({ state, phases }) => [state, phases.at(-1)?.name]),
      [
        ['advanced', 'claimed'],
        ['advanced', 'claimed'],
      ],
    );
    assert.equal(
      view.pipeline.stages.map(({ progress }) => progress),
      ['passed', 'passed'],
    );
  }),
);

test(
  'what runs have used is told of each, and of their item with the one under way',
  within(20_000, async () => {
    await setup('cost');
    const [first, second] = ['run.shop.cost.build.1', 'run.shop.cost.ship.1'] as const;
    const { asker } = fleet.host;
    const usage = { turns: 3, inputTokens: 1_000, cachedInputTokens: 500, outputTokens: 200 };
    const priced = { ...usage, usd: 0.5, pricedTokens: 1_700 };
    await asker.ask({ address: first, type: 'started', data: {} });
    await asker.ask({ address: first, type: 'progress', data: { usage: priced } });
    await finishRun(fleet.host, 'shop/cost/build/1');
    await fleet.audited(`"open"`, second);
    await asker.ask({ address: second, type: 'started', data: {} });
    await asker.ask({ address: second, type: 'progress', data: { usage } });
    const { cost, runs } = await openItemOf('cost');
    assert.equal([cost.usd, cost.tokens, cost.usage?.turns], [0.5, 3_400, 6]);
    assert.is(cost.words, '$0.50 + 1.7k tokens without a price, 3.4k tokens, 6 turns, 0ms');
    assert.equal(
      runs.map((run) => [run.cost.usd, run.cost.tokens]),
      [
        [0.5, 1_700],
        [null, 1_700],
      ],
    );
    assert.is((await openRunOf('cost')).cost.usd, 0.5);
    assert.is((await openItemOf('1')).cost.words, 'not measured');
  }),
);

test(
  'a run is no item, an item no run, and nothing is neither',
  within(20_000, async () => {
    const run = parseUserAddress('shop/1/build/1');
    const item = parseUserAddress('shop/1');
    await rejects(
      read((session) => readItem(session, run)),
      'USAGE',
    );
    await rejects(
      read((session) => readRun(session, item)),
      'USAGE',
    );
    await rejects(openItemOf('none'), 'ACTOR_NOT_FOUND');
    await rejects(openRunOf('none'), 'ACTOR_NOT_FOUND');
  }),
);

test(
  'the fleet has its processes, who serves which partition, and the newest alarms first',
  within(20_000, async () => {
    const nc = await connectNats({ url: fleet.url, name: 'test' });
    const place = { machine: 'm1', pid: 1, startedAtMs: 1 };
    const announcer = createAnnouncer(nc);
    await announcer.announce({ identity: 'host-test', role: 'host', ...place }, 300_000);
    await announcer.announce({ identity: 'worker-test', role: 'worker', ...place }, 300_000);
    await nc.close();
    fleet.host.host.alarm('outage', 'the first');
    await fleet.audited('the first');
    fleet.host.host.alarm('outage', 'the second');
    await fleet.audited('the second');
    const view = await read((session) => readFleet(session));
    assert.equal(
      [view.hosts, view.workers].map((all) => all.map(({ identity }) => identity)),
      [['host-test'], ['worker-test']],
    );
    assert.equal([...new Set(view.partitions.map(({ host }) => host))], ['host-test']);
    assert.equal(
      view.alarms.map(({ reason, message }) => [reason, message]),
      [
        ['outage', 'the second'],
        ['outage', 'the first'],
      ],
    );
    assert.equal(view.notes, []);
  }),
);

test(
  'the fleet goes home',
  within(10_000, async () => {
    await fleet.host.stop();
  }),
);

test.run();
