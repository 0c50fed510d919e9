// `ps --watch`: what is there, then each change, over a restart of the server; in place on a terminal.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ps } from '../../../services/inspect/commands/ps.ts';
import { submit } from '../../../services/inspect/commands/submit.ts';
import { wait } from '../../../services/inspect/commands/wait.ts';
import { DOCUMENTS } from '../../../services/inspect/documents/output-schema.ts';
import { EXIT } from '../../../services/inspect/exit-codes.ts';
import { connectNats } from '../../../transport/nats/connection.ts';
import { createAnnouncer } from '../../../transport/nats/presence.ts';
import { ensureTopology } from '../../../transport/nats/topology.ts';
import { natsServer } from '../../support/nats-server.ts';
import { rejects } from '../../support/rejects.ts';
import { within } from '../../support/within.ts';
import { finishRun, startFleet } from './command-fixture.ts';
import { fakeScreen } from './fake-screen.ts';

const fleet = await startFleet();
const timeoutMs = 15_000;

async function setup(id: string): Promise<string> {
  const { context } = fleet.at();
  await submit(context, { project: 'shop', title: `Title of ${id}`, id, timeoutMs });
  return `shop/${id}`;
}

test(
  'runs are followed line by line: what is there, each change once, and what has gone',
  within(40_000, async () => {
    const item = await setup('1');
    const { context, documents, written, stop } = fleet.at({ output: 'jsonl' });
    const watching = ps(context, { kind: 'runs', filter: { item: '1' }, isFollowing: true });
    await written('running.queued');
    await finishRun(fleet.host, `${item}/build/1`);
    await written('ship/1');
    await finishRun(fleet.host, `${item}/ship/1`);
    await written('isGone');
    stop();

    assert.is(await watching, EXIT.interrupted);
    const build = documents().filter(({ address }) => address === `${item}/build/1`);
    const states = build.map(({ state }) => state);
    assert.equal(states.slice(0, 3), ['running.queued', 'finalizing', 'claimed']);
    const present = build.filter(({ isGone }) => isGone !== true);
    assert.is(new Set(present.map(({ revision }) => revision)).size, present.length);
    assert.not.throws(() => documents().map((one) => DOCUMENTS.run.parse(one)));
  }),
);

test(
  'a restart of the server is waited out, and costs no change',
  within(60_000, async () => {
    const item = await setup('2');
    const { context, documents, err, written, stop } = fleet.at({ output: 'jsonl' });
    const watching = ps(context, { kind: 'runs', filter: { item: '2' }, isFollowing: true });
    await written('running.queued');
    await (await natsServer()).restart();
    await wait(fleet.at().context, { address: `${item}/build`, for: 'running', timeoutMs });
    await finishRun(fleet.host, `${item}/build/1`);
    await written('ship/1');
    stop();
    await watching;

    const ofBuild = documents().filter(({ address }) => address === `${item}/build/1`);
    const states = ofBuild.map(({ state }) => state);
    assert.equal(states.slice(0, 3), ['running.queued', 'finalizing', 'claimed']);
    assert.match(err(), /^connection lost/);
  }),
);

test(
  'a process that died with the server is told as gone, although its bucket went with the server',
  within(60_000, async () => {
    const nc = await connectNats({ url: fleet.url, name: 'worker-dead' });
    await ensureTopology(nc, {});
    const named = { identity: 'worker-dead', role: 'worker', machine: 'm' } as const;
    await createAnnouncer(nc).announce({ ...named, pid: 1, startedAtMs: 0 }, 60_000);
    const { context, documents, written, stop } = fleet.at({ output: 'jsonl' });
    const watching = ps(context, { kind: 'workers', filter: {}, isFollowing: true });
    await written('worker-dead');
    await nc.close();
    await (await natsServer()).restart();
    const host = await connectNats({ url: fleet.url, name: 'host' });
    await ensureTopology(host, {});
    await written('isGone');
    stop();
    await watching;
    await host.close();

    assert.equal(
      documents().map(({ identity, isGone = false }) => [identity, isGone]),
      [
        ['worker-dead', false],
        ['worker-dead', true],
      ],
    );
  }),
);

test(
  'in a table the headers come once, and nothing is rewritten',
  within(30_000, async () => {
    const item = await setup('3');
    const { context, out, written, stop } = fleet.at();
    const watching = ps(context, { kind: 'items', filter: { item: '3' }, isFollowing: true });
    await written('shop/3');
    await finishRun(fleet.host, `${item}/build/1`);
    await written('ship');
    stop();
    await watching;

    const stages = out()
      .trim()
      .split('\n')
      .map((line) => line.split(/ {2,}/).slice(0, 3).join(' '));
    assert.is(stages[0], 'ITEM STATE STAGE');
    assert.is(stages[1], 'shop/3 active.working build');
    assert.is(stages.at(-1), 'shop/3 active.working ship');
    assert.is(stages.filter((line) => line.startsWith('ITEM')).length, 1);
  }),
);

test(
  'an item shows who holds it as soon as somebody does',
  within(30_000, async () => {
    await setup('4');
    const { context, documents, written, stop } = fleet.at({ output: 'jsonl' });
    const filter = { item: '4', claimant: 'publisher-*' };
    const watching = ps(context, { kind: 'items', filter, isFollowing: true });
    await setup('5');
    await finishRun(fleet.host, 'shop/4/build/1');
    await written('publisher-1');
    stop();
    await watching;

    assert.equal([documents()[0].address, documents()[0].holder], ['shop/4', 'publisher-1']);
  }),
);

test(
  'on a terminal the rows are drawn in place, as many as fit, until somebody leaves',
  within(30_000, async () => {
    await Promise.all(['61', '62', '63', '64', '65', '66'].map(setup));
    const screen = fakeScreen({ rows: 6 });
    const { context } = fleet.at({ screen });
    const filter = { text: 'title of 6' };
    const watching = ps(context, { kind: 'items', filter, isFollowing: true });
    await screen.shows('6 items · 2 below · q quits');

    assert.ok(screen.isEntered());
    assert.is(screen.frame().length, 6);
    assert.match(screen.frame()[1] ?? '', /^shop\/61 /);
    assert.match(screen.frame()[5] ?? '', /^6 items/);
    await fleet.host.asker.ask({ address: 'item.shop.61', type: 'cancel', data: {} });
    await screen.shows('5 items');
    screen.press('q');
    assert.is(await watching, EXIT.done);
    assert.equal([screen.isEntered(), screen.listeners()], [false, 0]);
  }),
);

test(
  'what passes without a change cannot be followed',
  within(20_000, async () => {
    const { context } = fleet.at();
    const isFollowing = true;
    await rejects(ps(context, { kind: 'runs', filter: { olderThanMs: 1 }, isFollowing }), 'USAGE');
    const all = { isArchiveIncluded: true };
    await rejects(ps(context, { kind: 'runs', filter: all, isFollowing }), 'USAGE');
    await fleet.host.stop();
  }),
);

test.run();
