// Which names and origins are this server's own.
import { hostname } from 'node:os';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  isForeign,
  isLoopbackAddress,
  isOwnName,
  isSameOrigin,
} from '../../../services/web/http-names.ts';

const LOOPBACK = { host: '127.0.0.1' };
const request = { host: 'localhost:7717', origin: undefined, site: undefined, mode: undefined };

test('names of the loopback are own names, with any port', () => {
  const names = ['localhost:7717', 'LOCALHOST', '127.0.0.1:9', '127.9.9.9', '[::1]:7717'];

  assert.equal(
    names.filter((name) => isOwnName(name, LOOPBACK)),
    names,
  );
});

test('a name that somebody can point here is no own name', () => {
  const names = [
    ...['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', '192.168.1.2'],
    ...['localhost@evil.example', 'localhost:7717:1', '', 'evil.example:localhost'],
  ];

  assert.equal(
    names.filter((name) => isOwnName(name, LOOPBACK)),
    [],
  );
  assert.not(isOwnName(undefined, LOOPBACK));
});

test('the configured host is an own name', () => {
  assert.ok(isOwnName('Build.lan:7717', { host: 'build.lan' }));
  assert.ok(isOwnName('[fd00::1]:7717', { host: 'fd00::1' }));
  assert.not(isOwnName('other.lan:7717', { host: 'build.lan' }));
});

test('on every interface addresses and the name of the machine are own names, others are not', () => {
  const anywhere = { host: '0.0.0.0' };

  assert.ok(isOwnName('192.168.1.2:7717', anywhere));
  assert.ok(isOwnName(hostname(), anywhere));
  assert.not(isOwnName('evil.example', anywhere));
});

test('only addresses of the loopback are loopback', () => {
  assert.ok(isLoopbackAddress('127.0.0.1'));
  assert.ok(isLoopbackAddress('::1'));
  assert.not(isLoopbackAddress('0.0.0.0'));
  assert.not(isLoopbackAddress('::'));
  assert.not(isLoopbackAddress('192.168.127.1'));
});

test('a request is of the same origin when Origin and Host agree and the browser does not deny it', () => {
  const origin = 'http://localhost:7717';

  assert.ok(isSameOrigin({ ...request, origin }));
  assert.ok(isSameOrigin({ ...request, origin: 'https://localhost:7717' }));
  assert.ok(isSameOrigin({ ...request, origin, site: 'same-origin' }));
  assert.not(isSameOrigin(request));
  assert.not(isSameOrigin({ ...request, origin: 'null' }));
  assert.not(isSameOrigin({ ...request, origin: 'http://localhost:7718' }));
  assert.not(isSameOrigin({ ...request, origin, site: 'same-site' }));
  assert.not(isSameOrigin({ ...request, origin, site: 'none' }));
});

test('what another site makes a browser fetch is foreign, where it leads its user is not', () => {
  assert.ok(isForeign({ ...request, site: 'cross-site', mode: 'no-cors' }));
  assert.ok(isForeign({ ...request, site: 'same-site', mode: 'cors' }));
  assert.not(isForeign({ ...request, site: 'cross-site', mode: 'navigate' }));
  assert.not(isForeign({ ...request, site: 'same-origin', mode: 'cors' }));
  assert.not(isForeign(request));
});

test.run();
