// The history of a key may be answered by any copy of its stream, also by one that lags behind the leader: a
// committer must not take what it misses there for a write that never landed.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createCommitter } from '../../services/actors/commit.ts';
import { createMemoryBucket } from '../support/memory-bucket.ts';
import { createVirtualClock, settled } from '../support/virtual-clock.ts';
import { within } from '../support/within.ts';

/** Longer than all attempts to resolve an unknown outcome together. */
const RESOLVED_AFTER_MS = 60_000;

test(
  'a write that landed and was built upon is won, although a copy that lags behind knows neither',
  within(5_000, async () => {
    const clock = createVirtualClock();
    const bucket = createMemoryBucket({ clock });
    let staleAnswers = 0;
    const history = async (key: string) => {
      staleAnswers += 1;
      return staleAnswers <= 2 ? [] : bucket.history(key);
    };
    const committer = createCommitter({ ...bucket, history }, { clock, mode: 'single' });
    bucket.plan({ fault: 'error-after-write' });

    const committed = committer.commit({ key: 'a', value: 'mine', expectedRevision: 0 });
    await settled();
    await bucket.write({ key: 'a', value: 'theirs', expectedRevision: 1 });
    await clock.advance(RESOLVED_AFTER_MS);

    assert.equal(await committed, { outcome: 'won', revision: 1 });
    assert.is(staleAnswers, 3);
  }),
);

test.run();
