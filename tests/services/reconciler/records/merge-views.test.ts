// The queues of a project as the feed has shown them last.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createMergeViews } from '../../../../services/reconciler/records/merge-views.ts';
import { within } from '../../../support/within.ts';
import { ask } from '../../actors/actor-events.ts';
import { createActorHost, createActorWorld } from '../../actors/actor-hosts.ts';

async function setup(...keys: string[]) {
  const world = createActorWorld();
  const { actors } = createActorHost(world, 'host-a');
  for (const key of keys) await actors.deliver(ask(`merge.${key}`, 'open', { door: 'tell' }));
  const views = createMergeViews();
  await world.bucket('onceward-merges').scan((entry) => views.take(entry));
  const addresses = (project: string) => views.of(project).map(({ address }) => address);
  return { views, addresses };
}

test(
  'each project has its own queues, one for each base branch',
  within(5_000, async () => {
    const { addresses, views } = await setup('shop.main', 'bank.main', 'shop.release=2F1');

    assert.equal(addresses('shop'), ['merge.shop.main', 'merge.shop.release=2F1']);
    assert.is(views.find('bank.main')?.state, 'idle');
  }),
);

test(
  'what is removed, cannot be read, or is not there after a gap is forgotten',
  within(5_000, async () => {
    const { addresses, views } = await setup('shop.a', 'shop.b', 'shop.c');
    const entry = { revision: 9, storedAtMs: 1 };

    views.take({ ...entry, key: 'shop.a', value: null });
    views.take({ ...entry, key: 'shop.b', value: 'not a record' });
    const left = addresses('shop');
    views.keepOnly(new Set(['shop.b']));

    assert.equal([left, addresses('shop')], [['merge.shop.c'], []]);
  }),
);

test.run();
