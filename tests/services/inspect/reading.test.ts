// The commands that look: ps and show, on live and archived records of a real host.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ps } from '../../../services/inspect/commands/ps.ts';
import { show } from '../../../services/inspect/commands/show.ts';
import { submit } from '../../../services/inspect/commands/submit.ts';
import { wait } from '../../../services/inspect/commands/wait.ts';
import { connectNats } from '../../../transport/nats/connection.ts';
import { createAnnouncer } from '../../../transport/nats/presence.ts';
import { rejects } from '../../support/rejects.ts';
import { within } from '../../support/within.ts';
import { finishRun, startFleet, type TestContextOptions } from './command-fixture.ts';

const fleet = await startFleet();
const timeoutMs = 10_000;

/** An item under a name that no other test uses, with its first run exited but not claimed. */
async function setup(id: string): Promise<string> {
  const { context } = fleet.at();
  await submit(context, { project: 'shop', title: `Title of ${id}`, id, timeoutMs });
  const address = `run.shop.${id}.build.1`;
  await fleet.host.asker.ask({ address, type: 'exited', data: { code: 3 } });
  return `shop/${id}`;
}

/** An item that is done and archived: the marker that its removal leaves is the signal. */
async function archived(id: string): Promise<string> {
  const item = await setup(id);
  const nc = await connectNats({ url: fleet.url, name: 'test' });
  const isGone = new Promise<void>((resolve) => {
    nc.subscribe(`$KV.onceward-items.shop.${id}`, {
      callback: (_, { headers }) => void (headers?.has('KV-Operation') && resolve()),
    });
  });
  await nc.flush();
  await finishRun(fleet.host, `${item}/build/1`);
  await finishRun(fleet.host, `${item}/ship/1`);
  await isGone;
  await nc.close();
  return item;
}

async function shown(address: string, options?: TestContextOptions & { hasHistory?: boolean }) {
  const test = fleet.at(options);
  await show(test.context, { address, hasHistory: options?.hasHistory ?? false });
  return test;
}

async function rowOf(kind: 'items' | 'runs', address: string, isArchiveIncluded = false) {
  const { context, documents } = fleet.at({ output: 'jsonl' });
  await ps(context, { kind, filter: { isArchiveIncluded } });
  return documents().find((row) => row.address === address);
}

test(
  'ps runs shows how long ago the exit was recorded, and what fires next',
  within(20_000, async () => {
    await setup('1');
    const { context, out } = fleet.at();
    await ps(context, { kind: 'runs', filter: { project: 'shop', state: 'finalizing' } });
    const [header, row] = out().split('\n');
    assert.is(
      header?.replace(/ {2,}/g, '|'),
      'RUN|STATE|WORKER|EPOCH|EXIT|EXITED|CLAIMANT|NEXT DEADLINE',
    );
    assert.match(
      row?.replace(/ {2,}/g, '|') ?? '',
      /^shop\/1\/build\/1\|finalizing\|-\|1\|3\/exit-code\|\d+m?s ago\|-\|grace-elapsed in (5m00|4m59)s$/,
    );
  }),
);

test(
  'ps items shows the stage and, for a parked one, the reason',
  within(20_000, async () => {
    const item = await setup('2');
    const { asker } = fleet.host;
    await asker.ask({ address: 'item.shop.2', type: 'pause', data: {} });
    await finishRun(fleet.host, `${item}/build/1`);
    await wait(fleet.at().context, { address: item, for: 'parked', timeoutMs });
    const { context, out } = fleet.at();
    await ps(context, { kind: 'items', filter: { state: 'parked' } });
    assert.match(
      out(),
      /^ITEM +STATE +STAGE +ATTEMPT +AGE +HOLDER\nshop\/2 {2}parked: paused {2}ship {2}/,
    );
  }),
);

test(
  'rows as JSON carry a version, and what a script needs',
  within(20_000, async () => {
    const item = await setup('3');
    const { context, documents } = fleet.at({ output: 'json' });
    await ps(context, { kind: 'items' });
    const [{ v, items }] = documents();
    const row = items.find(({ address }: { address: string }) => address === item);
    assert.is(v, 1);
    assert.equal(
      [row.project, row.item, row.title, row.state, row.stage, row.attempt, row.isArchived],
      ['shop', '3', 'Title of 3', 'active.working', 'build', 1, false],
    );
    assert.type(row.revision, 'number');
    assert.is((await rowOf('runs', `${item}/build/1`)).exit.code, 3);
  }),
);

