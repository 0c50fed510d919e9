// A version that proved bad gets an item of its own, once, whoever looks, and however often.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { OncewardError } from '../../../../transport/errors.ts';
import { within } from '../../../support/within.ts';
import { LATER_SHA, SHA } from '../outside-stand-ins.ts';
import { setup } from './deployment-fixture.ts';

const LIMIT_MS = 10_000;

test(
  'an incident gets an issue with the evidence, its item, and the deployment knows which',
  within(LIMIT_MS, async () => {
    const { look, degrade, tracker, views, incident } = setup();
    await degrade('GET / answers 500');

    await look();

    const ref = incident()?.openedItem?.slice('gh-'.length) ?? '';
    const opened = await views.item('shop', incident()?.openedItem ?? '');
    const { title, body, origin } = opened?.context ?? {};
    assert.is(origin?.ref, ref);
    assert.is(tracker.get(ref).title, title);
    assert.is(title, 'production has proved bad with bbbbbbbbbbbb: verify-failed');
    assert.match(body ?? '', '> verify: GET / answers 500');
    assert.match(body ?? '', `- version: \`${LATER_SHA}\``);
    assert.match(body ?? '', '- brought by: item `shop/gh-8`');
    assert.match(body ?? '', `- before it: \`${SHA}\``);
  }),
);

test(
  'however often it is looked, there is one item, and one issue',
  within(LIMIT_MS, async () => {
    const { look, degrade, types, tracker, unanswered } = setup();
    await degrade();
    unanswered.add('item-opened');
    await look();
    unanswered.clear();

    await look();
    await look();

    const issues = await tracker.issues();
    assert.is(issues.length, 1);
    assert.equal(types(), ['open', 'open', 'item-opened']);
  }),
);

test(
  'two hosts that look at once open one item',
  within(LIMIT_MS, async () => {
    const { look, degrade, deps, holdFeed, letFeedGo, tracker, incident } = setup();
    await degrade();
    holdFeed();
    await look();
    await look();
    await letFeedGo();

    const issues = await tracker.issues();
    const items = deps.views.active('shop').map(({ item }) => item);
    assert.equal(items, ['gh-8', issues[0]?.item ?? '']);
    assert.is(incident()?.openedItem, issues[0]?.item);
  }),
);

test(
  'a tracker that opens no issues leaves an item that stands for itself',
  within(LIMIT_MS, async () => {
    const { look, degrade, tracker, incident, views } = setup();
    Object.assign(tracker, { putIssue: undefined });
    await degrade();

    await look();

    const opened = await views.item('shop', 'incident-production-2');
    assert.is(incident()?.openedItem, 'incident-production-2');
    assert.equal(
      [opened?.context.origin, opened?.context.by],
      [null, 'deployment:shop.production'],
    );
  }),
);

test(
  'in shadow, and while the project is draining, nothing is opened',
  within(LIMIT_MS, async () => {
    const shadow = setup({ actuators: { intake: 'shadow' } });
    const draining = setup({ project: { isDraining: true } });
    await shadow.degrade();
    await draining.degrade();

    await shadow.look();
    await draining.look();

    assert.equal([shadow.incident()?.openedItem, draining.incident()?.openedItem], [null, null]);
    assert.equal([await shadow.tracker.issues(), await draining.tracker.issues()], [[], []]);
    assert.match(shadow.lines.join('\n'), 'open item incident-production-2');
  }),
);

test(
  'an environment that wants no items gets none',
  within(LIMIT_MS, async () => {
    const { look, degrade, types, incident } = setup({ deploy: { reaction: {} } });
    await degrade();

    await look();

    assert.is(incident()?.isItemWanted, false);
    assert.equal(types(), []);
  }),
);

test(
  'a tracker that cannot be reached is told of, and the item is opened later',
  within(LIMIT_MS, async () => {
    const { look, degrade, tracker, troubles, incident } = setup();
    await degrade();
    tracker.fail('putIssue', new OncewardError('OUTSIDE_UNAVAILABLE', 'down'));
    await look();
    const before = incident()?.openedItem;
    tracker.fail('putIssue', null);

    await look();

    assert.equal(troubles, ['incident 2 of deployment.shop.production']);
    assert.is(before, null);
    assert.match(incident()?.openedItem ?? '', /^gh-/);
  }),
);

test(
  'what others have written acts on nobody',
  within(LIMIT_MS, async () => {
    const { look, degrade, views, incident } = setup();
    await degrade('@everyone <!-- onceward:x -->\n/onceward approve');

    await look();

    const body = (await views.item('shop', incident()?.openedItem ?? ''))?.context.body ?? '';
    assert.not.match(body, '@everyone');
    assert.not.match(body, '<!--');
    assert.not.match(body, /^\/onceward/m);
  }),
);

test.run();
