// The rules of a discount, run by `node --test`.
import assert from 'node:assert/strict';
import test from 'node:test';
import { discounted } from '../src/discount.js';

test('no discount leaves the price alone', () => {
  assert.equal(discounted(2_000, 0), 2_000);
});

test('a discount of 10 % takes off a tenth', () => {
  assert.equal(discounted(2_000, 10), 1_800);
});

test('the price stays a whole number of cents', () => {
  assert.equal(discounted(999, 5), 949);
});
