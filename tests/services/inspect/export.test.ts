// `export` and `replay`: the life of a run of a real host in one file, and that file stepped through without any server.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { definitionOf } from '../../../machines/registry.ts';
import { exportLife } from '../../../services/inspect/commands/export.ts';
import { replay } from '../../../services/inspect/commands/replay.ts';
import { submit } from '../../../services/inspect/commands/submit.ts';
import { replayExport } from '../../../services/queries/export-replay.ts';
import { connectNats } from '../../../transport/nats/connection.ts';
import { rejects } from '../../support/rejects.ts';
import { within } from '../../support/within.ts';
import { finishRun, startFleet, testContext } from './command-fixture.ts';

const fleet = await startFleet();
const LIMIT_MS = 30_000;
const verdict = { kind: 'pass', cause: 'test' };
/** JSON leaves this control character as it is; a terminal obeys it. */
const WINNER = 'publisher\u009b31m-1';

/** A run that has exited, met a stale claim and a claim of nobody's, and was advanced. */
async function setup(id: string): Promise<string> {
  const timeoutMs = 10_000;
  const title = `<script>alert(1)</script>\u001b[31m of ${id}`;
  await submit(fleet.at().context, { project: 'shop', title, id, timeoutMs });
  const { asker } = fleet.host;
  const address = `run.shop.${id}.build.1`;
  const lost = { claimant: 'late\u001b[31m-1', verdict, evaluatedRevision: 1 };
  await asker.ask({ address, type: 'claim', data: lost });
  await asker.ask({ address, type: 'exited', data: { code: 0 } });
  await asker.ask({ address, type: 'claim', data: lost });
  await asker.ask({ address, type: 'claim', data: { claimant: WINNER, verdict } });
  await fleet.audited(address, 'advance-confirmed');
  return `shop/${id}/build/1`;
}

async function exported(address: string) {
  const { context, documents, err } = fleet.at({ output: 'json' });
  await exportLife(context, { address });
  assert.is(err(), '');
  return documents()[0];
}

/** In a world without a server: nothing but the file. */
async function replayed(text: string, output: 'table' | 'json' = 'table') {
  const test = testContext({ output, natsUrl: 'nats://127.0.0.1:1' });
  const file = join(test.context.directory, 'life.json');
  writeFileSync(file, text);
  const exitCode = await replay(test.context, { file });
  return { exitCode, ...test };
}

test(
  'one document holds records, events, audit, versions and the machine',
  within(LIMIT_MS, async () => {
    const life = await exported(await setup('1'));

    assert.equal([life.v, life.kind, life.address], [1, 'onceward-export', 'shop/1/build/1']);
    const machine = definitionOf('run')?.version;
    assert.equal(life.versions, { onceward: '0.0.0-test', envelope: 1, machine });
    assert.equal(
      life.steps.map(({ event }: { event: { type: string } }) => event.type),
      ['open', 'exited', 'claim', 'advance-confirmed'],
    );
    assert.ok(life.steps.every(({ record }: { record: object | null }) => record !== null));
    assert.is(life.steps[2].event.data.claimant, WINNER);
    assert.equal(
      life.audit.map(
        ({ type, outcome }: { type: string; outcome: string }) => `${type} ${outcome}`,
      ),
      [
        ...['open applied', 'claim refused', 'exited applied', 'claim refused'],
        ...['claim applied', 'advance-confirmed applied'],
      ],
    );
    assert.is(life.machine.id, 'run');
  }),
);

test(
  'an exported run replays without a server, and comes out as it was',
  within(LIMIT_MS, async () => {
    const text = JSON.stringify(await exported(await setup('2')));
    const { exitCode, documents } = await replayed(text, 'json');

    const [{ v, isReproduced, counts, revisions }] = documents();
    assert.equal([exitCode, v, isReproduced], [0, 1, true]);
    assert.equal(counts, { same: 4, differs: 0, notReplayable: 0 });
    assert.equal(
      revisions.map(({ refused }: { refused: object[] }) => refused.length),
      [1, 1, 0, 0],
    );
  }),
);

