// A version that proves bad has its project looked at soon, and the comment of the item that brought it written anew.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createReconciler } from '../../../services/reconciler/reconciler.ts';
import { eventually } from '../../support/eventually.ts';
import { within } from '../../support/within.ts';
import { setup } from './steps/deployment-fixture.ts';

const LIMIT_MS = 10_000;
/** After a hint, and before the second look that follows it. */
const SOON_MS = 1_000;
/** Records that change together are one write. */
const SETTLED_MS = 5_000;

function running(one: ReturnType<typeof setup>) {
  const { deps, project, world } = one;
  const reconciler = createReconciler({
    ...{ ...deps, identity: 'host-a', random: () => 0.5 },
    onDegraded: () => {},
    onLook: () => {},
  });
  reconciler.follow(new Map([['shop', { digest: '1', project }]]), 3_600_000);
  return {
    stop: reconciler.stop,
    /** The views of the stand-ins have it first: only what the reconciler is shown counts as news. */
    async show() {
      deps.deployments.keepOnly(new Set());
      await world.bucket('onceward-deployments').scan((entry) => reconciler.takeDeployment(entry));
    },
  };
}

test(
  'an incident wakes its project, and gets its item without a single hint',
  within(LIMIT_MS, async () => {
    const one = setup();
    const { clock, degrade, incident, tracker } = one;
    const reconciler = running(one);
    await clock.advance(30_000);
    await degrade();
    const looks = () => tracker.calls.filter((call) => call === 'issues').length;
    const before = looks();

    await reconciler.show();
    await clock.advance(SOON_MS);
    await eventually(() => incident()?.openedItem !== null, 1);

    assert.is(looks() - before, 1);
    await reconciler.stop();
  }),
);

test(
  'whoever asked for what proved bad reads under the issue what serves again, and which item was opened',
  within(LIMIT_MS, async () => {
    const one = setup();
    const { clock, degrade, rolledBack, incident, tracker } = one;
    Object.assign(tracker, { kind: 'folder' });
    const reconciler = running(one);
    await degrade();
    await reconciler.show();
    await clock.advance(SOON_MS);
    await rolledBack();
    await eventually(() => incident()?.openedItem !== null, 1);
    await reconciler.show();
    await clock.advance(SETTLED_MS);
    const said = () => tracker.posted.get('run.shop.gh-8.ship.1') ?? '';
    await eventually(() => said().includes('serves'), 1);

    assert.match(said(), '`aaaaaaaaaaaa` serves `production` again');
    assert.match(said(), `Item \`shop/${incident()?.openedItem}\` was opened for it.`);
    await reconciler.stop();
  }),
);

test.run();
