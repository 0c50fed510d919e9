// Issues that are asked for again, or whose name is taken.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { within } from '../../../support/within.ts';
import { openedItem, setup } from './issue-step-fixture.ts';

const LIMIT_MS = 10_000;

test(
  'an item that somebody opened under the name of an issue is waited for, and never marked on it',
  within(LIMIT_MS, async () => {
    const { reasons, send, tracker, differing, stateOf } = setup();
    await send('item.shop.gh-7', 'open', { title: 'by hand' });
    tracker.put('7');

    const meanwhile = await reasons();
    await send('item.shop.gh-7', 'cancel');
    const afterwards = await reasons();

    assert.equal(meanwhile, ['7: an item gh-7 is under way that was not opened for it']);
    assert.equal([afterwards, differing], [[], []]);
    assert.is(await stateOf('gh-7-2'), 'active.working');
  }),
);

test(
  'an issue that is asked for again gets another item, and what asked for it is taken away first',
  within(LIMIT_MS, async () => {
    const { look, send, tracker, stateOf } = await openedItem();
    await send('item.shop.gh-7', 'cancel');
    tracker.put('7', { mark: 'cancelled', isWanted: true });

    await look();

    assert.is(await stateOf('gh-7-2'), 'active.working');
    assert.is(tracker.get('7').mark, 'active');
  }),
);

test(
  'an item that ends before its mark is written is not opened again for the same wish',
  within(LIMIT_MS, async () => {
    const { look, send, tracker, stateOf, differing } = await openedItem();
    await send('item.shop.gh-7', 'cancel');
    tracker.put('7', { mark: 'cancelled', isWanted: true });
    await look();

    await send('item.shop.gh-7-2', 'cancel');
    await look();

    assert.is(await stateOf('gh-7-3'), null);
    assert.is(differing.at(-1), 'gh-7-2');
  }),
);

test(
  'an issue is not opened again on a list that is behind',
  within(LIMIT_MS, async () => {
    const { look, send, tracker, stateOf } = await openedItem();
    await send('item.shop.gh-7', 'cancel');
    tracker.showInLists([{ ...tracker.get('7'), mark: 'cancelled', isWanted: true }]);
    tracker.put('7', { mark: 'cancelled', isWanted: false });

    await look();

    assert.is(await stateOf('gh-7-2'), null);
  }),
);

test(
  'an issue that was taken up and could not be opened is opened in the next look',
  within(LIMIT_MS, async () => {
    const { look, send, tracker, unanswered, stateOf } = await openedItem();
    await send('item.shop.gh-7', 'cancel');
    tracker.put('7', { mark: 'cancelled', isWanted: true });
    unanswered.add('open');
    await look();
    unanswered.clear();

    await look();

    assert.is(await stateOf('gh-7-2'), 'active.working');
  }),
);

test.run();
