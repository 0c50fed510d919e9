// What the comment of a run says, and when it says nothing.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseCommand } from '../../../../services/reconciler/commands/parse.ts';
import { livingComment } from '../../../../services/reconciler/write-back/living-comment.ts';
import { within } from '../../../support/within.ts';
import {
  createOutsideStandIns,
  LATER_SHA,
  SHA,
  type StandInOptions,
} from '../outside-stand-ins.ts';

const LIMIT_MS = 10_000;
const ITEM = 'item.shop.gh-7';
const QUEUED: NonNullable<StandInOptions['stages']> = [
  { name: 'build', kind: 'external' },
  { name: 'land', kind: 'merge', onFail: 'build' },
];

async function setup(stages: NonNullable<StandInOptions['stages']>) {
  const outside = createOutsideStandIns({ stages, isSettled: true });
  await outside.send(ITEM, 'open', { title: 'a defect' });
  const bodyOf = async (stage: string, { attempt = 1, isNewest = true } = {}) => {
    const item = await outside.views.item('shop', 'gh-7');
    const run = await outside.views.run({ project: 'shop', item: 'gh-7', stage, attempt });
    assert.ok(item !== null && run !== null);
    return livingComment({ item: item as never, run: run as never, isNewest })?.body ?? null;
  };
  return Object.assign(outside, { bodyOf });
}

test(
  'a run that waits for a worker says nothing, one that waits for somebody says for whom',
  within(LIMIT_MS, async () => {
    const agent = await setup([{ name: 'build', kind: 'command' }]);
    const external = await setup([{ name: 'build', kind: 'external' }]);
    const checks = await setup([{ name: 'ci', kind: 'checks' }]);

    assert.is(await agent.bodyOf('build'), null);
    assert.is(await external.bodyOf('build'), '### build, attempt 1: waits for its publisher');
    assert.is(await checks.bodyOf('ci'), '### ci, attempt 1: waits for its checks');
  }),
);

test(
  'an item that waits for a person says what to write, in the newest comment alone',
  within(LIMIT_MS, async () => {
    const { bodyOf } = await setup([{ name: 'ship', kind: 'approval' }]);

    assert.match((await bodyOf('ship')) ?? '', '**Waits for you**: comment `/onceward approve`');
    assert.not.match((await bodyOf('ship', { isNewest: false })) ?? '', 'Waits for you');
  }),
);

test(
  'what it says a person may write is no command itself',
  within(LIMIT_MS, async () => {
    const { bodyOf } = await setup([{ name: 'ship', kind: 'approval' }]);

    assert.is(parseCommand((await bodyOf('ship')) ?? ''), null);
  }),
);

test(
  'a parked item says why, and how it goes on',
  within(LIMIT_MS, async () => {
    const { bodyOf, pass } = await setup([{ name: 'build', kind: 'external' }]);
    await pass('run.shop.gh-7.build.1', SHA);

    const body = (await bodyOf('build')) ?? '';

    assert.match(body, '### build, attempt 1: passed');
    assert.match(body, '**Parked**: aaaaaaaaaaaa was not seen on main');
    assert.match(body, 'comment `/onceward retry`');
  }),
);

test(
  'what waits in a merge queue says of which branch, and how it is kept out',
  within(LIMIT_MS, async () => {
    const { bodyOf, pass, send } = await setup(QUEUED);
    await pass('run.shop.gh-7.build.1', SHA);
    const alone = (await bodyOf('land')) ?? '';
    await send(ITEM, 'pull-request', { number: 3, state: 'open', headSha: SHA });
    const open = (await bodyOf('land')) ?? '';

    assert.match(alone, '### land, attempt 1: waits in the merge queue of `main`');
    assert.match(alone, /what `main` holds by then\.$/);
    assert.match(open, 'To keep it out, request changes, or close the pull request.');
  }),
);

test(
  'what has landed says so, by the queue or by hand, and what was sent back says why',
  within(LIMIT_MS, async () => {
    const { bodyOf, pass, send } = await setup(QUEUED);
    await pass('run.shop.gh-7.build.1', SHA);
    const verdict = { kind: 'product_fail', cause: 'merge-red', summary: 'two red trials' };
    const claim = { claimant: 'queue:shop.main', verdict: { ...verdict, headSha: SHA } };
    await send('run.shop.gh-7.land.1', 'claim', claim, 'tell');
    await pass('run.shop.gh-7.build.2', LATER_SHA);
    const facts = { number: 3, headSha: LATER_SHA, by: 'github:alice' };
    await send(ITEM, 'pull-request', { ...facts, state: 'merged' });

    assert.match((await bodyOf('land')) ?? '', '### land, attempt 1: sent back');
    assert.match((await bodyOf('land')) ?? '', 'Verdict `merge-red`:\n\n> two red trials');
    const landed = (await bodyOf('land', { attempt: 2 })) ?? '';
    assert.match(landed, '### land, attempt 2: landed');
    assert.match(landed, 'by github:alice');
  }),
);

test(
  'what others said is quoted, and notifies nobody',
  within(LIMIT_MS, async () => {
    const { bodyOf, send } = await setup([{ name: 'ship', kind: 'approval' }]);
    await send(ITEM, 'reject', { by: 'github:bob', reason: 'Ask @everyone\n/onceward approve' });

    const body = (await bodyOf('ship')) ?? '';

    assert.match(body, '### ship, attempt 1: sent back');
    assert.match(body, '> ');
    assert.not.match(body, /(^|\s)@everyone/);
    assert.is(parseCommand(body), null);
  }),
);

test(
  'it says the same as long as nothing has happened',
  within(LIMIT_MS, async () => {
    const { bodyOf, clock } = await setup([{ name: 'ship', kind: 'approval' }]);
    const before = await bodyOf('ship');
    await clock.advance(86_400_000);

    assert.is(await bodyOf('ship'), before);
  }),
);

test.run();
