// The commands that send: submit, send and the decisions about an item, against a real host.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ItemContext } from '../../../machines/item/context.ts';
import { decideItem } from '../../../services/inspect/commands/decide-item.ts';
import { send } from '../../../services/inspect/commands/send.ts';
import { show } from '../../../services/inspect/commands/show.ts';
import { submit } from '../../../services/inspect/commands/submit.ts';
import { rejects } from '../../support/rejects.ts';
import { within } from '../../support/within.ts';
import { finishRun, startFleet, testContext } from './command-fixture.ts';

const fleet = await startFleet();
const timeoutMs = 5_000;

/** An item under a name that no other test uses; its project has the stages build and ship. */
async function setup(id: string): Promise<string> {
  const { context } = fleet.at();
  await submit(context, { project: 'shop', title: 'A title', id, timeoutMs });
  return `shop/${id}`;
}

async function revisionOf(address: string): Promise<number> {
  const { context, documents } = fleet.at({ output: 'json' });
  await show(context, { address });
  return documents()[0].revision;
}

test(
  'submit prints the address of the new item',
  within(20_000, async () => {
    const { context, out } = fleet.at();
    assert.is(await submit(context, { project: 'shop', title: 'x', id: 'named', timeoutMs }), 0);
    assert.is(out(), 'shop/named\n');
  }),
);

test(
  'submit makes up a short name, and reads the body from a file or from standard input',
  within(20_000, async () => {
    const first = fleet.at({ output: 'json', input: 'from standard input' });
    const file = join(first.context.directory, 'body.md');
    writeFileSync(file, 'from a file');
    await submit(first.context, { project: 'shop', title: 'x', bodyFile: '-', timeoutMs });
    const [{ v, address, item, state }] = first.documents();
    assert.equal([v, address, state], [1, `shop/${item}`, 'active.working']);
    assert.match(item, /^[0-9a-z]{8}$/);
    const shown = fleet.at({ output: 'json' });
    await show(shown.context, { address });
    const context = shown.documents()[0].record.context as ItemContext;
    assert.equal([context.body, context.by], ['from standard input', 'operator:tester']);
    const second = fleet.at();
    const input = { project: 'shop', title: 'x', id: 'filed', bodyFile: file, timeoutMs };
    assert.is(await submit(second.context, input), 0);
  }),
);

test(
  'a second submit under the same id is refused, and changes nothing',
  within(20_000, async () => {
    const address = await setup('twice');
    const revision = await revisionOf(address);
    const error = await rejects(setup('twice'), 'EVENT_REFUSED');
    assert.match(error.message, 'item shop/twice exists already (active.working)');
    assert.is(await revisionOf(address), revision);
  }),
);

test(
  'an unknown project is refused, an impossible name is a usage error',
  within(20_000, async () => {
    const { context } = fleet.at();
    const unlisted = submit(context, { project: 'nowhere', title: 'x', timeoutMs });
    assert.match((await rejects(unlisted, 'EVENT_REFUSED')).message, 'not in the registry');
    const projects = fleet.host.world.bucket('onceward-projects');
    await projects.write({ key: 'shop', value: '{}', expectedRevision: 0 });
    const unknown = submit(context, { project: 'nowhere', title: 'x', timeoutMs });
    const { message } = await rejects(unknown, 'EVENT_REFUSED');
    assert.is(message, 'no project is called "nowhere"; there are shop');
    const slip = submit(context, { project: 'shpo', title: 'x', timeoutMs });
    assert.match((await rejects(slip, 'EVENT_REFUSED')).message, 'did you mean "shop"?');
    await rejects(submit(context, { project: 'a.b', title: 'x', timeoutMs }), 'USAGE');
    await rejects(submit(context, { project: 'shop', title: 'x', id: 'ä', timeoutMs }), 'USAGE');
    const both = { project: 'shop', title: 'x', body: 'x', bodyFile: '-', timeoutMs };
    await rejects(submit(context, both), 'USAGE');
  }),
);

test(
  'an event that nobody knows is answered with the nearest, or with those there are',
  within(20_000, async () => {
    const address = await setup('slip');
    const { context } = fleet.at();
    const slip = send(context, { address, type: 'cancle', timeoutMs });
    assert.match((await rejects(slip, 'EVENT_REFUSED')).message, 'cancle; did you mean "cancel"?');
    const strange = send(context, { address, type: 'explode', timeoutMs });
    assert.match((await rejects(strange, 'EVENT_REFUSED')).message, /there are .*approve/);
    const tried = fleet.at();
    await send(tried.context, { address, type: 'cancle', timeoutMs, isDryRun: true });
    assert.match(tried.out(), 'did you mean "cancel"?');
  }),
);

