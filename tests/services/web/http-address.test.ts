// Where the page is served, as people write it.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readEnvironment } from '../../../services/config/environment.ts';
import { formatHttpAddress, parseHttpAddress } from '../../../services/config/http-address.ts';
import { hasCode } from '../../../transport/errors.ts';

test('an address is a host and a port, or off', () => {
  assert.equal(parseHttpAddress('127.0.0.1:7717'), { host: '127.0.0.1', port: 7717 });
  assert.equal(parseHttpAddress('Build.lan:0'), { host: 'build.lan', port: 0 });
  assert.equal(parseHttpAddress('[::1]:80'), { host: '::1', port: 80 });
  assert.is(parseHttpAddress('off'), 'off');
});

test('a port alone, a URL, or a port beyond the last is no address', () => {
  const texts = [
    '7717',
    ':7717',
    'localhost',
    'http://a:1',
    'a:65536',
    'a:',
    '::1:80',
    'a b:1',
    '',
  ];

  assert.equal(
    texts.map(parseHttpAddress),
    texts.map(() => null),
  );
});

test('an address is written as it is read', () => {
  assert.is(formatHttpAddress({ host: '::1', port: 80 }), '[::1]:80');
  assert.is(formatHttpAddress({ host: 'localhost', port: 1 }), 'localhost:1');
});

test('the environment names address and token, and a short token is refused without being shown', () => {
  const { http, httpToken } = readEnvironment({
    ONCEWARD_HTTP: '0.0.0.0:80',
    ONCEWARD_HTTP_TOKEN: 'sixteen-at-least',
  });

  assert.equal([http, httpToken], [{ host: '0.0.0.0', port: 80 }, 'sixteen-at-least']);
  assert.throws(
    () => readEnvironment({ ONCEWARD_HTTP: '80', ONCEWARD_HTTP_TOKEN: 'hunter2' }),
    (error: Error) =>
      hasCode(error, 'CONFIG_INVALID') &&
      error.message.includes('ONCEWARD_HTTP: expected host:port') &&
      error.message.includes('ONCEWARD_HTTP_TOKEN') &&
      !error.message.includes('hunter2'),
  );
});

test.run();
