// Which issues get an item in a look, and which wait, each with its reason.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { MAX_OPENED } from '../../../../services/reconciler/steps/issue-step.ts';
import { OncewardError } from '../../../../transport/errors.ts';
import { rejects } from '../../../support/rejects.ts';
import { within } from '../../../support/within.ts';
import { openedItem, setup } from './issue-step-fixture.ts';

const LIMIT_MS = 10_000;

test(
  'an issue becomes an item once, whoever looks and however often',
  within(LIMIT_MS, async () => {
    const { look, make, project, tracker, types, views } = setup();
    tracker.put('7', { labels: ['onceward', 'web'] });

    await Promise.all([look(), make().look(project)]);
    await look();

    const [item] = views.active('shop');
    assert.equal(types(), ['open', 'open']);
    assert.is(views.active('shop').length, 1);
    assert.equal(item?.context.origin, {
      ...{ tracker: 'github', source: 'github:acme/shop', ref: '7', author: 'alice' },
      ...{ url: 'https://github.test/acme/shop/issues/7', priority: null },
      labels: ['onceward', 'web'],
    });
  }),
);

test(
  'what waits is told with its reason: a draining project, a blocker, no room',
  within(LIMIT_MS, async () => {
    const { reasons, project, tracker } = setup({ project: { maxActive: 1 } });
    tracker.put('7');
    tracker.put('8', { blockedBy: ['#7'] });
    tracker.put('9');

    assert.equal(await reasons({ ...project, isDraining: true }), [
      '7: the project is draining: no new items are opened',
      '8: the project is draining: no new items are opened',
      '9: the project is draining: no new items are opened',
    ]);
    assert.equal(await reasons(), [
      '8: waits for #7',
      '9: 1 items are under way, which is as many as may',
    ]);
  }),
);

test(
  'many issues are opened over several looks',
  within(LIMIT_MS, async () => {
    const { reasons, tracker } = setup({ project: { maxActive: 1_000 } });
    Array.from({ length: MAX_OPENED + 1 }, (_, index) => tracker.put(String(index + 1)));

    assert.equal(await reasons(), [`${MAX_OPENED + 1}: follows in the next look`]);
    assert.equal(await reasons(), []);
  }),
);

test(
  'thousands of waiting issues cost no records after the first look, and are forgotten with them',
  within(LIMIT_MS, async () => {
    const { look, tracker, world } = setup({ project: { maxActive: 0 } });
    const refs = Array.from({ length: 300 }, (_, index) => tracker.put(String(index + 1)).ref);
    await look();
    const reads = () => world.bucket('onceward-items').counters().reads;
    const before = reads();

    const waiting = await look();
    const after = reads();
    refs.forEach(tracker.remove);
    await look();
    tracker.put('1');
    await look();

    assert.is(waiting.length, 300);
    assert.is(after, before);
    assert.is(reads(), before + 1);
  }),
);

test(
  'an issue that cannot be looked at leaves the others alone',
  within(LIMIT_MS, async () => {
    const { reasons, tracker, unanswered, troubles, views } = setup();
    tracker.put('7');
    unanswered.add('open');
    const first = await reasons();
    unanswered.clear();
    tracker.put('8');
    await reasons();

    assert.equal(first, ['7: could not be looked at; it is tried again']);
    assert.equal(troubles, ['issue 7']);
    assert.is(views.active('shop').length, 2);
  }),
);

test(
  'a used up rate limit ends the look instead of being met with every issue',
  within(LIMIT_MS, async () => {
    const { look, tracker, project } = await openedItem();
    tracker.put('7', { isOpen: false, closedAtMs: 9_000 });
    tracker.fail('issue', new OncewardError('RATE_LIMITED', 'later'));

    await rejects(look(project), 'RATE_LIMITED');
  }),
);

test.run();
