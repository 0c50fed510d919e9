// Items and runs as rows: what passes, in which order, with whose names, and from how few readings.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readItemRows } from '../../../services/queries/item-rows.ts';
import { listActors } from '../../../services/queries/listed-actor.ts';
import { readRunRows } from '../../../services/queries/run-rows.ts';
import { ask, claim, OPENED_AT_MS, openActor, runOpening } from '../../support/machine-steps.ts';
import { within } from '../../support/within.ts';
import { addressesOf, archivedText, exited, graceElapsed, setup, started } from './rows-fixture.ts';

test(
  'runs are read in the order of their addresses, numbers in them as numbers',
  within(10_000, async () => {
    const { session, run } = setup();
    await run('shop.10.build.1');
    await run('shop.9.build.10');
    await run('shop.9.build.2');

    const rows = await readRunRows(session, {});

    assert.equal(addressesOf(rows), ['shop/9/build/2', 'shop/9/build/10', 'shop/10/build/1']);
  }),
);

test(
  'a run shows its worker, its exit and the deadline that comes first',
  within(10_000, async () => {
    const { session, run } = setup();
    await run('shop.7.build.1', started('worker-1'), exited);

    const [row] = await readRunRows(session, { state: 'finalizing' });

    assert.equal(
      [row?.state, row?.worker, row?.epoch, row?.exit?.code, row?.claim, row?.sinceMs],
      ['finalizing', 'worker-1', 1, 0, null, OPENED_AT_MS],
    );
    assert.is(row?.nextTimer?.event, 'grace-elapsed');
  }),
);

test(
  'state, stage, claimant and text choose among runs',
  within(10_000, async () => {
    const { session, run } = setup();
    await run('shop.1.build.1', started('worker-1'));
    await run('shop.2.build.1', started('worker-2'), exited);
    await run('other.3.build.1');

    const found = async (filter: Parameters<typeof readRunRows>[1]) =>
      addressesOf(await readRunRows(session, filter));

    assert.equal(await found({ state: 'running' }), ['other/3/build/1', 'shop/1/build/1']);
    assert.equal(await found({ stage: 'ship' }), []);
    assert.equal(await found({ claimant: 'worker-*' }), ['shop/1/build/1', 'shop/2/build/1']);
    assert.equal(await found({ text: 'OTHER' }), ['other/3/build/1']);
  }),
);

test(
  'since and older-than tell what changed lately from what stands still',
  within(10_000, async () => {
    const { session, run, clock } = setup();
    await run('shop.1.build.1');
    await clock.advance(60_000);
    await run('shop.2.build.1');

    const lately = await readRunRows(session, { changedWithinMs: 30_000 });
    const old = await readRunRows(session, { olderThanMs: 60_000 });

    assert.equal(addressesOf(lately), ['shop/2/build/1']);
    // Both were opened at the same time, says their record.
    assert.equal(addressesOf(old), ['shop/1/build/1', 'shop/2/build/1']);
  }),
);

test(
  'an unreadable record is a row that says so, and can be asked for',
  within(10_000, async () => {
    const { session, run, store } = setup();
    await run('shop.1.build.1');
    await store('onceward-runs', 'shop.2.build.1', 'not JSON');
    await store('onceward-runs', 'shop.3.build.1', '{"v":99}');

    const rows = await readRunRows(session, {});
    const corrupt = await readRunRows(session, { state: 'corrupt' });

    assert.equal(
      rows.map(({ state }) => state),
      ['running.queued', 'corrupt', 'newer'],
    );
    assert.equal(addressesOf(corrupt), ['shop/2/build/1']);
  }),
);

test(
  'the holder of an item is the worker or the claimant of its current run',
  within(10_000, async () => {
    const { session, item, run } = setup();
    await item('shop.1');
    await item('shop.2');
    await item('shop.3');
    await run('shop.1.build.1', started('worker-1'));
    await run('shop.2.build.1', started('worker-1'), exited, graceElapsed, claim('reaper-1'));

    const all = await readItemRows(session, {});
    const held = await readItemRows(session, { claimant: 'reaper-1' });
    const whole = await listActors(session, 'item', { claimant: 'reaper-1' });

    assert.equal(
      all.map(({ holder }) => holder),
      ['worker-1', 'reaper-1', null],
    );
    assert.equal(addressesOf(held), ['shop/2']);
    assert.equal(addressesOf(whole), ['shop/2']);
  }),
);

test(
  'items say where they stand',
  within(10_000, async () => {
    const { session, item } = setup();
    await item('shop.1', ask('pause', {}));

    const [row] = await readItemRows(session, { text: 'DEFECT', stage: 'build' });

    assert.equal(
      [row?.project, row?.item, row?.title, row?.stage, row?.attempt, row?.endedRuns],
      ['shop', '1', 'a defect', 'build', 1, 0],
    );
  }),
);

test(
  'of few items the current runs are read one by one, of many all at once',
  within(10_000, async () => {
    const { session, bucket, item } = setup();
    const names = Array.from({ length: 401 }, (_, n) => `shop.${n}`);
    await item('few.1');
    await Promise.all(names.map((name) => item(name)));

    await readItemRows(session, { project: 'few' });
    const few = { ...bucket('onceward-runs').counters() };
    await readItemRows(session, { project: 'shop' });
    const many = bucket('onceward-runs').counters();

    assert.equal([few.reads, few.scans], [1, 0]);
    assert.equal([many.reads, many.scans], [1, 1]);
  }),
);

test(
  'the archive is read on request only; what is in both places is shown as the live one',
  within(10_000, async () => {
    const { session, run, store } = setup();
    const done = openActor('run.shop.2.build.1', runOpening());
    await run('shop.1.build.1');
    await store('onceward-archive', 'run.shop.1.build.1', archivedText(done.stored()));
    await store('onceward-archive', 'run.shop.2.build.1', archivedText(done.stored()));
    await store('onceward-archive', 'item.shop.2', 'not a run');

    const live = await readRunRows(session, {});
    const all = await readRunRows(session, { isArchiveIncluded: true });
    const none = await readRunRows(session, { isArchiveIncluded: true, state: 'claimed' });

    assert.equal(addressesOf(live), ['shop/1/build/1']);
    assert.equal(
      all.map(({ address, isArchived }) => [address, isArchived]),
      [
        ['shop/1/build/1', false],
        ['shop/2/build/1', true],
      ],
    );
    assert.equal(none, []);
  }),
);

test.run();
