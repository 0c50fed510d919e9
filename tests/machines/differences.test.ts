// What differs between two values, as paths.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { changesBetween, MAX_CHANGES, recordChanges } from '../../machines/differences.ts';
import { ask, openRun } from '../support/machine-steps.ts';

test('equal values have no differences', () => {
  const value = { a: [1, { b: null }], c: 'x' };

  assert.equal(changesBetween(value, structuredClone(value)), []);
});

test('a difference is named by its path, deep down as well', () => {
  const before = { exit: { code: 0, signal: null }, epoch: 1 };
  const after = { exit: { code: 1, signal: null }, epoch: 1 };

  assert.equal(changesBetween(before, after), [{ path: 'exit.code', before: 0, after: 1 }]);
});

test('what was added or removed is told whole', () => {
  const added = { path: 'exit', before: null, after: { code: 0 } };

  assert.equal(changesBetween({ exit: null }, { exit: { code: 0 } }), [added]);
  assert.equal(changesBetween({ a: 1 }, {}), [{ path: 'a', before: 1, after: undefined }]);
  assert.equal(changesBetween({}, { a: [1] }), [{ path: 'a', before: undefined, after: [1] }]);
});

test('lists are compared by index', () => {
  assert.equal(changesBetween({ runs: [1, 2] }, { runs: [1, 3, 4] }), [
    { path: 'runs.1', before: 2, after: 3 },
    { path: 'runs.2', before: undefined, after: 4 },
  ]);
});

test('a list and an object differ as a whole', () => {
  assert.equal(changesBetween({ a: [] }, { a: {} }), [{ path: 'a', before: [], after: {} }]);
});

test('a key that is no plain word stands in brackets', () => {
  const [change] = changesBetween({ spent: {} }, { spent: { 'a.b': 1 } });

  assert.is(change?.path, 'spent["a.b"]');
});

test('keys that objects inherit are taken for what they are: not there', () => {
  const after = JSON.parse('{"__proto__":{"x":1},"constructor":1}');

  assert.equal(
    changesBetween({}, after).map(({ path, before }) => [path, before]),
    [
      ['__proto__', undefined],
      ['constructor', undefined],
    ],
  );
});

test('at most 200 differences are listed', () => {
  const many = Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`k${n}`, n]));

  assert.is(changesBetween({}, many).length, 200);
  assert.is(MAX_CHANGES, 200);
});

test('of two records state, time and context are compared, and what only the host knows is not', () => {
  const actor = openRun();
  const before = actor.stored().record;
  actor.send(ask('started', { epoch: 1, worker: 'worker-1', machine: 'm1' }, 1_000_500));
  const after = { ...actor.stored().record, by: 'somebody else', mailboxSequence: 9 };

  assert.equal(
    recordChanges(before, after).map(({ path }) => path),
    [
      ...['state', 'sinceMs'],
      ...['context.deadlines.queue-stalled', 'context.deadlines.start-overdue'],
      ...['context.worker', 'context.machine', 'context.startedAtMs'],
    ],
  );
});

test.run();
