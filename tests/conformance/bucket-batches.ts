// Atomic batches, as every bucket must do them: all or nothing.
// It must never ask for more than the port promises.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  check,
  creation,
  type OpenBucket,
  revisionsOf,
  scanned,
  seen,
  written,
} from './bucket-steps.ts';

const LARGEST_BATCH = 200;

export function batchRules(open: OpenBucket): void {
  test(
    'a batch is written whole, each write at the revision it was told',
    check(open, async ({ bucket, prefix }) => {
      const old = await written(bucket, `${prefix}.b`, { value: 'old' });
      const result = await bucket.writeBatch([
        { key: `${prefix}.a`, value: 'a', expectedRevision: 0 },
        { key: `${prefix}.b`, value: 'b', expectedRevision: old },
        { key: `${prefix}.c`, value: 'c', expectedRevision: 0 },
      ]);

      assert.is(result.outcome, 'won');
      const revisions = result.outcome === 'won' ? result.revisions : [];
      const keys = ['a', 'b', 'c'].map((end) => `${prefix}.${end}`);
      assert.equal(await revisionsOf(bucket, keys), revisions);
    }),
  );

  test(
    'a batch with one failed expectation is rejected and leaves nothing',
    check(open, async ({ bucket, prefix, key }) => {
      const first = await written(bucket, key);
      const second = await written(bucket, key, { value: 'two', over: first });
      const writes = ['a', 'b', 'c'].map((end) => creation(`${prefix}.${end}`));
      const stale = { key, value: 'stale', expectedRevision: first };
      const result = await bucket.writeBatch([...writes.slice(0, 2), stale, ...writes.slice(2)]);

      assert.equal(result, { outcome: 'rejected' });
      assert.equal(await seen(bucket, key), { key, value: 'two', revision: second });
      const left = await Promise.all(writes.map((write) => bucket.read(write.key)));
      assert.equal(left, [null, null, null]);
    }),
  );

  test(
    'a rejected batch may be sent again without the write that failed',
    check(open, async ({ bucket, prefix, key }) => {
      await written(bucket, key);
      const writes = ['a', 'b'].map((end) => creation(`${prefix}.${end}`));
      await bucket.writeBatch([...writes, creation(key)]);
      const again = await bucket.writeBatch(writes);

      assert.is(again.outcome, 'won');
    }),
  );

  test(
    'the largest batch is written whole',
    check(open, async ({ bucket, prefix }) => {
      const writes = Array.from({ length: LARGEST_BATCH }, (_, n) => creation(`${prefix}.${n}`));
      const result = await bucket.writeBatch(writes);

      assert.is(result.outcome, 'won');
      const revisions = result.outcome === 'won' ? result.revisions : [];
      assert.is(new Set(revisions).size, LARGEST_BATCH);
      const found = new Map((await scanned(bucket, `${prefix}.>`)).map((e) => [e.key, e.revision]));
      assert.equal(
        writes.map(({ key }) => found.get(key)),
        revisions,
      );
    }),
  );

  test(
    'of two simultaneous batches that share a key one wins and the other leaves nothing',
    check(open, async ({ bucket, prefix, key }) => {
      const batch = (name: string) =>
        bucket.writeBatch([creation(`${prefix}.${name}`, name), creation(key, name)]);
      const outcomes = await Promise.all([batch('a'), batch('b')]);

      assert.equal(outcomes.map(({ outcome }) => outcome).sort(), ['rejected', 'won']);
      const winner = (await bucket.read(key))?.value;
      const live = (await scanned(bucket, `${prefix}.>`)).map((entry) => entry.key).sort();
      assert.equal(live, [key, `${prefix}.${winner}`].sort());
    }),
  );
}
