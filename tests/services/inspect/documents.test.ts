// What the commands print as JSON is what the published schema says: every field of it is there.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { RunContext } from '../../../machines/run/context.ts';
import type { CommandContext } from '../../../services/inspect/command-context.ts';
import { bridge } from '../../../services/inspect/commands/bridge.ts';
import { decide } from '../../../services/inspect/commands/decide-item.ts';
import { doctor } from '../../../services/inspect/commands/doctor.ts';
import { events } from '../../../services/inspect/commands/events.ts';
import { exportLife } from '../../../services/inspect/commands/export.ts';
import { graph } from '../../../services/inspect/commands/graph.ts';
import { init } from '../../../services/inspect/commands/init.ts';
import { logPath, logs } from '../../../services/inspect/commands/logs.ts';
import { type PsInput, ps } from '../../../services/inspect/commands/ps.ts';
import { replay } from '../../../services/inspect/commands/replay.ts';
import { send } from '../../../services/inspect/commands/send.ts';
import { show } from '../../../services/inspect/commands/show.ts';
import { submit } from '../../../services/inspect/commands/submit.ts';
import { validate } from '../../../services/inspect/commands/validate.ts';
import { wait } from '../../../services/inspect/commands/wait.ts';
import { watch } from '../../../services/inspect/commands/watch.ts';
import { why } from '../../../services/inspect/commands/why.ts';
import {
  DOCUMENTS,
  renderOutputSchema,
} from '../../../services/inspect/documents/output-schema.ts';
import { connectNats } from '../../../transport/nats/connection.ts';
import { createAnnouncer } from '../../../transport/nats/presence.ts';
import { within } from '../../support/within.ts';
import { finishRun, startFleet, type TestContextOptions } from './command-fixture.ts';

type DocumentName = keyof typeof DOCUMENTS;

const fleet = await startFleet();
const timeoutMs = 10_000;
const { asker } = fleet.host;

// One item with a refused event, one run claimed by a worker, and one that ended.
for (const id of ['1', '2', '3']) {
  await submit(fleet.at().context, { project: 'shop', title: 'x', id, timeoutMs });
}
await finishRun(fleet.host, 'shop/1/build/1', 'product_fail');
await asker.ask({ address: 'item.shop.1', type: 'resume', data: {} });
await asker.ask({ address: 'run.shop.2.build.1', type: 'started', data: { worker: 'worker-1' } });
await asker.ask({ address: 'run.shop.2.build.1', type: 'exited', data: { code: 3 } });
await asker.ask({ address: 'item.shop.3', type: 'pause', data: {} });
await finishRun(fleet.host, 'shop/3/build/1');
await wait(fleet.at().context, { address: 'shop/3', for: 'parked', timeoutMs });

/** What a command prints, each document checked against the schema of that name. */
async function printed(
  name: DocumentName,
  command: (context: CommandContext) => Promise<number>,
  options: TestContextOptions = {},
): Promise<unknown[]> {
  const { context, documents } = fleet.at({ output: 'json', ...options });
  await command(context);
  const found = documents();
  for (const document of found) DOCUMENTS[name].parse(document);
  return found;
}

/** Both forms of a list; how many rows there are. */
async function listed(kind: PsInput['kind'], list: DocumentName, line: DocumentName) {
  const [document] = await printed(list, (context) => ps(context, { kind }));
  const lines = await printed(line, (context) => ps(context, { kind }), { output: 'jsonl' });
  assert.is((document as Record<string, unknown[]>)[kind]?.length, lines.length);
  return lines.length;
}

test(
  'lists of items and runs, of timers and of processes',
  within(30_000, async () => {
    const nc = await connectNats({ url: fleet.url, name: 'test' });
    const presence = { identity: 'worker-1', role: 'worker', machine: 'vm', pid: 9 } as const;
    await createAnnouncer(nc).announce({ ...presence, startedAtMs: 1 }, 60_000);
    assert.ok((await listed('items', 'items', 'item')) >= 3);
    assert.ok((await listed('runs', 'runs', 'run')) >= 3);
    assert.ok((await listed('timers', 'timers', 'timer')) >= 3);
    assert.is(await listed('workers', 'workers', 'worker'), 1);
    await nc.close();
  }),
);

test(
  'lists of what there may be none of',
  within(30_000, async () => {
    await listed('leases', 'leases', 'lease');
    await listed('merges', 'merges', 'merge');
    await listed('deployments', 'deployments', 'deployment');
  }),
);

test(
  'why an item and a run stand where they stand',
  within(30_000, async () => {
    const [item] = await printed('why', (context) => why(context, { address: 'shop/1' }));
    assert.is((item as { run: { kind: string } }).run.kind, 'run');
    await printed('why', (context) => why(context, { address: 'shop/2/build' }));
    await printed('why', (context) => why(context, { address: 'shop/3' }));
  }),
);

