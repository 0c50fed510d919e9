// The plan of a chaos run follows from its seed alone, and leaves no kind of fault out.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createPrng } from '../support/prng.ts';
import { readChaosOptions } from './chaos-options.ts';
import { FAULT_KINDS, planFaults } from './fault-plan.ts';

const TWO_MINUTES_MS = 120_000;
const SEEDS = Array.from({ length: 100 }, (_, seed) => seed);
const planOf = (seed: number) => planFaults(createPrng(seed), TWO_MINUTES_MS);

test('the same seed plans the same faults, another one others', () => {
  assert.equal(planOf(7), planOf(7));
  assert.not.equal(planOf(7), planOf(8));
});

test('two minutes hold every kind of fault, whatever the seed', () => {
  const missed = SEEDS.flatMap((seed) => {
    const kinds = new Set(planOf(seed).map(({ kind }) => kind));
    return FAULT_KINDS.filter((kind) => !kinds.has(kind));
  });

  assert.equal(missed, []);
});

test('faults come in order, and none begins after the end', () => {
  const times = SEEDS.map((seed) => planOf(seed).map(({ atMs }) => atMs));

  assert.equal(
    times,
    times.map((ofOne) => ofOne.toSorted((a, b) => a - b)),
  );
  assert.ok(Math.max(...times.flat()) < TWO_MINUTES_MS);
});

test('without arguments two minutes run on a seed of their own', () => {
  const read = readChaosOptions([], () => 42);

  assert.is(read.kind, 'run');
  assert.is(read.kind === 'run' && read.options.seed, 42);
  assert.is(read.kind === 'run' && read.options.minutes, 2);
});

test('an argument that cannot be meant is refused by name', () => {
  const messageOf = (...args: string[]) => {
    const read = readChaosOptions(args, () => 1);
    return read.kind === 'wrong' ? read.message : read.kind;
  };

  assert.match(messageOf('--minutes', '0'), /--minutes.*0\.5 to 240.*"0"/);
  assert.match(messageOf('--seed', '-1'), /--seed/);
  assert.match(messageOf('--seed', '1.5'), /--seed.*whole number/);
  assert.match(messageOf('--colour', 'red'), /--colour/);
  assert.is(messageOf('--help'), 'help');
});

test.run();
