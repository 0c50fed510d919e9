// Reading one key, all keys and the past of a key, as every bucket must do it.
// It must never ask for more than the port promises.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { byKey, check, type OpenBucket, removal, scanned, written } from './bucket-steps.ts';

const MAX_HISTORY = 64;

export function readingRules(open: OpenBucket): void {
  test(
    'a key that never existed reads as null and has no history',
    check(open, async ({ bucket, key }) => {
      assert.is(await bucket.read(key), null);
      assert.equal(await bucket.history(key), []);
    }),
  );

  test(
    'a scan visits the newest entry of every live key of its filter once, and no removed key',
    check(open, async ({ bucket, prefix }) => {
      const a = await written(bucket, `${prefix}.shop.a`, { value: '1' });
      const newest = await written(bucket, `${prefix}.shop.a`, { value: '2', over: a });
      const b = await written(bucket, `${prefix}.shop.b`, { value: '1' });
      await written(bucket, `${prefix}.other.a`, { value: '1' });
      await removal(
        bucket,
        `${prefix}.shop.c`,
        await written(bucket, `${prefix}.shop.c`, { value: '1' }),
      );

      const found = (await scanned(bucket, `${prefix}.shop.*`)).sort(byKey);
      assert.equal(found, [
        { key: `${prefix}.shop.a`, value: '2', revision: newest },
        { key: `${prefix}.shop.b`, value: '1', revision: b },
      ]);
    }),
  );

  test(
    'a scan of nothing, and of markers alone, ends without a visit',
    check(open, async ({ bucket, prefix, key }) => {
      await removal(bucket, key, await written(bucket, key));

      assert.equal(await scanned(bucket, `${prefix}.none.>`), []);
      assert.equal(await scanned(bucket, `${prefix}.>`), []);
    }),
  );

  test(
    'a history holds the newest 64 entries, oldest first, with the times they were stored',
    check(open, async ({ bucket, key }) => {
      const revisions: number[] = [];
      for (let n = 0; n < MAX_HISTORY + 3; n += 1) {
        revisions.push(await written(bucket, key, { value: `value ${n}`, over: revisions.at(-1) }));
      }
      const past = await bucket.history(key);

      assert.equal(
        past.map(({ revision }) => revision),
        revisions.slice(-MAX_HISTORY),
      );
      assert.equal(past.map(({ value }) => value).slice(0, 2), ['value 3', 'value 4']);
      assert.equal(past.at(-1), await bucket.read(key));
    }),
  );
}
