// Compare-and-set of one key, removal included, as every bucket must do it.
// It must never ask for more than the port promises.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  check,
  creation,
  type OpenBucket,
  removal,
  revisionOf,
  revisionsOf,
  seen,
  written,
} from './bucket-steps.ts';

export function writeRules(open: OpenBucket): void {
  test(
    'a create of a key that never existed wins, and is read back at its revision',
    check(open, async ({ bucket, key }) => {
      const written = await bucket.write({ key, value: 'one', expectedRevision: 0 });

      assert.is(written.outcome, 'won');
      assert.equal(await seen(bucket, key), { key, value: 'one', revision: revisionOf(written) });
    }),
  );

  test(
    'an update of the newest revision wins, and revisions rise',
    check(open, async ({ bucket, key }) => {
      const first = await written(bucket, key);
      const second = await written(bucket, key, { value: 'two', over: first });

      assert.ok(second > first);
      assert.equal(await seen(bucket, key), { key, value: 'two', revision: second });
    }),
  );

  test(
    'a create of a key that exists, and an update of an old or future revision, lose and change nothing',
    check(open, async ({ bucket, key }) => {
      const first = await written(bucket, key);
      const second = await written(bucket, key, { value: 'two', over: first });

      for (const expectedRevision of [0, first, second + 1_000]) {
        const late = await bucket.write({ key, value: 'late', expectedRevision });
        assert.equal(late, { outcome: 'lost' });
      }
      assert.equal(await seen(bucket, key), { key, value: 'two', revision: second });
    }),
  );

  test(
    'of many simultaneous creates of one key exactly one wins',
    check(open, async ({ bucket, key }) => {
      const writes = Array.from({ length: 32 }, (_, n) =>
        bucket.write({ key, value: `writer ${n}`, expectedRevision: 0 }),
      );
      const outcomes = await Promise.all(writes);

      const winner = outcomes.findIndex(({ outcome }) => outcome === 'won');
      assert.is(outcomes.filter(({ outcome }) => outcome === 'won').length, 1);
      assert.is(outcomes.filter(({ outcome }) => outcome === 'lost').length, 31);
      assert.is((await bucket.read(key))?.value, `writer ${winner}`);
    }),
  );

  test(
    'text of any script comes back unchanged, the empty one included',
    check(open, async ({ bucket, key, prefix }) => {
      const text = '{"title":"größer, 大きい, 🚀"}';
      await written(bucket, key, { value: text });
      await written(bucket, `${prefix}.empty`, { value: '' });

      assert.is((await bucket.read(key))?.value, text);
      assert.is((await bucket.read(`${prefix}.empty`))?.value, '');
    }),
  );

  test(
    'a removal leaves a marker at its own revision, to which a create loses',
    check(open, async ({ bucket, key }) => {
      const first = await written(bucket, key);
      const removed = await removal(bucket, key, first);

      assert.ok(removed > first);
      assert.equal(await seen(bucket, key), { key, value: null, revision: removed });
      assert.equal(await bucket.write(creation(key)), { outcome: 'lost' });
    }),
  );

  test(
    'a removal of an old revision loses',
    check(open, async ({ bucket, key }) => {
      const first = await written(bucket, key);
      const second = await written(bucket, key, { value: 'two', over: first });
      const late = await bucket.write({ key, value: null, expectedRevision: first });

      assert.equal(late, { outcome: 'lost' });
      assert.equal(await seen(bucket, key), { key, value: 'two', revision: second });
    }),
  );

  test(
    'a removal takes the history with it, and the key may be written again over its marker',
    check(open, async ({ bucket, key }) => {
      const first = await written(bucket, key);
      const removed = await removal(
        bucket,
        key,
        await written(bucket, key, { value: 'two', over: first }),
      );
      const again = await written(bucket, key, { value: 'three', over: removed });

      const past = (await bucket.history(key)).map(({ value, revision }) => ({
        value,
        revision,
      }));
      assert.equal(past, [
        { value: null, revision: removed },
        { value: 'three', revision: again },
      ]);
    }),
  );

  test(
    'a removal may be one write of a batch',
    check(open, async ({ bucket, prefix, key }) => {
      const first = await written(bucket, key);
      const gone = { key, value: null, expectedRevision: first };
      const result = await bucket.writeBatch([creation(`${prefix}.copy`), gone]);

      assert.is(result.outcome, 'won');
      const revisions = result.outcome === 'won' ? result.revisions : [];
      assert.equal(await revisionsOf(bucket, [`${prefix}.copy`, key]), revisions);
      assert.is((await bucket.read(key))?.value, null);
    }),
  );
}
