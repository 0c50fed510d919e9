// What `ps` lists besides items and runs, how it is filtered, and what it says when there is nothing.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ps } from '../../../services/inspect/commands/ps.ts';
import { submit } from '../../../services/inspect/commands/submit.ts';
import { wait } from '../../../services/inspect/commands/wait.ts';
import { DOCUMENTS } from '../../../services/inspect/documents/output-schema.ts';
import { rejects } from '../../support/rejects.ts';
import { within } from '../../support/within.ts';
import { finishRun, startFleet } from './command-fixture.ts';

const fleet = await startFleet();
const timeoutMs = 10_000;

async function setup(id: string): Promise<string> {
  const { context } = fleet.at();
  await submit(context, { project: 'shop', title: `Title of ${id}`, id, timeoutMs });
  return `shop/${id}`;
}

async function listed(input: Parameters<typeof ps>[1]) {
  const { context, documents } = fleet.at({ output: 'json' });
  await ps(context, input);
  return documents()[0];
}

function columnsOf(text: string): string[] {
  return text.trim().split(/ {2,}/);
}

test(
  'timers come soonest first, with the time to go',
  within(20_000, async () => {
    await setup('1');
    await fleet.host.asker.ask({
      address: 'run.shop.1.build.1',
      type: 'exited',
      data: { code: 0 },
    });
    const { context, out } = fleet.at();

    await ps(context, { kind: 'timers', filter: { item: '1' } });
    const { v, timers } = await listed({ kind: 'timers' });

    const [header = '', ...rows] = out().trim().split('\n');
    assert.equal(columnsOf(header), ['DUE', 'EVENT', 'ACTOR', 'STATE']);
    assert.match(rows[0] ?? '', /^in \S+ {2}grace-elapsed {2}shop\/1\/build\/1 {2}finalizing$/);
    assert.match(rows[1] ?? '', /^in \S+ {2}run-check {6}shop\/1 {10}active\.working$/);
    assert.is(v, 1);
    assert.equal(
      timers.map((timer: { dueAtMs: number }) => timer.dueAtMs),
      timers.map((timer: { dueAtMs: number }) => timer.dueAtMs).sort(),
    );
    assert.not.throws(() => DOCUMENTS.timers.parse({ v, timers }));
  }),
);

test(
  'items and runs are chosen by item, stage, text and time',
  within(20_000, async () => {
    const item = await setup('2');
    const addresses = async (
      kind: 'items' | 'runs',
      filter: NonNullable<Parameters<typeof ps>[1]['filter']>,
    ) => {
      const found = await listed({ kind, filter });
      return found[kind].map(({ address }: { address: string }) => address);
    };

    assert.equal(await addresses('items', { item: '2', changedWithinMs: 60_000 }), [item]);
    assert.equal(await addresses('items', { text: 'TITLE OF 2', stage: 'build' }), [item]);
    assert.equal(await addresses('items', { item: '2', olderThanMs: 3_600_000 }), []);
    assert.equal(await addresses('runs', { item: '2', stage: 'build' }), [`${item}/build/1`]);
    assert.equal(await addresses('runs', { item: '2', claimant: 'nobody' }), []);
  }),
);

test(
  'rows are what the schema of the output says',
  within(20_000, async () => {
    await finishRun(fleet.host, `${await setup('3')}/build/1`);

    const [items, runs] = [await listed({ kind: 'items' }), await listed({ kind: 'runs' })];

    assert.not.throws(() => DOCUMENTS.items.parse(items));
    assert.not.throws(() => DOCUMENTS.runs.parse(runs));
    assert.ok(items.items.length > 0 && runs.runs.length > 0);
  }),
);

test(
  'merge queues and deployments are listed, although there are none yet',
  within(20_000, async () => {
    const { context, out } = fleet.at();

    await ps(context, { kind: 'merges', filter: { project: 'shop' } });
    await ps(context, { kind: 'deployments' });

    assert.is(
      out(),
      'QUEUE  STATE  FOR  ITEMS  FIRST  TRIAL  LEASE  LANDED  WAITS FOR\n' +
        'DEPLOYMENT  STATE  FOR  LIVE  DEPLOYED  UNDER WAY  LEASE  QUEUE  PROBES  WAITS FOR\n',
    );
    const seen = fleet.at({ isTerminal: true });
    await ps(seen.context, { kind: 'merges' });
    assert.is(
      seen.err(),
      'no merges: the first item that comes to a stage of kind merge opens one\n',
    );
    assert.equal(await listed({ kind: 'merges' }), { v: 1, merges: [] });
    assert.equal(await listed({ kind: 'leases' }), { v: 1, leases: [] });
  }),
);

test(
  'an empty list says so to a person, and to nobody else',
  within(20_000, async () => {
    const [person, program] = [fleet.at({ isTerminal: true }), fleet.at()];
    const filter = { project: 'absent' };

    await ps(person.context, { kind: 'items', filter });
    await ps(person.context, { kind: 'leases' });
    await ps(program.context, { kind: 'items', filter });

    const [items, leases] = person.err().trim().split('\n');
    assert.is(items, 'no items pass this filter; --all looks at archived ones, too');
    assert.is(leases, 'no leases');
    assert.is(program.err(), '');
  }),
);

test(
  'a filter that a kind does not take is a usage error that names what it takes',
  within(20_000, async () => {
    const { context } = fleet.at();
    const all = { isArchiveIncluded: true };

    const ofTimers = await rejects(ps(context, { kind: 'timers', filter: all }), 'USAGE');
    const state = { kind: 'leases', filter: { state: 'claimed' } } as const;
    const ofLeases = await rejects(ps(context, state), 'USAGE');
    await rejects(ps(context, { kind: 'items', filter: { project: '' } }), 'USAGE');
    await rejects(ps(context, { kind: 'runs', filter: { state: 'parked' } }), 'USAGE');

    assert.match(ofTimers.message, /^ps timers takes no --all; it takes --project, --item, /);
    assert.match(ofLeases.message, /^ps leases takes no --state; /);
  }),
);

test(
  'an item is listed with its last stage once it is done, on request',
  within(20_000, async () => {
    const item = await setup('4');
    await finishRun(fleet.host, `${item}/build/1`);
    await wait(fleet.at().context, { address: `${item}/ship`, for: 'running', timeoutMs });
    await finishRun(fleet.host, `${item}/ship/1`);
    await wait(fleet.at().context, { address: item, for: 'done', timeoutMs });

    const filter = { item: '4', state: 'done', isArchiveIncluded: true };
    const { items } = await listed({ kind: 'items', filter });

    assert.equal([items[0].address, items[0].endedRuns], [item, 2]);
    await fleet.host.stop();
  }),
);

test.run();
