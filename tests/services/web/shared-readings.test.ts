// Who shares a reading with whom, and how many are under way at once.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createSharedReadings } from '../../../services/web/shared-readings.ts';
import { settled } from '../../support/virtual-clock.ts';
import { within } from '../../support/within.ts';

const LIMIT_MS = 5_000;

/** Readings that end when they are told to, in the order in which they began. */
function setup(maxAtOnce: number) {
  const readings = createSharedReadings(maxAtOnce);
  const begun: string[] = [];
  const ends: ((error?: Error) => void)[] = [];
  const read = (name: string) =>
    readings.read(name, () => {
      begun.push(name);
      const place = begun.length;
      return new Promise<number>((resolve, reject) => {
        ends.push((error) => (error === undefined ? resolve(place) : reject(error)));
      });
    });
  return { begun, ends, read };
}

test(
  'no more are under way than may be, and the others come in their order',
  within(LIMIT_MS, async () => {
    const { begun, ends, read } = setup(2);
    const all = Promise.all(['a', 'b', 'c', 'd'].map(read));
    await settled();
    const first = [...begun];
    ends[1]?.();
    await settled();
    const then = [...begun];
    ends[0]?.();
    await settled();
    ends[2]?.();
    ends[3]?.();

    assert.equal(
      [first, then],
      [
        ['a', 'b'],
        ['a', 'b', 'c'],
      ],
    );
    assert.equal(await all, [1, 2, 3, 4]);
  }),
);

test(
  'who asks the same shares a reading that has not begun, and never one that has',
  within(LIMIT_MS, async () => {
    const { begun, ends, read } = setup(1);
    const first = read('a');
    await settled();
    const others = Promise.all([read('a'), read('a'), read('a')]);
    ends[0]?.();
    await settled();
    ends[1]?.();

    assert.equal([await first, await others], [1, [2, 2, 2]]);
    assert.equal(begun, ['a', 'a']);
  }),
);

test(
  'a reading that fails fails for all who share it, and holds up no other',
  within(LIMIT_MS, async () => {
    const { ends, read } = setup(1);
    const first = read('a').catch((error: Error) => error.message);
    const second = read('b');
    await settled();
    ends[0]?.(new Error('gone'));
    await settled();
    ends[1]?.();

    assert.equal([await first, await second], ['gone', 2]);
  }),
);

test.run();