test(
  'send applies an event to the latest run of a stage, and a repeat under the same id only once',
  within(20_000, async () => {
    const address = `${await setup('sent')}/build`;
    const input = { address, type: 'exited', data: '{"code":0}', id: 'exit-1', timeoutMs };
    const first = fleet.at({ output: 'json' });
    assert.is(await send(first.context, input), 0);
    const second = fleet.at({ output: 'json' });
    assert.is(await send(second.context, input), 0);
    const [applied] = first.documents();
    assert.equal(
      { ...applied, revision: 0 },
      {
        ...{ v: 1, address: 'shop/sent/build/1', type: 'exited', state: 'finalizing' },
        ...{ revision: 0, isRepeat: false, id: 'exit-1' },
      },
    );
    assert.equal(second.documents(), [{ ...applied, isRepeat: true }]);
  }),
);

test(
  'data comes from a file or from standard input, too, and must be a JSON object',
  within(20_000, async () => {
    const address = `${await setup('data')}/build`;
    const { context } = fleet.at({ input: '{"worker":"publisher-9"}' });
    assert.is(await send(context, { address, type: 'started', data: '@-', timeoutMs }), 0);
    const wrong = ['[]', '1', 'null', '{', '@missing.json'];
    for (const data of wrong)
      await rejects(send(context, { address, type: 'x', data, timeoutMs }), 'USAGE');
  }),
);

test(
  'an event on another revision than expected is a conflict',
  within(20_000, async () => {
    const item = await setup('revised');
    const ifRevision = await revisionOf(item);
    const { context } = fleet.at();
    const pause = { verb: 'pause', item, timeoutMs } as const;
    await rejects(
      decideItem(context, { ...pause, ifRevision: ifRevision + 1 }),
      'REVISION_CONFLICT',
    );
    assert.is(await decideItem(context, { ...pause, ifRevision }), 0);
  }),
);

test(
  'what the machine does not accept is refused with the state it is in',
  within(20_000, async () => {
    const item = await setup('busy');
    const { context } = fleet.at();
    const error = await rejects(
      decideItem(context, { verb: 'retry', item, timeoutMs }),
      'EVENT_REFUSED',
    );
    assert.match(
      error.message,
      'shop/busy refused retry (not-now): retry is not accepted in active',
    );
    await rejects(send(context, { address: item, type: 'nonsense', timeoutMs }), 'EVENT_REFUSED');
  }),
);

test(
  'an actor that does not exist is not found, and the nearest thing that does is named',
  within(20_000, async () => {
    const { context } = fleet.at();
    const item = await setup('near');
    const cancel = decideItem(context, { verb: 'cancel', item: 'shop/absent', timeoutMs });
    const missing = await rejects(cancel, 'ACTOR_NOT_FOUND');
    const address = `${item}/biuld`;
    const exited = send(context, { address, type: 'exited', timeoutMs });
    assert.match((await rejects(exited, 'ACTOR_NOT_FOUND')).message, 'did you mean "build"?');
    assert.match(missing.message, /^item shop\/absent does not exist: /);
    await rejects(decideItem(context, { verb: 'cancel', item: 'shop/a/b', timeoutMs }), 'USAGE');
  }),
);

test(
  'a decision carries who made it, and why',
  within(20_000, async () => {
    const item = await setup('dropped');
    await decideItem(fleet.at().context, { verb: 'cancel', item, reason: 'obsolete', timeoutMs });
    const { context, out } = fleet.at();
    await show(context, { address: item });
    assert.match(out(), 'cancelled by operator:tester: obsolete');
  }),
);

test(
  'an event for a finished item is refused as finished',
  within(20_000, async () => {
    const item = await setup('over');
    await finishRun(fleet.host, `${item}/build/1`);
    await finishRun(fleet.host, `${item}/ship/1`);
    const late = decideItem(fleet.at().context, { verb: 'pause', item, timeoutMs });
    assert.match((await rejects(late, 'EVENT_REFUSED')).message, 'finished');
  }),
);

test(
  'without a server there is a hint, and without a host one, too',
  within(20_000, async () => {
    const { context } = testContext();
    const input = { project: 'shop', title: 'x', timeoutMs: 300 };
    const error = await rejects(submit(context, input), 'BROKER_UNAVAILABLE');
    assert.match(error.message, 'onceward up');
    await fleet.host.stop();
    const unheard = submit(fleet.at().context, input);
    assert.match((await rejects(unheard, 'BROKER_UNAVAILABLE')).message, 'onceward up');
  }),
);

test.run();
