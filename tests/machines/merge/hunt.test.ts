// The search for what makes a batch red: all who are at fault are found, and nobody else is ever sent back.
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { huntBudget } from '../../../machines/merge/hunt.ts';
import {
  type Judgement,
  type MergeDriver,
  openQueue,
  type Tested,
} from '../../support/merge-driver.ts';

const NAMES = Array.from({ length: 32 }, (_, n) => `i${String(n).padStart(2, '0')}`);
const namesOf = (size: number): string[] => NAMES.slice(0, size);

function runAll(
  size: number,
  judge: (tested: Tested) => Judgement,
  batchSize = 32,
  onTest: (queue: MergeDriver, wasSearching: boolean) => void = () => {},
): MergeDriver {
  const queue = openQueue({ batchSize, judge });
  // Nobody is tried before all are there.
  queue.send('freeze');
  for (const item of namesOf(size)) queue.enqueue(item);
  queue.send('resume');
  for (let isGoingOn = true; isGoingOn; ) {
    const [count, wasSearching] = [queue.testRuns(), queue.context().hunt !== null];
    isGoingOn = queue.step();
    if (queue.testRuns() > count) onTest(queue, wasSearching);
    // Ten red trials within an hour are a matter of the breaker, not of the search.
    if (queue.state() === 'paused') isGoingOn = queue.send('resume') !== 'paused';
  }
  return queue;
}

const redFor =
  (culprits: readonly string[]) =>
  (tested: Tested): Judgement =>
    tested.members.some((item) => culprits.includes(item)) ? 'product_fail' : 'pass';

const batches = fc
  .integer({ min: 1, max: 32 })
  .chain((size) =>
    fc.tuple(fc.constant(size), fc.subarray(namesOf(size), { maxLength: Math.min(3, size) })),
  );

/** Each search: how many were red together, and how many trials it took to have one suspect, or none. */
function searchesOf(size: number, culprits: string[]): { size: number; trials: number }[] {
  const found: { size: number; trials: number }[] = [];
  runAll(size, redFor(culprits), 32, (queue, wasSearching) => {
    const last = queue.tests.at(-1)?.members ?? [];
    const search = found.at(-1);
    if (wasSearching && search !== undefined && last.length > 0) search.trials += 1;
    if (!wasSearching) found.push({ size: last.length, trials: 0 });
  });
  return found;
}

test('all who are at fault are sent back, and all others land, whoever and however many they are', () => {
  fc.assert(
    fc.property(batches, ([size, culprits]) => {
      const queue = runAll(size, redFor(culprits));

      assert.equal([...queue.sentBack].sort(), culprits);
      assert.is(queue.landed.size, size - culprits.length);
    }),
    { numRuns: 120 },
  );
});

test('a search never takes more trials than its budget', () => {
  fc.assert(
    fc.property(batches, ([size, culprits]) => {
      const over = searchesOf(size, culprits).filter(
        (search) => search.trials > huntBudget(search.size),
      );

      assert.equal(over, []);
    }),
    { numRuns: 120 },
  );
});

test('the budget is twice the depth of the halves, and one', () => {
  assert.equal([1, 2, 3, 8, 32].map(huntBudget), [1, 3, 5, 7, 11]);
});

test('one trial that is red for nothing sends nobody back, whatever else is red', () => {
  const cases = fc.tuple(batches, fc.integer({ min: 1, max: 40 }));
  fc.assert(
    fc.property(cases, ([[size, culprits], flake]) => {
      const isRed = redFor(culprits);
      const queue = runAll(size, (tested) => {
        // A control that is red for nothing freezes the queue: that blames nobody either.
        return tested.run === flake && tested.members.length > 0 ? 'product_fail' : isRed(tested);
      });

      assert.equal([...queue.sentBack].sort(), culprits);
      assert.is(queue.landed.size, size - culprits.length);
    }),
    { numRuns: 200 },
  );
});

test('of two that are green by themselves and red together, one is sent back', () => {
  const pairs = fc
    .integer({ min: 2, max: 32 })
    .chain((size) =>
      fc.tuple(fc.constant(size), fc.subarray(namesOf(size), { minLength: 2, maxLength: 2 })),
    );
  fc.assert(
    fc.property(pairs, ([size, pair]) => {
      const queue = runAll(size, ({ members, landed }) => {
        const isTogether = pair.every((item) => landed.has(item) || members.includes(item));
        return isTogether && members.some((item) => pair.includes(item)) ? 'product_fail' : 'pass';
      });

      assert.is(queue.sentBack.length, 1);
      assert.ok(pair.includes(queue.sentBack[0] ?? ''), queue.sentBack.join());
      assert.is(queue.landed.size, size - 1);
    }),
    { numRuns: 120 },
  );
});

test('a single item is tried once more, never divided, and the base alone before it is blamed', () => {
  const queue = runAll(1, redFor(['i00']));

  assert.equal(
    queue.tests.map(({ members }) => members),
    [['i00'], [], ['i00']],
  );
  assert.equal(queue.sentBack, ['i00']);
});

test('as many red trials as the stage asks for must have held it', () => {
  const queue = openQueue({ redTrials: 4, judge: redFor(['i00']) });
  queue.enqueue('i00');

  queue.run();

  assert.is(queue.tests.filter(({ members }) => members.includes('i00')).length, 4);
  assert.equal(queue.sentBack, ['i00']);
});

test('a suspect that leaves takes what was seen of it along: whoever is left is tried again', () => {
  const queue = openQueue({ batchSize: 4, judge: redFor(['b']) });
  queue.send('freeze');
  queue.enqueue('a');
  queue.enqueue('b');
  queue.send('resume');
  queue.runTrial();

  queue.send('withdraw', { item: 'b', attempt: 1, reason: 'cancelled' }, 'tell');
  queue.run();

  assert.equal([...queue.landed], ['a']);
  assert.equal(queue.sentBack, []);
});

test('another commit of a suspect is not held to what the former one did', () => {
  const queue = openQueue({ batchSize: 4, judge: redFor(['b']) });
  queue.send('freeze');
  queue.enqueue('a');
  queue.enqueue('b');
  queue.send('resume');
  queue.runTrial();

  queue.enqueue('b', { attempt: 2, headSha: 'f'.repeat(40) });

  assert.equal(queue.context().reds, []);
  assert.is(queue.context().entries.find(({ item }) => item === 'b')?.reds, 0);
});

test('what was red before somebody else has moved the base counts for nothing', () => {
  const queue = openQueue({ batchSize: 4, judge: redFor(['a', 'b']) });
  queue.send('freeze');
  queue.enqueue('a');
  queue.enqueue('b');
  queue.send('resume');
  queue.runTrial();

  queue.pushBase();
  queue.take();
  queue.prepare();

  assert.equal(queue.context().reds, []);
});

test.run();