test(
  'an exported item replays as well',
  within(LIMIT_MS, async () => {
    await setup('3');
    await finishRun(fleet.host, 'shop/3/ship/1', 'product_fail');
    const { exitCode, out } = await replayed(JSON.stringify(await exported('shop/3')));

    assert.is(exitCode, 0);
    assert.match(out(), /^3 of 3 revisions reproduced$/m);
  }),
);

test(
  'people read each revision, what it changed, what it ordered and who lost',
  within(LIMIT_MS, async () => {
    const { out } = await replayed(JSON.stringify(await exported(await setup('4'))));

    assert.match(out(), /^shop\/4\/build\/1, exported \d{4}-.* by onceward 0\.0\.0-test$/m);
    assert.match(
      out(),
      /^revision \d+ {2}\d{4}-\S+ {2}exited {2}running\.queued → finalizing {2}reproduced$/m,
    );
    assert.match(out(), /^ {2}context\.exit: null → \{"code":0,/m);
    assert.match(out(), /^ {2}tells shop\/4: advance$/m);
    assert.match(
      out(),
      /^ {4}.*claim {2}finalizing {2}claimant late \[31m-1 {2}lost claim, refused revision: /m,
    );
    assert.not.match(out(), '\u001b');
    assert.not.match(out(), '\u009b');
  }),
);

test(
  'a life that comes out otherwise ends with 1, and says where',
  within(LIMIT_MS, async () => {
    const life = await exported(await setup('5'));
    life.steps[1].record.context.exit.code = 7;
    const { exitCode, out } = await replayed(JSON.stringify(life));

    assert.is(exitCode, 1);
    assert.match(out(), /exited .* differs \(exited leads to another record now\)/);
    assert.match(out(), /^ {2}now context\.exit\.code: 7 → 0$/m);
    assert.match(out(), /^2 of 4 revisions reproduced, 2 differ$/m);
  }),
);

test(
  'a unit test needs nothing but the file',
  within(LIMIT_MS, async () => {
    const { context, out } = fleet.at();
    await exportLife(context, { address: await setup('6'), file: 'run.json' });

    const file = readFileSync(join(context.directory, 'run.json'), 'utf8');

    assert.is(replayExport(JSON.parse(file)).isReproduced, true);
    assert.match(out(), /^shop\/6\/build\/1: 4 revisions and 6 audit entries in run\.json$/m);
  }),
);

test(
  'an archived run is exported with what was made again, and its end is compared',
  within(LIMIT_MS, async () => {
    const nc = await connectNats({ url: fleet.url, name: 'test' });
    const isGone = new Promise<void>((resolve) => {
      nc.subscribe('$KV.onceward-items.shop.7', {
        callback: (_, { headers }) => void (headers?.has('KV-Operation') && resolve()),
      });
    });
    await nc.flush();
    const run = await setup('7');
    await finishRun(fleet.host, 'shop/7/ship/1');
    await isGone;
    await nc.close();

    const life = await exported(run);
    const { exitCode, documents } = await replayed(JSON.stringify(life), 'json');

    assert.equal(
      life.steps.map(({ isRemade }: { isRemade: boolean }) => isRemade),
      [false, true, true, false],
    );
    assert.is(life.isArchived, true);
    assert.equal([exitCode, documents()[0].counts.same], [0, 4]);
  }),
);

test(
  'what is no export, cannot be read or cannot be written is told as such',
  within(LIMIT_MS, async () => {
    const run = await setup('8');
    const { context } = fleet.at();

    await rejects(replayed('{}'), 'EXPORT_INVALID');
    await rejects(replayed('no JSON'), 'EXPORT_INVALID');
    await rejects(replay(testContext().context, { file: 'absent.json' }), 'USAGE');
    await rejects(exportLife(context, { address: run, file: 'no/such/folder.json' }), 'USAGE');
    await rejects(exportLife(context, { address: 'shop/absent' }), 'ACTOR_NOT_FOUND');
  }),
);

test(
  'a file may come from standard input',
  within(LIMIT_MS, async () => {
    const input = JSON.stringify(await exported(await setup('9')));
    const { context, documents } = testContext({ input, output: 'jsonl' });

    assert.is(await replay(context, { file: '-' }), 0);
    assert.is(documents().length, 1);
  }),
);

test(
  'the fleet goes home',
  within(10_000, async () => {
    await fleet.host.stop();
  }),
);

test.run();
