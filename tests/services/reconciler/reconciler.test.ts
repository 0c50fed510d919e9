// The projects of a host: taken up and let go as hosts come and go, woken by what is heard, and shown.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Arranged } from '../../../services/reconciler/outside/outside-projects.ts';
import { createReconciler } from '../../../services/reconciler/reconciler.ts';
import { within } from '../../support/within.ts';
import { createOutsideStandIns } from './outside-stand-ins.ts';

const LIMIT_MS = 10_000;

function setup() {
  const outside = createOutsideStandIns();
  const { clock, deps, project, world } = outside;
  const reconciler = createReconciler({
    ...{ ...deps, identity: 'host-a', random: () => 0.5 },
    onDegraded: () => {},
    onLook: () => {},
  });
  const follow = (digest: string, change: Partial<Arranged['project']> = {}) =>
    reconciler.follow(new Map([['shop', { digest, project: { ...project, ...change } }]]), 60_000);
  const feed = () => world.bucket('onceward-items').scan((entry) => reconciler.takeItem(entry));
  return Object.assign(outside, { reconciler, follow, feed, clock });
}

test(
  'an issue becomes an item, and the item is shown on it, without a single hint',
  within(LIMIT_MS, async () => {
    const { clock, follow, feed, tracker, stateOf, reconciler } = setup();
    tracker.put('7');
    follow('1');
    await clock.advance(5_000);

    await feed();
    await clock.advance(5_000);

    assert.is(await stateOf('gh-7'), 'active.working');
    assert.is(tracker.get('7').mark, 'active');
    assert.equal(reconciler.status(), [
      {
        ...{ project: 'shop', lookedAtMs: clock.nowMs() - 7_500, failedLooks: 0, problem: null },
        ...{ unshown: 0, waiting: [] },
      },
    ]);
    await reconciler.stop();
  }),
);

test(
  'a hint wakes the project whose tracker or forge it is about, in any case of letters',
  within(LIMIT_MS, async () => {
    const { clock, follow, tracker, reconciler } = setup();
    follow('1', { forgeName: 'github:acme/code' });
    await clock.advance(10_000);
    const looks = () => tracker.calls.filter((call) => call === 'issues').length;
    const before = looks();

    reconciler.hear('github:acme/elsewhere');
    await clock.advance(1_000);
    const unheard = looks();
    reconciler.hear('GitHub:Acme/Shop');
    await clock.advance(1_000);
    const heard = looks();
    await clock.advance(10_000);
    reconciler.hear('github:acme/code');
    await clock.advance(1_000);

    assert.equal([before, unheard, heard, looks()], [1, 1, 2, 4]);
    await reconciler.stop();
  }),
);

test(
  'a project of another host is let go with what waited, and taken up again when that is gone',
  within(LIMIT_MS, async () => {
    const { clock, follow, tracker, reconciler } = setup();
    tracker.put('7', { blockedBy: ['#6'] });
    follow('1');
    await clock.advance(5_000);
    const [first] = reconciler.status();

    reconciler.setMembers([{ identity: 'host-b' }]);
    const elsewhere = reconciler.status();
    reconciler.setMembers([{ identity: 'host-a' }]);

    assert.is(first?.waiting.length, 1);
    assert.equal(elsewhere, []);
    assert.equal(reconciler.status()[0]?.waiting, []);
    await reconciler.stop();
  }),
);

test(
  'a project falls to a host that has its credentials, whomever it would fall to otherwise',
  within(LIMIT_MS, async () => {
    const { follow, reconciler } = setup();
    follow('1');
    const others = [...Array(40).keys()].map((n) => ({ identity: `host-${n}` }));

    reconciler.setMembers([{ identity: 'host-a' }, ...others]);
    const among = reconciler.status().length;
    const unable = others.map((other) => ({ ...other, leftAlone: ['shop'] }));
    reconciler.setMembers([{ identity: 'host-a' }, ...unable]);
    const alone = reconciler.status().length;
    reconciler.setMembers([{ identity: 'host-a', leftAlone: ['shop'] }, ...others]);

    assert.equal([among, alone, reconciler.status().length], [0, 1, 0]);
    await reconciler.stop();
  }),
);

test(
  'a project that is removed during a look is not looked at any more, and leaves nothing behind',
  within(LIMIT_MS, async () => {
    const { clock, follow, tracker, reconciler } = setup();
    tracker.put('7', { blockedBy: ['#6'] });
    let letGo = () => {};
    const issues = tracker.issues.bind(tracker);
    tracker.issues = async () => {
      await new Promise<void>((resolve) => {
        letGo = resolve;
      });
      return issues();
    };
    follow('1');
    await clock.advance(5_000);

    reconciler.follow(new Map(), 60_000);
    letGo();
    await clock.advance(600_000);

    assert.equal([reconciler.status(), clock.waiting()], [[], 0]);
    await reconciler.stop();
  }),
);

test(
  'a project with another tracker shows there what the old one was shown',
  within(LIMIT_MS, async () => {
    const { clock, follow, feed, send, tracker, reconciler } = setup();
    const origin = { tracker: 'github', ref: '7' };
    tracker.put('7');
    follow('1');
    await send('item.shop.gh-7', 'open', { title: 'x', origin });
    await feed();
    await clock.advance(10_000);
    tracker.put('7', { mark: null });

    follow('2');
    await clock.advance(10_000);

    assert.is(tracker.get('7').mark, 'active');
    await reconciler.stop();
  }),
);

test.run();
