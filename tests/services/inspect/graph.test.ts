// `onceward graph`: machines and pipelines without a server, and what stands at an address with one.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { graph } from '../../../services/inspect/commands/graph.ts';
import { submit } from '../../../services/inspect/commands/submit.ts';
import { rejects } from '../../support/rejects.ts';
import { within } from '../../support/within.ts';
import { startFleet, type TestContextOptions, testContext } from './command-fixture.ts';

const fleet = await startFleet();
const LIMIT_MS = 30_000;
const DEMO = new URL('../../../services/demo/onceward.yaml', import.meta.url);

/** A folder with the configuration of the demo, and no server. */
function offline(options: TestContextOptions = {}) {
  const test = testContext(options);
  writeFileSync(test.context.configurationFile, readFileSync(DEMO));
  return test;
}

/** An item whose first run has exited and waits for its claim. */
async function setup(id: string): Promise<string> {
  const { context } = fleet.at();
  await submit(context, { project: 'shop', title: '<script>', id, timeoutMs: 10_000 });
  const address = `run.shop.${id}.build.1`;
  await fleet.host.asker.ask({ address, type: 'exited', data: { code: 0 } });
  return `shop/${id}`;
}

test(
  'a machine is drawn as Mermaid without a server',
  within(LIMIT_MS, async () => {
    const { context, out } = offline();
    await graph({ ...context, output: 'mermaid' }, { what: 'run', state: 'claimed' });

    assert.match(out(), /^stateDiagram-v2\n/);
    assert.match(out(), /\n {2}class claimed active\n$/);
  }),
);

test(
  'a pipeline of the configuration is drawn by its name, or by that of a project',
  within(LIMIT_MS, async () => {
    const [byName, byProject] = [offline(), offline()];
    await graph({ ...byName.context, output: 'mermaid' }, { what: 'pipeline:standard' });
    await graph({ ...byProject.context, output: 'mermaid' }, { what: 'pipeline:shop' });

    assert.match(byName.out(), 's2 -. "onFail" .-> s1');
    assert.match(byName.out(), 's3 -. "onReject" .-> s1');
    assert.is(byProject.out(), byName.out());
  }),
);

test(
  'JSON is the machine as data',
  within(LIMIT_MS, async () => {
    const { context, documents } = offline({ output: 'json' });
    await graph(context, { what: 'item' });
    const [{ v, name, initial, states, transitions }] = documents();

    assert.equal([v, name, initial], [1, 'item', 'opening']);
    assert.ok(states.length > 5 && transitions.length > 20);
  }),
);

test(
  'a picture goes to a file, never to a terminal',
  within(LIMIT_MS, async () => {
    const { context, err, out } = offline({ isTerminal: true });
    const drawing = { ...context, output: 'png' as const };
    await rejects(graph(drawing, { what: 'pipeline:standard' }), 'USAGE');
    await graph(drawing, { what: 'pipeline:standard', file: 'p.png' });
    const file = readFileSync(join(context.directory, 'p.png'));

    assert.is(file.subarray(1, 4).toString('latin1'), 'PNG');
    assert.is(err(), `onceward: ${file.length} bytes in p.png\n`);
    assert.is(out(), '');
  }),
);

test(
  'a run is drawn as its machine with the present state lit',
  within(LIMIT_MS, async () => {
    const item = await setup('1');
    const { context, out } = fleet.at();
    await graph({ ...context, output: 'svg' }, { what: `${item}/build` });

    assert.match(out(), 'aria-label="run shop/1/build/1: finalizing"');
    assert.match(out(), '<g class="state state active" data-state="finalizing">');
  }),
);

test(
  'an item is drawn as its pipeline with how far it has come',
  within(LIMIT_MS, async () => {
    const item = await setup('2');
    const { context, out } = fleet.at();
    await graph({ ...context, output: 'svg' }, { what: item });

    assert.match(out(), 'aria-label="item shop/2: active.working"');
    assert.match(out(), '<g class="stage active" data-stage="build" data-progress="waiting">');
    assert.match(out(), '<g class="stage" data-stage="ship" data-progress="pending">');
  }),
);

test(
  'what cannot be drawn is told with what can',
  within(LIMIT_MS, async () => {
    const { context } = offline();
    const drawn = (what: string, state?: string) => graph(context, { what, state });

    const later = await rejects(drawn('deploymnt'), 'USAGE');
    const pipeline = await rejects(drawn('pipeline:standrd'), 'USAGE');
    const state = await rejects(drawn('run', 'claimd'), 'USAGE');
    const stage = await rejects(drawn('pipeline:standard', 'x'), 'USAGE');

    assert.match(
      later.message,
      /"deploymnt": expected run, item, account, merge, deployment, pipeline:<name> or an/,
    );
    assert.match(
      (await rejects(drawn('pipeline:x'), 'USAGE')).message,
      /: there are standard, shop$/,
    );
    writeFileSync(
      context.configurationFile,
      String(readFileSync(DEMO)).replaceAll('standard', 'shop'),
    );
    assert.match((await rejects(drawn('pipeline:x'), 'USAGE')).message, /: there are shop$/);
    assert.match(pipeline.message, 'did you mean "standard"?');
    assert.match(state.message, 'did you mean "claimed"?');
    assert.match(stage.message, 'has no stage "x": analysis, ');
    await rejects(drawn('shop/7', 'done'), 'USAGE');
    await rejects(graph(fleet.at().context, { what: 'shop/none' }), 'ACTOR_NOT_FOUND');
  }),
);

test.after(async () => {
  await fleet.host.stop();
});

test.run();