test(
  'records, with their history, as they were, and what differs',
  within(30_000, async () => {
    const address = 'shop/2/build/1';
    const [shown] = await printed('shown', (context) =>
      show(context, { address, hasHistory: true }),
    );
    const { history, revision } = shown as { history: { revision: number }[]; revision: number };
    const at = history[0]?.revision ?? 0;
    assert.ok(at > 0 && at < revision);
    await printed('shown', (context) => show(context, { address: 'shop/1' }));
    await printed('shown', (context) => show(context, { address, at }));
    await printed('difference', (context) => show(context, { address, diff: at }));
  }),
);

test(
  'what is sent, and what would come of it',
  within(30_000, async () => {
    const [, refused] = [true, false].map((isDryRun) => ({
      isDryRun,
      timeoutMs,
      items: ['shop/1'],
    }));
    const fixed = { ...refused, filter: {}, isConfirmed: false, isDryRun: false, timeoutMs };
    const pause = { ...fixed, verb: 'pause', items: ['shop/1'] } as const;
    await printed('answer', (context) => decide(context, pause));
    await printed('dryRun', (context) => decide(context, { ...pause, isDryRun: true }));
    const address = 'shop/2/build';
    const started = { address, type: 'exited', data: '{"code":0}', timeoutMs };
    await printed('dryRun', (context) => send(context, { ...started, isDryRun: true }));
    const input = { project: 'shop', title: 'x', timeoutMs };
    await printed('submitted', (context) => submit(context, input));
    await printed('reached', (context) => wait(context, { address, for: 'finalizing', timeoutMs }));
  }),
);

test(
  'what happens, and what a run has written',
  within(30_000, async () => {
    const watching = fleet.at({ output: 'jsonl' });
    const ended = watch(watching.context, { filter: 'shop', sinceMs: 60_000 });
    await watching.written('"outcome":"refused"');
    watching.stop();
    await ended;
    for (const document of watching.documents()) DOCUMENTS.happening.parse(document);
    const told = await printed('happening', (context) => events(context, { address: 'shop/1' }), {
      output: 'jsonl',
    });
    assert.ok(told.length >= 2);
    const run = { project: 'shop', item: '2', attempt: 1, stage: { name: 'build' } };
    const { context } = fleet.at();
    const path = logPath(context.stateDirectory, run as unknown as RunContext, 1);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, 'one\ntwo\n');
    const options = { stateDirectory: context.stateDirectory };
    const read = (own: CommandContext) => logs(own, { address: 'shop/2/build' });
    assert.is((await printed('log', read, options)).length, 1);
    assert.is((await printed('logLine', read, { ...options, output: 'jsonl' })).length, 2);
  }),
);

test(
  'a life that is kept in a file, and stepped through',
  within(30_000, async () => {
    const address = 'shop/2/build/1';
    const [life] = await printed('life', (context) => exportLife(context, { address }));
    const { context } = fleet.at();
    const file = join(context.directory, 'life.json');
    await printed('saved', (own) => exportLife(own, { address, file }));
    await printed('replay', (own) => replay(own, { file: '-' }), { input: JSON.stringify(life) });
  }),
);

test(
  'drawings as data, the bridge, and what looks after the installation',
  within(30_000, async () => {
    await printed('machineGraph', (context) => graph(context, { what: 'run' }));
    await printed('pipelineGraph', (context) => graph(context, { what: 'shop/1' }));
    const bridging = fleet.at({ output: 'json' });
    const ended = bridge(bridging.context, { filter: 'shop', port: 0, isRedacted: true });
    await bridging.written('"filter"');
    bridging.stop();
    await ended;
    DOCUMENTS.bridge.parse(bridging.documents()[0]);
    const [checks] = await printed('health', doctor);
    const lines = await printed('check', doctor, { output: 'jsonl' });
    assert.is((checks as { checks: unknown[] }).checks.length, lines.length);
    const { context } = fleet.at();
    const folder = context.directory;
    await printed('initialized', (own) => init(own, { folder }));
    const file = join(folder, 'onceward.yaml');
    await printed('validation', (own) => validate(own, { file }));
    writeFileSync(file, 'odd: 1\n');
    await printed('validation', (own) => validate(own, { file }));
  }),
);

test('the published schema names every document, allows more fields, and requires those there are', () => {
  const text = readFileSync(
    new URL('../../../docs/cli-output.schema.json', import.meta.url),
    'utf8',
  );
  assert.is(text, renderOutputSchema());
  const { definitions } = JSON.parse(text);
  const missing = Object.keys(DOCUMENTS).filter((name) => definitions[name] === undefined);
  assert.equal(missing, []);
  assert.not.match(text, '"additionalProperties": false');
  assert.ok(definitions.item.required.includes('revision'));
  assert.not.ok(DOCUMENTS.reached.safeParse({ v: 1, address: 'shop/1', state: 'done' }).success);
  assert.ok(
    DOCUMENTS.reached.safeParse({ v: 1, address: 'a', state: 'b', revision: 1, more: 1 }).success,
  );
});

test(
  'the fleet goes home',
  within(10_000, async () => {
    await fleet.host.stop();
  }),
);

test.run();
