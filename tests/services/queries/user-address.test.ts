// Addresses as people type them.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  actorAddress,
  parseItemAddress,
  parseUserAddress,
  userAddress,
} from '../../../services/queries/user-address.ts';
import { hasCode } from '../../../transport/errors.ts';

const isUsage = (error: unknown) => hasCode(error, 'USAGE');

test('two parts are an item, three or four a run', () => {
  assert.equal(parseUserAddress('shop/7'), { kind: 'item', project: 'shop', item: '7' });
  const run = { kind: 'run', project: 'shop', item: '7', stage: 'build' };
  assert.equal(parseUserAddress('shop/7/build'), { ...run, attempt: null });
  assert.equal(parseUserAddress('shop/7/build/12'), { ...run, attempt: 12 });
});

test('the form of the subjects is understood, too', () => {
  assert.equal(parseUserAddress('run.shop.7.build.1'), parseUserAddress('shop/7/build/1'));
  assert.equal(parseUserAddress('item.shop.7'), parseUserAddress('shop/7'));
});

test('an account is written as in the subjects, whatever projects are called', () => {
  const account = { kind: 'account', owner: 'provider', name: 'claude' };
  assert.equal(parseUserAddress('account.provider.claude'), account);
  assert.is(parseUserAddress('account/provider/claude').kind, 'run');
  assert.is(actorAddress(parseUserAddress('account.provider.claude')), 'account.provider.claude');
  assert.is(userAddress('account.provider.claude'), 'account.provider.claude');
  assert.throws(() => parseUserAddress('account.nobody.claude'), isUsage);
  assert.throws(() => parseItemAddress('account.provider.claude'), isUsage);
});

test('a merge queue is written as in the subjects, or with its branch as git knows it', () => {
  const queue = { kind: 'merge', project: 'shop', branch: 'release/1.2' };
  assert.equal(parseUserAddress('merge.shop.release/1.2'), queue);
  assert.equal(parseUserAddress('merge.shop.release=2F1=2E2'), queue);
  assert.is(actorAddress(parseUserAddress('merge.shop.main')), 'merge.shop.main');
  assert.is(userAddress('merge.shop.release=2F1=2E2'), 'merge.shop.release=2F1=2E2');
  assert.is(parseUserAddress('merge/shop/main').kind, 'run');
  assert.throws(() => parseItemAddress('merge.shop.main'), isUsage);
  assert.throws(() => parseUserAddress('merge.shop.'), isUsage);
});

test('anything else is a usage error', () => {
  const texts = ['', 'shop', 'shop/', '/7', 'a/b/c/d/e', 'a/b/c/0', 'a/b/c/x', 'a b/c', 'a.b/c'];
  const accepted = texts.filter((text) => {
    try {
      parseUserAddress(text);
      return true;
    } catch (error) {
      return !isUsage(error);
    }
  });
  assert.equal(accepted, []);
});

test('a run is no item', () => {
  assert.throws(() => parseItemAddress('shop/7/build'), isUsage);
});

test('an address reads as it is typed', () => {
  assert.is(userAddress('run.shop.7.build.1'), 'shop/7/build/1');
  assert.is(userAddress('item.shop.7'), 'shop/7');
  assert.is(userAddress('not an address'), 'not an address');
  assert.is(actorAddress(parseUserAddress('shop/7/build/1')), 'run.shop.7.build.1');
  assert.is(actorAddress(parseUserAddress('shop/7/build')), null);
});

test.run();
