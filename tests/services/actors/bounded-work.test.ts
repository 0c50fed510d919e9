// Bounded work: its order, its bound, and its end.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createBoundedWork } from '../../../services/actors/bounded-work.ts';
import { settled } from '../../support/virtual-clock.ts';
import { within } from '../../support/within.ts';

function setup(maxUnderWay: number) {
  const work = createBoundedWork(maxUnderWay);
  const begun: string[] = [];
  const ends = new Map<string, { resolve: () => void; reject: (error: Error) => void }>();
  const add = (name: string) =>
    work.add(() => {
      begun.push(name);
      return new Promise<void>((resolve, reject) => void ends.set(name, { resolve, reject }));
    });
  return { work, begun, add, end: (name: string) => ends.get(name) };
}

test(
  'a piece begins at once where there is room, otherwise when one before it has ended',
  within(5_000, async () => {
    const { add, begun, end } = setup(2);

    for (const name of ['a', 'b', 'c', 'd']) add(name);
    const first = [...begun];
    end('b')?.resolve();
    await settled();

    assert.equal(first, ['a', 'b']);
    assert.equal(begun, ['a', 'b', 'c']);
  }),
);

test(
  'a piece that fails makes room like any other',
  within(5_000, async () => {
    const { add, begun, end } = setup(1);
    add('a');
    add('b');

    end('a')?.reject(new Error('it failed'));
    await settled();

    assert.equal(begun, ['a', 'b']);
  }),
);

test(
  'stopping waits for what is under way, and begins nothing more',
  within(5_000, async () => {
    const { add, begun, end, work } = setup(1);
    add('a');
    add('b');
    let isStopped = false;

    const stopped = work.stop().then(() => {
      isStopped = true;
    });
    await settled();
    const wasEarly = isStopped;
    end('a')?.resolve();
    await stopped;
    add('c');
    await settled();

    assert.not(wasEarly);
    assert.equal(begun, ['a']);
  }),
);

test.run();
