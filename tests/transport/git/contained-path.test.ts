// A name from outside never leads outside.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { hasCode } from '../../../transport/errors.ts';
import { containedPath } from '../../../transport/git/contained-path.ts';

const isRefused = (error: unknown) => hasCode(error, 'PATH_REFUSED');

test('names are joined below the root', () => {
  assert.is(containedPath('/state/runs', 'shop', '7', 'build.1.2'), '/state/runs/shop/7/build.1.2');
});

test('an escaped name is a name like any other', () => {
  assert.is(containedPath('/state', 'release=2F1=2E2'), '/state/release=2F1=2E2');
});

test('a name that climbs, is empty, or holds a separator is refused', () => {
  assert.throws(() => containedPath('/state', '..'), isRefused);
  assert.throws(() => containedPath('/state', '.'), isRefused);
  assert.throws(() => containedPath('/state', ''), isRefused);
  assert.throws(() => containedPath('/state', 'a/b'), isRefused);
  assert.throws(() => containedPath('/state', 'a\\b'), isRefused);
  assert.throws(() => containedPath('/state', 'a\0b'), isRefused);
});

test.run();
