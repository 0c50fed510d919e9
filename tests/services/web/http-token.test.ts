// The token of the page: made once, private, and compared whole.
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  httpTokenOf,
  isSameSecret,
  readHttpToken,
  readingCookie,
} from '../../../services/web/http-token.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { within } from '../../support/within.ts';

const LIMIT_MS = 10_000;

test(
  'a token is made once, readable for its owner alone',
  within(LIMIT_MS, async () => {
    const folder = temporaryDirectory();
    const made = await httpTokenOf(folder, undefined);
    const again = await httpTokenOf(folder, undefined);

    assert.equal(again, made);
    assert.match(made.token, /^[\w-]{43}$/);
    assert.is(made.file, join(folder, 'http-token'));
    assert.is(statSync(join(folder, 'http-token')).mode & 0o777, 0o600);
    assert.is(await readHttpToken(folder), made.token);
  }),
);

test(
  'processes that begin together agree on one token',
  within(LIMIT_MS, async () => {
    const folder = temporaryDirectory();
    const made = await Promise.all(Array.from({ length: 8 }, () => httpTokenOf(folder, undefined)));

    assert.is(new Set(made.map(({ token }) => token)).size, 1);
  }),
);

test(
  'a file that others may read is made private, and one without a token gets one',
  within(LIMIT_MS, async () => {
    const [open, empty] = [temporaryDirectory(), temporaryDirectory()];
    writeFileSync(join(open, 'http-token'), 'a-token-of-some-length\n', { mode: 0o644 });
    writeFileSync(join(empty, 'http-token'), '');

    assert.is((await httpTokenOf(open, undefined)).token, 'a-token-of-some-length');
    assert.is(statSync(join(open, 'http-token')).mode & 0o777, 0o600);
    const { token } = await httpTokenOf(empty, undefined);
    assert.is(readFileSync(join(empty, 'http-token'), 'utf8'), `${token}\n`);
    assert.is(statSync(join(empty, 'http-token')).mode & 0o777, 0o600);
  }),
);

test(
  'a token of the environment is kept nowhere',
  within(LIMIT_MS, async () => {
    const folder = temporaryDirectory();

    assert.equal(await httpTokenOf(folder, 'given-by-somebody'), {
      token: 'given-by-somebody',
      file: null,
    });
    assert.is(await readHttpToken(folder), null);
  }),
);

test('secrets are the same only as a whole', () => {
  assert.ok(isSameSecret('abc', 'abc'));
  assert.not(isSameSecret('abc', 'abd'));
  assert.not(isSameSecret('ab', 'abc'));
  assert.not(isSameSecret('', 'abc'));
});

test('the cookie does not hold the token, and servers with other tokens have other cookies', () => {
  const token = 'a-token-of-some-length';
  const { name, value } = readingCookie(token);

  assert.not.match(value, token);
  assert.is.not(readingCookie('another-token-of-length').name, name);
});

test.run();
