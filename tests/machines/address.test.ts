// Addresses: what they are made of, and that a bad one is told apart without an exception.
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { itemAddress, parseAddress, runAddress } from '../../machines/address.ts';

test('a run has four tokens, an item two', () => {
  assert.equal(parseAddress('run.shop.7.build.1'), {
    ...{ kind: 'run', key: 'shop.7.build.1', project: 'shop', subject: '7' },
  });
  assert.equal(parseAddress('item.shop.7'), {
    ...{ kind: 'item', key: 'shop.7', project: 'shop', subject: '7' },
  });
});

test('an address made from its parts is read back', () => {
  assert.is(parseAddress(runAddress('shop', '7', 'build', 12))?.key, 'shop.7.build.12');
  assert.is(parseAddress(itemAddress('shop', '7'))?.key, 'shop.7');
});

test('an attempt is a whole number from 1, written in one way only', () => {
  const attempts = ['0', '01', '-1', '1e3', '1.0', 'x', '1000000'];

  assert.equal(
    attempts.filter((attempt) => parseAddress(`run.shop.7.build.${attempt}`) !== null),
    [],
  );
});

test('anything else is no address, and no exception', () => {
  const texts = ['', 'run', 'item.shop', 'item.shop.7.8', 'item..7', 'toString.a.b', 'item.*.>'];

  assert.equal(
    texts.filter((text) => parseAddress(text) !== null),
    [],
  );
  fc.assert(fc.property(fc.string(), (text) => void parseAddress(text)));
});

test.run();
