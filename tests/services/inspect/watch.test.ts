// `onceward watch`, and the reading commands under a login that may not write.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ps } from '../../../services/inspect/commands/ps.ts';
import { show } from '../../../services/inspect/commands/show.ts';
import { submit } from '../../../services/inspect/commands/submit.ts';
import { watch } from '../../../services/inspect/commands/watch.ts';
import { EXIT } from '../../../services/inspect/exit-codes.ts';
import { startEmbeddedServer } from '../../../transport/nats/embedded-server.ts';
import { natsServerBinary } from '../../support/nats-server.ts';
import { rejects } from '../../support/rejects.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { externalPipeline, startTestHost } from '../../support/test-host.ts';
import { within } from '../../support/within.ts';
import { finishRun, startFleet, testContext } from './command-fixture.ts';

const fleet = await startFleet();
const timeoutMs = 10_000;

async function setup(id: string): Promise<string> {
  await submit(fleet.at().context, { project: 'shop', title: 'x', id, timeoutMs });
  return `shop/${id}`;
}

/** Repeats a refused event until it was seen: nothing tells from which moment on somebody listens. */
async function refusedUntil(seen: Promise<void>): Promise<void> {
  const isSeen = { now: false };
  void seen.then(() => {
    isSeen.now = true;
  });
  const late = { address: 'item.shop.3', type: 'retry', id: 'late', data: {} };
  while (!isSeen.now) await fleet.host.asker.ask(late);
}

/** A server on which user `reader` may only ask JetStream for what is stored. */
async function readOnlyServer() {
  const stateDir = temporaryDirectory();
  const config = join(stateDir, 'read-only.conf');
  const denied = '["$KV.>", "onceward.>"]';
  const lines = [
    'listen: x',
    'http: x',
    'jetstream {',
    '  store_dir: x',
    '  sync_interval: x',
    '}',
    'authorization { users: [',
    '  { user: admin, password: p }',
    `  { user: reader, password: p, permissions: { publish: { deny: ${denied} } } }`,
    '] }',
  ];
  writeFileSync(config, lines.join('\n'));
  const { binary } = await natsServerBinary();
  return startEmbeddedServer({ binary, stateDir, config, report: () => {} });
}

test(
  'watch follows what happens below a filter until it is interrupted',
  within(20_000, async () => {
    const item = await setup('1');
    const { context, out, written, stop } = fleet.at();
    const ended = watch(context, { filter: `${item}/build`, sinceMs: 60_000 });
    await written('open  running.queued');
    await setup('2');
    await finishRun(fleet.host, `${item}/build/1`);
    await written('advance-confirmed');
    stop();
    assert.is(await ended, EXIT.interrupted);
    assert.match(
      out(),
      /shop\/1\/build\/1 {2}claim {2}finalizing → claimed {2}rev \d+ {2}claimant publisher-1\n/,
    );
    assert.not.match(out(), 'shop/2');
    assert.not.match(out(), 'shop/1  ');
  }),
);

test(
  'without a past, watch begins with what comes next, refusals included',
  within(20_000, async () => {
    const item = await setup('3');
    // Its past is stored a little later than it happened.
    const past = fleet.at();
    const seen = watch(past.context, { filter: `${item}/build`, sinceMs: 60_000 });
    await past.written('open  running.queued');
    past.stop();
    await seen;
    const { context, documents, written, stop } = fleet.at({ output: 'jsonl' });
    const ended = watch({ ...context, output: 'json' }, { filter: undefined });
    await refusedUntil(written('late'));
    stop();
    await ended;
    const [first] = documents();
    assert.equal(
      [first.v, first.type, first.outcome, first.reason],
      [1, 'retry', 'refused', 'not-now'],
    );
  }),
);

test(
  'a filter that can match nothing is a usage error',
  within(10_000, async () => {
    await rejects(watch(fleet.at().context, { filter: 'shop/a b' }), 'USAGE');
    await rejects(watch(fleet.at().context, { filter: 'a/b/c/1/x' }), 'USAGE');
    await fleet.host.stop();
  }),
);

test(
  'reading needs no permission to write',
  within(30_000, async () => {
    const server = await readOnlyServer();
    const { host: address } = new URL(server.url);
    const pipelines = { shop: externalPipeline('build') };
    const host = await startTestHost({ url: `nats://admin:p@${address}`, pipelines });
    const open = { address: 'item.shop.1', type: 'open', data: { title: 'x' } };
    await host.asker.ask(open);
    const reader = testContext({ natsUrl: `nats://reader:p@${address}` });
    await ps(reader.context, { kind: 'items' });
    await ps(reader.context, { kind: 'workers' });
    await show(reader.context, { address: 'shop/1', hasHistory: true });
    assert.match(reader.out(), 'shop/1');
    const ended = watch(reader.context, { filter: undefined, sinceMs: 60_000 });
    await reader.written('open  active.working');
    reader.stop();
    await ended;
    await host.stop();
    await server.stop();
  }),
);

test.run();
