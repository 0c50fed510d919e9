// Which changes of a merge queue make its project be looked at soon: those that ask hosts for something new.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isQueueWorthALook } from '../../../../services/reconciler/merges/news.ts';
import { within } from '../../../support/within.ts';
import { LATER_SHA } from '../outside-stand-ins.ts';
import { setup } from '../steps/merge-queue-fixture.ts';

const LIMIT_MS = 10_000;

/** Whether what was done to the queue is worth a look. */
function watched(one: ReturnType<typeof setup>) {
  const view = () => one.merges.of('shop')[0];
  return async (work: () => Promise<unknown>): Promise<boolean> => {
    const before = view();
    await work();
    return isQueueWorthALook(before, view());
  };
}

test(
  'an entry that is not let in is news, once, and so is its next commit',
  within(LIMIT_MS, async () => {
    const one = setup();
    const isNews = watched(one);
    const admission = { item: 'gh-7', outcome: 'waiting' };

    assert.equal(
      [
        await isNews(() => one.arrive()),
        await isNews(() => one.send('merge.shop.main', 'move', { item: 'gh-7', to: 'first' })),
        await isNews(() => one.arrive('gh-8', LATER_SHA)),
        await isNews(() =>
          one.send('merge.shop.main', 'admission', { ...admission, headSha: LATER_SHA }),
        ),
      ],
      [true, false, true, false],
    );
  }),
);

test(
  'a candidate that waits for its checks is news; its holder, and what was seen of them, is none',
  within(LIMIT_MS, async () => {
    const one = setup({ admission: 'none' });
    const isNews = watched(one);
    const seen = { trial: 1, sha: 'c'.repeat(40), digest: 'x', reruns: 0, summary: '' };

    assert.equal(
      [
        await isNews(() => one.arrive()),
        await isNews(() => one.prepare()),
        await isNews(() => one.report('progress', { watermark: 1 })),
        await isNews(() => one.send('merge.shop.main', 'checks-seen', seen)),
        await isNews(() => one.validate()),
      ],
      [false, true, false, false, false],
    );
  }),
);

test(
  'a base that is red by itself is news, and an operator’s freeze is none',
  within(LIMIT_MS, async () => {
    const red = setup({ admission: 'none', checks: undefined });
    await red.arrive();
    await red.prepare();
    await red.validate('product_fail', 'exit-code');
    await red.prepare();
    const frozen = setup({ admission: 'none' });
    await frozen.arrive();

    assert.equal(
      [
        await watched(red)(() => red.validate('product_fail', 'exit-code')),
        await watched(frozen)(() => frozen.send('merge.shop.main', 'freeze', { reason: 'x' })),
      ],
      [true, false],
    );
  }),
);

test('a queue that is gone is none', () => {
  assert.is(isQueueWorthALook(undefined, undefined), false);
});

test.run();
