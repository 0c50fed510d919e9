// Unknown is not lost: a write whose answer is missing may have landed, may be gone, may still land.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createCommitter } from '../../../services/actors/commit.ts';
import { rejects } from '../../support/rejects.ts';
import { settled } from '../../support/virtual-clock.ts';
import { within } from '../../support/within.ts';
import { create, creations, RESOLVED_AFTER_MS, setup } from './commit-fixture.ts';

const MANY = 50;
const EVERY_READ_LOST = Array.from({ length: 50 }, () => ({ fault: 'lost-read' }) as const);

test(
  'an unknown write that has landed is won at its own revision, and not sent again',
  within(5_000, async () => {
    const { bucket, commit, committer } = setup();
    bucket.plan({ fault: 'error-after-write' });

    const outcome = await commit(create('a', 'mine'));

    const entry = await bucket.read('a');
    assert.equal(outcome, { outcome: 'won', revision: entry?.revision });
    assert.is(bucket.counters().writes, 1);
    assert.is(committer.stats().unknown, 1);
  }),
);

test(
  'an unknown write that has not landed is sent again and won once',
  within(5_000, async () => {
    const { bucket, commit } = setup();
    bucket.plan({ fault: 'error-before-write' });

    const outcome = await commit(create('a', 'mine'));

    assert.equal(outcome, { outcome: 'won', revision: 1 });
    assert.is(bucket.counters().writes, 2);
    assert.is((await bucket.history('a')).length, 1);
  }),
);

test(
  'an unknown write that another writer has overtaken is lost',
  within(5_000, async () => {
    const { bucket, clock, committer } = setup();
    bucket.plan({ fault: 'error-before-write' });
    const committed = committer.commit(create('a', 'mine'));
    await settled();
    await bucket.write(create('a', 'theirs'));
    await clock.advance(RESOLVED_AFTER_MS);

    assert.equal(await committed, { outcome: 'lost' });
    assert.is((await bucket.read('a'))?.value, 'theirs');
  }),
);

test(
  'an unknown write that landed, and that another writer has built upon, is won',
  within(5_000, async () => {
    const { bucket, clock, committer } = setup();
    bucket.plan({ fault: 'error-after-write' });
    const committed = committer.commit(create('a', 'mine'));
    await settled();
    await bucket.write({ key: 'a', value: 'theirs', expectedRevision: 1 });
    await clock.advance(RESOLVED_AFTER_MS);

    assert.equal(await committed, { outcome: 'won', revision: 1 });
    assert.is((await bucket.read('a'))?.value, 'theirs');
  }),
);

test(
  'a write that lands late does not win a second time',
  within(5_000, async () => {
    const { bucket, commit } = setup();
    bucket.plan({ fault: 'late-write' });

    const outcome = await commit(create('a', 'mine'));
    const landed = bucket.land();

    assert.is(outcome.outcome, 'won');
    assert.equal(landed, ['lost']);
    assert.is((await bucket.history('a')).length, 1);
  }),
);

test(
  'a write that lands between reading back and sending again is won once',
  within(5_000, async () => {
    const { bucket, clock, committer } = setup();
    bucket.plan({ fault: 'late-write' }, { fault: 'error-before-write' });
    const committed = committer.commit(create('a', 'mine'));
    // One look at the record and one more write that never lands; only then the first arrives.
    await clock.advance(60);
    const landed = bucket.land();
    await clock.advance(RESOLVED_AFTER_MS);

    assert.equal(landed, ['won']);
    assert.equal(await committed, { outcome: 'won', revision: 1 });
    assert.is((await bucket.history('a')).length, 1);
  }),
);

test(
  'a read that is not answered decides nothing: it is asked again',
  within(5_000, async () => {
    const { bucket, commit } = setup();
    bucket.plan({ fault: 'error-after-write' }, { fault: 'lost-read' }, { fault: 'lost-read' });

    assert.equal(await commit(create('a', 'mine')), { outcome: 'won', revision: 1 });
    assert.is(bucket.counters().reads, 3);
  }),
);

test(
  'while the leader cannot be asked the outcome stays unknown, and says so',
  within(5_000, async () => {
    const { bucket, commit } = setup();
    bucket.plan({ fault: 'error-after-write' }, ...EVERY_READ_LOST);

    const error = await rejects(commit(create('a', 'mine')), 'OUTCOME_UNKNOWN');

    assert.equal(error.details, { key: 'a', expectedRevision: 0 });
    assert.is(bucket.counters().reads, 12);
    assert.is(bucket.counters().writes, 1);
  }),
);

test(
  'a write in trouble does not hold up the others of its bucket',
  within(5_000, async () => {
    const { bucket, committer } = setup();
    bucket.plan({ fault: 'error-before-write', key: 'slow' });
    const slow = committer.commit(create('slow'));
    let isSlowKnown = false;
    void slow.then(() => {
      isSlowKnown = true;
    });
    await settled();

    assert.is((await committer.commit(create('quick'))).outcome, 'won');
    assert.not(isSlowKnown);
  }),
);

test(
  'every write of an unknown batch that has landed is won at its own revision',
  within(5_000, async () => {
    const { bucket, clock, committer } = setup();
    bucket.plan({ fault: 'error-after-write' });
    const committed = Promise.all(creations(MANY).map((write) => committer.commit(write)));
    await clock.advance(RESOLVED_AFTER_MS);

    const revisions = Array.from({ length: MANY }, (_, n) => ({ outcome: 'won', revision: n + 1 }));
    assert.equal(await committed, revisions);
    assert.is(bucket.counters().writes, 0);
  }),
);

test(
  'an unknown batch that lands late is won once, write by write',
  within(5_000, async () => {
    const { bucket, clock, committer } = setup();
    bucket.plan({ fault: 'late-write' });
    const committed = Promise.all(creations(MANY).map((write) => committer.commit(write)));
    await clock.advance(RESOLVED_AFTER_MS);

    assert.ok((await committed).every(({ outcome }) => outcome === 'won'));
    assert.equal(bucket.land(), ['lost']);
    const pasts = await Promise.all(creations(MANY).map(({ key }) => bucket.history(key)));
    assert.ok(pasts.every((past) => past.length === 1));
  }),
);

test(
  'an unknown removal that has landed is won',
  within(5_000, async () => {
    const { bucket, commit } = setup();
    await commit(create('a', 'mine'));
    bucket.plan({ fault: 'error-after-write' });

    const outcome = await commit({ key: 'a', value: null, expectedRevision: 1 });

    assert.equal(outcome, { outcome: 'won', revision: 2 });
  }),
);

test(
  'of two committers that send the same key under faults exactly one wins',
  within(5_000, async () => {
    const { clock, bucket, committer } = setup();
    const rival = createCommitter(bucket, { clock, mode: 'batch' });
    bucket.plan({ fault: 'late-write' }, { fault: 'error-after-write' });
    const mine = committer.commit(create('a', 'mine'));
    const theirs = rival.commit(create('a', 'theirs'));
    await clock.advance(RESOLVED_AFTER_MS);
    bucket.land();

    const outcomes = (await Promise.all([mine, theirs])).map(({ outcome }) => outcome);
    assert.equal(outcomes, ['lost', 'won']);
    assert.is((await bucket.read('a'))?.value, 'theirs');
  }),
);

test.run();
