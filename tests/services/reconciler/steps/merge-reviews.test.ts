// What was said of an item that waits in a merge queue: it is sent back for the same words once, and approved where asked.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { within } from '../../../support/within.ts';
import { LATER_SHA, SHA } from '../outside-stand-ins.ts';
import { check, review, setup } from './merge-queue-fixture.ts';

const LIMIT_MS = 10_000;

test(
  'a request for changes sends it back once; then it is waited for who asked',
  within(LIMIT_MS, async () => {
    const { arrive, look, forge, say, feedbackOf, entry, pass, tellItem, views } = setup();
    await arrive();
    forge.setChecks([check('success')]);
    say(review({ state: 'changes_requested', body: 'Name it.' }));
    await look();
    const feedback = await feedbackOf();
    await tellItem('gh-7', 'open', LATER_SHA);
    await pass('run.shop.gh-7.build.2', LATER_SHA);

    await look();

    assert.match(feedback, 'Name it.');
    assert.equal((await views.item('shop', 'gh-7'))?.context.reviewed, ['1']);
    assert.equal([entry()?.attempt, entry()?.isAdmitted], [2, false]);
    assert.match(entry()?.waitsFor ?? '', 'bob asked for changes');
  }),
);

test(
  'what an approval stage has sent back for is not sent back for again',
  within(LIMIT_MS, async () => {
    const build = { name: 'build', kind: 'external' } as const;
    const ask = {
      name: 'review',
      kind: 'approval',
      approve: 'reviews',
      onReject: 'build',
    } as const;
    const land = { name: 'land', kind: 'merge', onFail: 'build' } as const;
    const { arrive, look, send, forge, say, entry, pass } = setup(
      {},
      { stages: [build, ask, land] },
    );
    await arrive();
    await send('item.shop.gh-7', 'reject', { by: 'bob', reason: 'Name it.', reviews: ['1'] });
    await pass('run.shop.gh-7.build.2', SHA);
    await send('item.shop.gh-7', 'approve', { by: 'alice' });
    forge.setChecks([check('success')]);
    say(review({ state: 'changes_requested', body: 'Name it.' }));

    await look();

    assert.match(entry()?.waitsFor ?? '', 'bob asked for changes');
  }),
);

test(
  'approvals count only where they are asked for, and only of the very commit',
  within(LIMIT_MS, async () => {
    const reviews = { approvals: 1, rounds: 5, reviewers: [] };
    const { arrive, look, forge, say, entry, step, project, queue } = setup({ reviews });
    await arrive();
    forge.setChecks([check('success')]);
    say(review({ sha: LATER_SHA }));
    await look();
    const stale = entry()?.waitsFor ?? '';
    say(review());
    step.wake(project);
    await look();

    assert.match(stale, '0 of 1 approvals');
    assert.is(queue().state, 'preparing');
  }),
);

test(
  'without reviews of its own, a thread that asks for nothing keeps nobody out',
  within(LIMIT_MS, async () => {
    const { arrive, look, forge, queue } = setup();
    await arrive();
    forge.setChecks([check('success')]);
    const by = { author: 'bob', isHuman: true, isCollaborator: true, isOwn: false, url: null };
    const thread = { ...by, id: 't', isResolved: false, path: 'a.ts', line: 1, body: 'Why?' };
    forge.setReviews({ reviews: [], threads: [{ ...thread, reviewId: '9', createdAtMs: 1 }] });

    await look();

    assert.is(queue().state, 'preparing');
  }),
);

test.run();
