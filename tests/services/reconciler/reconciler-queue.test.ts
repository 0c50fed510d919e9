// A merge queue that needs its hosts has its project looked at soon, and so has an item that comes to it.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createReconciler } from '../../../services/reconciler/reconciler.ts';
import { eventually } from '../../support/eventually.ts';
import { within } from '../../support/within.ts';
import { check, setup } from './steps/merge-queue-fixture.ts';

const LIMIT_MS = 10_000;
/** After a hint, and before the second look that follows it. */
const SOON_MS = 1_000;

test(
  'a new entry wakes its project, and is let in without a single hint',
  within(LIMIT_MS, async () => {
    const one = setup();
    const { clock, deps, project, world, forge, queue } = one;
    const reconciler = createReconciler({
      ...{ ...deps, identity: 'host-a', random: () => 0.5 },
      onDegraded: () => {},
      onLook: () => {},
    });
    forge.setChecks([check('success')]);
    reconciler.follow(new Map([['shop', { digest: '1', project }]]), 3_600_000);
    await clock.advance(10_000);
    forge.put('gh-7');
    await one.arrive();
    const before = queue().state;

    await world.bucket('onceward-merges').scan((entry) => reconciler.takeMerge(entry));
    await clock.advance(SOON_MS);
    const unheard = queue().state;
    // The views of the stand-ins had it first: only what the reconciler is shown counts as news.
    deps.merges.keepOnly(new Set());
    await world.bucket('onceward-merges').scan((entry) => reconciler.takeMerge(entry));
    await clock.advance(SOON_MS);
    await eventually(() => queue().state === 'preparing', 1);

    assert.equal([before, unheard], ['idle', 'idle']);
    await reconciler.stop();
  }),
);

test(
  'an item that comes to its queue wakes its project',
  within(LIMIT_MS, async () => {
    const one = setup();
    const { clock, deps, project, world, tracker, views } = one;
    const reconciler = createReconciler({
      ...{ ...deps, identity: 'host-a', random: () => 0.5 },
      onDegraded: () => {},
      onLook: () => {},
    });
    reconciler.follow(new Map([['shop', { digest: '1', project }]]), 3_600_000);
    await one.arrive();
    await clock.advance(30_000);
    views.keepOnly(new Set());
    const looks = () => tracker.calls.filter((call) => call === 'issues').length;
    const before = looks();

    await world.bucket('onceward-items').scan((entry) => reconciler.takeItem(entry));
    await clock.advance(SOON_MS);

    assert.is(looks() - before, 1);
    await reconciler.stop();
  }),
);

test.run();
