// A project that is being drained goes with its last item, and not before.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createCommitter } from '../../../services/actors/commit.ts';
import { startDraining } from '../../../services/registry/drained-projects.ts';
import { encodeProject } from '../../../services/registry/project-record.ts';
import { createMemoryBucket } from '../../support/memory-bucket.ts';
import { externalPipeline } from '../../support/test-host.ts';
import { createVirtualClock } from '../../support/virtual-clock.ts';
import { within } from '../../support/within.ts';

const PIPELINE = externalPipeline('build');

async function setup(isDraining = true) {
  const clock = createVirtualClock();
  const projects = createMemoryBucket({ clock });
  const items = createMemoryBucket({ clock });
  const committer = createCommitter(projects, { clock, mode: 'single' });
  const messages: string[] = [];
  const say = (_: object, message: string) => void messages.push(message);
  const log = { info: say, warn: say, error: say };
  const settings = { repository: '/srv/shop.git', pipeline: 'standard' };
  const record = { origin: 'registry', isDraining, settings, pipeline: PIPELINE } as const;
  await projects.write({ key: 'shop', value: encodeProject(record), expectedRevision: 0 });
  // What cannot be read counts: nobody knows that it has ended.
  await items.write({ key: 'shop.1', value: 'unreadable', expectedRevision: 0 });
  const draining = startDraining({ clock, projects, items, committer, log });
  draining.update(new Set(['shop']));
  const endItem = async () => {
    const { revision = 0 } = (await items.read('shop.1')) ?? {};
    await items.write({ key: 'shop.1', value: null, expectedRevision: revision });
  };
  const isThere = async () => (await projects.read('shop'))?.value != null;
  return { clock, projects, items, draining, messages, endItem, isThere };
}

test(
  'a project is kept while an item of it is there, and removed after the last',
  within(5_000, async () => {
    const { clock, endItem, isThere, messages, draining } = await setup();

    await clock.advance(20_000);
    const before = await isThere();
    await endItem();
    await clock.advance(10_000);

    assert.equal([before, await isThere()], [true, false]);
    assert.equal(messages, ['project drained and removed']);
    draining.stop();
  }),
);

test(
  'a project whose draining was called off is kept',
  within(5_000, async () => {
    const { clock, endItem, isThere, draining } = await setup(false);
    await endItem();

    await clock.advance(20_000);

    assert.is(await isThere(), true);
    draining.stop();
  }),
);

test(
  'what cannot be looked at is looked at again',
  within(5_000, async () => {
    const { clock, projects, endItem, isThere, messages, draining } = await setup();
    await endItem();
    projects.plan({ fault: 'lost-read' });

    await clock.advance(6_000);
    const before = await isThere();
    await clock.advance(6_000);

    assert.equal([before, await isThere()], [true, false]);
    assert.match(messages[0] ?? '', 'cannot be looked at');
    draining.stop();
  }),
);

test(
  'nothing is looked at any more once it is stopped, or nothing is being drained',
  within(5_000, async () => {
    const { clock, draining } = await setup();

    draining.update(new Set());
    await clock.advance(20_000);
    const waiting = clock.waiting();
    draining.update(new Set(['shop']));
    draining.stop();

    assert.equal([waiting, clock.waiting()], [0, 0]);
  }),
);

test.run();