test(
  'a state covers the states within it, and a project only its own items',
  within(20_000, async () => {
    await setup('4');
    const { context, documents } = fleet.at({ output: 'jsonl' });
    await ps(context, { kind: 'items', filter: { state: 'active', project: 'shop' } });
    assert.ok(documents().length > 0);
    assert.ok(documents().every(({ state }) => state === 'active.working'));
    const other = fleet.at({ output: 'jsonl' });
    await ps(other.context, { kind: 'items', filter: { project: 'other' } });
    assert.equal(other.documents(), []);
  }),
);

test(
  'archived ones are listed on request only, and shown as they ended',
  within(30_000, async () => {
    const item = await archived('5');
    assert.is(await rowOf('items', item), undefined);
    assert.is((await rowOf('items', item, true)).state, 'done');
    assert.is((await rowOf('runs', `${item}/build/1`, true)).isArchived, true);
    const { documents } = await shown(item, { output: 'json', hasHistory: true });
    const [{ v, state, isArchived, isFinished, record, history }] = documents();
    assert.equal([v, state, isArchived, isFinished], [1, 'done', true, true]);
    assert.is(record.context.runs.length, 2);
    assert.equal(
      history.map(({ event }: { event: string }) => event),
      ['open', 'advance', 'advance'],
    );
  }),
);

test(
  'show tells of a run: exit, grace, claim, deadlines and earlier revisions',
  within(20_000, async () => {
    const item = await setup('6');
    const { out } = await shown(`${item}/build`, { hasHistory: true });
    assert.match(out(), /^run: +shop\/6\/build\/1\nstate: +finalizing for /);
    assert.match(out(), /^exit: +3\/exit-code at \d{4}-.* ago$/m);
    assert.match(out(), /^Deadlines\n.*\n {2}grace-elapsed {2}in /m);
    assert.match(out(), /^History\n.*\n.*open +running\.queued.*\n.*exited +finalizing/m);
    await finishRun(fleet.host, `${item}/build/1`);
    const after = await shown(`${item}/build`);
    assert.match(after.out(), /^claim: +publisher-1 at .*\nverdict: +pass \(test\)$/m);
  }),
);

test(
  'show tells of an item: its ended runs and what was spent',
  within(20_000, async () => {
    const item = await setup('7');
    await finishRun(fleet.host, `${item}/build/1`, 'product_fail');
    await wait(fleet.at().context, { address: `${item}/build/2`, for: 'running', timeoutMs });
    const { out } = await shown(item);
    assert.match(out(), /^title: +Title of 7$/m);
    assert.match(out(), /^Ended runs\n.*\n {2}build\/1 {2}product_fail {2}test {3}publisher-1/m);
    assert.match(out(), /^Budgets spent\n.*\n {2}build {2}product {2}1 {6}3$/m);
    assert.match((await shown(`${item}/build`)).out(), 'shop/7/build/2');
  }),
);

test(
  'what does not exist is not found',
  within(20_000, async () => {
    const error = await rejects(shown('shop/absent'), 'ACTOR_NOT_FOUND');
    assert.match(error.message, /^item shop\/absent does not exist: /);
    await rejects(shown('shop/absent/build'), 'ACTOR_NOT_FOUND');
    await rejects(shown('shop'), 'USAGE');
  }),
);

test(
  'ps workers lists every process that has announced itself',
  within(20_000, async () => {
    const nc = await connectNats({ url: fleet.url, name: 'test' });
    const presence = {
      identity: 'worker-vm-9-abc',
      role: 'worker',
      machine: 'vm',
      pid: 9,
    } as const;
    const announcer = createAnnouncer(nc);
    await announcer.announce({ ...presence, startedAtMs: 1 }, 60_000);
    const { context, documents } = fleet.at({ output: 'json' });
    await ps(context, { kind: 'workers' });
    assert.equal(documents()[0].workers, [{ ...presence, startedAtMs: 1 }]);
    await rejects(ps(context, { kind: 'workers', filter: { state: 'done' } }), 'USAGE');
    await nc.close();
  }),
);

test(
  'the server of a running `up` is found by its note; a stale note is told as such',
  within(20_000, async () => {
    const { context, out } = fleet.at();
    const note = (natsUrl: string) =>
      writeFileSync(
        join(context.stateDirectory, 'connection.json'),
        JSON.stringify({ natsUrl, pid: 1 }),
      );
    const unnamed = { ...context, natsUrl: undefined };
    note(fleet.url);
    assert.is(await ps(unnamed, { kind: 'items' }), 0);
    assert.match(out(), 'ITEM');
    note('nats://127.0.0.1:1');
    const error = await rejects(ps(unnamed, { kind: 'items' }), 'BROKER_UNAVAILABLE');
    assert.match(error.message, 'its server at nats://127.0.0.1:1 does not answer');
  }),
);

test(
  'the fleet goes home',
  within(10_000, async () => {
    await fleet.host.stop();
  }),
);

test.run();
