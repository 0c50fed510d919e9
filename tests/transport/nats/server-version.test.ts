// Which nats-server versions are read and accepted.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isAcceptable, parseServerVersion } from '../../../transport/nats/server-version.ts';

const areAcceptable = (...texts: string[]) =>
  texts.map((text) => {
    const version = parseServerVersion(text);
    return version !== null && isAcceptable(version);
  });

test('a version is read from what nats-server prints about itself', () => {
  assert.equal(parseServerVersion('nats-server: v2.15.1'), { major: 2, minor: 15, patch: 1 });
  assert.equal(parseServerVersion('2.12.14-RC.1'), { major: 2, minor: 12, patch: 14 });
});

test('text without a version is not a version', () => {
  assert.is(parseServerVersion('command not found'), null);
  assert.is(parseServerVersion('2.15'), null);
});

test('a server without atomic batches or with defective compare-and-set is not acceptable', () => {
  assert.equal(
    areAcceptable('2.9.10', '2.10.19', '2.12.13', '2.13.0', '2.14.0', '2.14.3', '1.99.99'),
    Array(7).fill(false),
  );
});

test('2.12.14 and later patches, and everything from 2.14.4, are acceptable', () => {
  assert.equal(
    areAcceptable('2.12.14', '2.12.20', '2.14.4', '2.15.1', '3.0.0'),
    Array(5).fill(true),
  );
});

test.run();
