// What a look tells the items that are under way.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { OncewardError } from '../../../../transport/errors.ts';
import { within } from '../../../support/within.ts';
import { SHA } from '../outside-stand-ins.ts';
import { openedItem, setup } from './issue-step-fixture.ts';

const LIMIT_MS = 10_000;
const OUTAGE = new OncewardError('OUTSIDE_UNAVAILABLE', 'github: 502');

test(
  'an item ends when its issue is closed, and says so once',
  within(LIMIT_MS, async () => {
    const { look, tracker, types, stateOf } = await openedItem();
    tracker.put('7', { isOpen: false, closedAtMs: 9_000 });

    await look();
    await look();

    assert.equal(types(), ['open', 'cancel']);
    assert.is(await stateOf('gh-7'), 'cancelled');
  }),
);

test(
  'an issue that a merge has closed cancels nothing, even when the merge was not seen yet',
  within(LIMIT_MS, async () => {
    const { look, forge, send, tracker, stateOf } = await openedItem();
    await send('item.shop.gh-7', 'pull-request', { number: 1, state: 'open', headSha: SHA });
    forge.put('gh-7', { state: 'merged' });
    tracker.put('7', { isOpen: false, closedAtMs: 9_000 });

    await look();

    assert.is(await stateOf('gh-7'), 'active.working');
  }),
);

test(
  'nothing is cancelled while it cannot be known whether it was merged',
  within(LIMIT_MS, async () => {
    const { look, forge, send, tracker, troubles, stateOf } = await openedItem();
    await send('item.shop.gh-7', 'pull-request', { number: 1, state: 'open', headSha: SHA });
    forge.fail('pullRequest', OUTAGE);
    tracker.put('7', { isOpen: false, closedAtMs: 9_000 });

    await look();

    assert.equal(troubles, ['issue 7']);
    assert.is(await stateOf('gh-7'), 'active.working');
  }),
);

test(
  'an item that has landed since it was last seen is not cancelled',
  within(LIMIT_MS, async () => {
    const { look, holdFeed, send, tracker, types } = await openedItem();
    holdFeed();
    await send('item.shop.gh-7', 'pull-request', { number: 1, state: 'merged', headSha: SHA });
    tracker.put('7', { isOpen: false, closedAtMs: 9_000 });

    await look();

    assert.equal(types(), ['open']);
  }),
);

test(
  'an item of another repository is left alone, whatever becomes of the issue with its number',
  within(LIMIT_MS, async () => {
    const { look, reasons, project, tracker, types, differing } = await openedItem();
    const moved = { ...project, trackerName: 'github:acme/other' };
    tracker.put('7', { isOpen: false, closedAtMs: 9_000 });

    await look(moved);
    tracker.put('7', { isOpen: true, closedAtMs: null });

    assert.equal(await reasons(moved), ['7: an item gh-7 is under way that was not opened for it']);
    assert.equal([types(), differing], [['open'], []]);
  }),
);

test(
  'marks that differ are told only where marks are written',
  within(LIMIT_MS, async () => {
    const { look, project, differing } = await openedItem();
    const actuators = { ...project.actuators, marks: 'off' as const };

    await look({ ...project, actuators });
    const without = [...differing];
    await look();

    assert.equal([without, differing], [[], ['gh-7']]);
  }),
);

test(
  'in shadow nothing is opened, told or taken up, and what waits says so',
  within(LIMIT_MS, async () => {
    const { reasons, tracker, types, calls } = await shadowed();
    tracker.put('7', { isOpen: false, closedAtMs: 9_000 });
    tracker.put('8');

    assert.equal(await reasons(), ['8: actuators.intake is shadow']);
    assert.equal(types(), ['open']);
    assert.not(calls().some((call) => call.startsWith('mark')));
  }),
);

async function shadowed() {
  const outside = await openedItem();
  const { project, tracker } = outside;
  const actuators = { ...project.actuators, intake: 'shadow' as const };
  return {
    ...outside,
    reasons: () => outside.reasons({ ...project, actuators }),
    calls: () => tracker.calls,
  };
}

test(
  'a project with neither intake nor marks is not asked for its issues',
  within(LIMIT_MS, async () => {
    const { look, tracker } = setup({ actuators: { intake: 'off', marks: 'off' } });

    assert.equal(await look(), []);
    assert.equal(tracker.calls, []);
  }),
);

test.run();
