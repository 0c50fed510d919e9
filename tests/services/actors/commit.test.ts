// Group commit: what is ready goes out together, and only the loser loses.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { settled } from '../../support/virtual-clock.ts';
import { within } from '../../support/within.ts';
import { create, creations, setup } from './commit-fixture.ts';

/** Too few for a batch to pay. */
const FEW = 4;
const MANY = 50;

test(
  'a write of the expected revision wins at the revision that is read back',
  within(5_000, async () => {
    const { bucket, committer } = setup();

    const first = await committer.commit(create('a', 'one'));
    const revision = first.outcome === 'won' ? first.revision : 0;
    const second = await committer.commit({ key: 'a', value: 'two', expectedRevision: revision });

    assert.is(second.outcome, 'won');
    const entry = await bucket.read('a');
    assert.is(entry?.value, 'two');
    assert.equal(second, { outcome: 'won', revision: entry?.revision });
  }),
);

test(
  'a write of an old revision is lost, is counted so, and changes nothing',
  within(5_000, async () => {
    const { bucket, committer } = setup();
    await committer.commit(create('a', 'one'));

    const late = await committer.commit(create('a', 'late'));

    assert.equal(late, { outcome: 'lost' });
    assert.is((await bucket.read('a'))?.value, 'one');
    assert.is(committer.stats().lost, 1);
  }),
);

test(
  'a few commits of one moment go out as single writes, because a small batch does not pay',
  within(5_000, async () => {
    const { bucket, committer } = setup();

    await Promise.all(creations(FEW).map((write) => committer.commit(write)));

    const { writes, batches } = bucket.counters();
    assert.equal({ writes, batches }, { writes: FEW, batches: 0 });
  }),
);

test(
  'many commits of one moment go out as one batch',
  within(5_000, async () => {
    const { bucket, committer } = setup();

    const outcomes = await Promise.all(creations(MANY).map((write) => committer.commit(write)));

    const { writes, batchSizes } = bucket.counters();
    assert.equal({ writes, batchSizes }, { writes: 0, batchSizes: [MANY] });
    const won = await Promise.all(
      creations(MANY).map(async ({ key }) => ({
        outcome: 'won',
        revision: (await bucket.read(key))?.revision,
      })),
    );
    assert.equal(outcomes, won);
  }),
);

test(
  'what becomes ready while a write is under way goes out together when it returns',
  within(5_000, async () => {
    const { bucket, committer } = setup();
    const release = bucket.hold();
    const first = committer.commit(create('first'));
    await settled();

    const others = creations(MANY).map((write) => committer.commit(write));
    await settled();
    const before = bucket.counters();
    release();
    await Promise.all([first, ...others]);

    assert.equal([before.writes, before.batches], [1, 0]);
    assert.equal(bucket.counters().batchSizes, [MANY]);
    assert.is(committer.stats().largestBatchWrites, MANY);
  }),
);

test(
  'a batch has at most two hundred writes, and the rest follow in the next',
  within(5_000, async () => {
    const { bucket, committer } = setup();

    const outcomes = await Promise.all(creations(450).map((write) => committer.commit(write)));

    assert.equal(bucket.counters().batchSizes, [200, 200, 50]);
    assert.ok(outcomes.every(({ outcome }) => outcome === 'won'));
  }),
);

test(
  'a rejected batch costs the loser only',
  within(5_000, async () => {
    const { bucket, committer } = setup();
    await committer.commit(create('k.3', 'was there first'));

    const outcomes = await Promise.all(creations(MANY).map((write) => committer.commit(write)));

    assert.is(bucket.counters().batches, 1);
    const lost = outcomes.flatMap(({ outcome }, n) => (outcome === 'lost' ? [n] : []));
    assert.equal(lost, [3]);
    assert.is((await bucket.read('k.3'))?.value, 'was there first');
    const values = await Promise.all(creations(MANY).map(async ({ key }) => bucket.read(key)));
    assert.is(values.filter((entry) => entry?.value?.startsWith('value')).length, MANY - 1);
  }),
);

test(
  'two writes of one key never share a batch, and the later one meets the earlier',
  within(5_000, async () => {
    const { bucket, committer } = setup();
    const writes = [...creations(MANY), create('k.0', 'second'), ...creations(MANY, 'later')];

    const outcomes = await Promise.all(writes.map((write) => committer.commit(write)));

    assert.equal(bucket.counters().batchSizes, [MANY, MANY + 1]);
    assert.equal(outcomes[MANY], { outcome: 'lost' });
    assert.is(outcomes.filter(({ outcome }) => outcome === 'won').length, 2 * MANY);
  }),
);

test(
  'where batches do not pay every write is its own, at most 64 at a time',
  within(5_000, async () => {
    const { bucket, committer } = setup('single');
    const release = bucket.hold();

    const committed = creations(200).map((write) => committer.commit(write));
    await settled();
    const underWay = bucket.counters().writes;
    release();
    const outcomes = await Promise.all(committed);

    assert.is(underWay, 64);
    assert.ok(outcomes.every(({ outcome }) => outcome === 'won'));
    const { writes, batches } = bucket.counters();
    assert.equal({ writes, batches }, { writes: 200, batches: 0 });
  }),
);

test(
  'commits of one key go out in the order in which they were asked for',
  within(5_000, async () => {
    const { bucket, committer } = setup('single');
    const committed = ['one', 'two', 'three'].map((value, expectedRevision) =>
      committer.commit({ key: 'a', value, expectedRevision }),
    );

    const outcomes = await Promise.all(committed);

    assert.equal(
      outcomes,
      [1, 2, 3].map((revision) => ({ outcome: 'won', revision })),
    );
    assert.is((await bucket.read('a'))?.value, 'three');
  }),
);

test.run();
