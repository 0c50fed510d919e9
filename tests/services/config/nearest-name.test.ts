// The guess at what a misspelt name was meant to be.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { nearestName } from '../../../services/config/nearest-name.ts';

const NAMES = ['graceMs', 'sweepMs', 'partitions', 'pipeline'];

test('a letter missing, doubled, wrong or swapped leads to the name', () => {
  assert.is(nearestName('gracMs', NAMES), 'graceMs');
  assert.is(nearestName('graceeMs', NAMES), 'graceMs');
  assert.is(nearestName('greceMs', NAMES), 'graceMs');
  assert.is(nearestName('piplenie', NAMES), 'pipeline');
});

test('upper and lower case count as the same', () => {
  assert.is(nearestName('GRACEMS', NAMES), 'graceMs');
});

test('the closest of several names is taken', () => {
  assert.is(nearestName('sweepM', ['swepMs', 'sweepMs']), 'sweepMs');
});

test('a name that resembles none leads to none', () => {
  assert.is(nearestName('colour', NAMES), undefined);
  assert.is(nearestName('c', ['a', 'b']), undefined);
});

test('a very long text leads to none', () => {
  assert.is(nearestName('a'.repeat(65), ['a'.repeat(64)]), undefined);
});

test.run();
