// Who may read and who may write: names, origins, tokens and cookies, each tried against the real server.
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { within } from '../../support/within.ts';
import { type Answer, startWebFixture, TOKEN } from './web-fixture.ts';

const LIMIT_MS = 20_000;
const fixture = await startWebFixture();
const { ask, send, open, web } = fixture;

const told = ({ status, json }: Answer) => [status, json?.error?.code];

/** What is answered to bytes that are no request of a client. */
function answerTo(bytes: string): Promise<string> {
  const socket = connect(web.address.port, '127.0.0.1');
  socket.end(bytes);
  return text(socket);
}

async function revisionOf(address: string): Promise<number> {
  return (await ask(`/api/items/${address}`)).json.revision;
}

test(
  'a request that calls the server by another name is turned away',
  within(LIMIT_MS, async () => {
    const hosts = ['evil.example', `evil.example:${web.address.port}`, '127.0.0.1.evil.example'];
    const answers = await Promise.all(
      hosts.flatMap((host) => [
        ask('/', { headers: { host } }),
        ask('/api/board', { headers: { host } }),
      ]),
    );
    const own = await ask('/api/board', { headers: { host: 'localhost:1' } });

    assert.equal(answers.map(told), Array(6).fill([421, 'ORIGIN_REFUSED']));
    assert.is(own.status, 200);
  }),
);

test(
  'a request without a name, or with a broken one, gets no answer of a route',
  within(LIMIT_MS, async () => {
    const nameless = await answerTo('GET /api/board HTTP/1.0\r\n\r\n');
    const broken = await answerTo(
      'GET /api/board HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n',
    );

    assert.match(nameless, /^HTTP\/1\.1 4\d\d /);
    assert.match(broken, /^HTTP\/1\.1 4\d\d /);
    assert.not.match(nameless + broken, 'rows');
  }),
);

test(
  'what another site makes a browser fetch is refused, a link to the page is not',
  within(LIMIT_MS, async () => {
    const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' };
    const board = await ask('/api/board', { headers });
    const streamed = await ask('/api/board/stream', { headers });
    const link = await ask('/', { headers: { ...headers, 'sec-fetch-mode': 'navigate' } });

    assert.equal([told(board), told(streamed)], Array(2).fill([403, 'ORIGIN_REFUSED']));
    assert.is(link.status, 200);
  }),
);

test(
  'an event from another origin, or from none, is refused whatever its token',
  within(LIMIT_MS, async () => {
    await open('origin');
    const revision = await revisionOf('shop/origin');
    const event = { address: 'shop/origin', type: 'pause' };
    const port = web.address.port;
    const from = (headers: Record<string, string>) => send(event, { revision, headers });
    const answers = await Promise.all([
      from({ origin: 'http://evil.example' }),
      from({ origin: 'null' }),
      from({ origin: '' }),
      from({ origin: `http://127.0.0.1:${port + 1}` }),
      from({ origin: `http://localhost:${port}` }),
      from({ 'sec-fetch-site': 'cross-site' }),
      from({ 'sec-fetch-site': 'same-site' }),
    ]);

    assert.equal(answers.map(told), Array(7).fill([403, 'ORIGIN_REFUSED']));
    assert.is(await revisionOf('shop/origin'), revision);
  }),
);

test(
  'an event without the token, or with a wrong one, is refused',
  within(LIMIT_MS, async () => {
    await open('token');
    const revision = await revisionOf('shop/token');
    const event = { address: 'shop/token', type: 'pause' };
    const from = (authorization: string) => send(event, { revision, headers: { authorization } });
    const answers = await Promise.all([
      from(''),
      from('Bearer '),
      from(`Bearer ${TOKEN}x`),
      from(`Bearer ${TOKEN.slice(0, -1)}`),
      from(`Basic ${TOKEN}`),
      from(TOKEN),
    ]);

    assert.equal(answers.map(told), Array(6).fill([401, 'TOKEN_REQUIRED']));
    assert.is(answers[0]?.headers['www-authenticate'], 'Bearer');
    assert.is(await revisionOf('shop/token'), revision);
  }),
);

test(
  'the cookie that lets a browser read does not let it write',
  within(LIMIT_MS, async () => {
    await open('cookie');
    const revision = await revisionOf('shop/cookie');
    const origin = `http://127.0.0.1:${web.address.port}`;
    const headers = { origin, 'content-type': 'application/json' };
    const body = JSON.stringify({ token: TOKEN });
    const session = await ask('/api/session', { method: 'POST', body, headers });
    const [cookie = ''] = session.headers['set-cookie'] ?? [];
    const sent = await send(
      { address: 'shop/cookie', type: 'pause' },
      { revision, headers: { cookie: cookie.split(';')[0] ?? '', authorization: '' } },
    );

    assert.is(session.status, 204);
    assert.match(cookie, /^onceward-[0-9a-f]{8}=[0-9a-f]{64}; Path=\/; HttpOnly; SameSite=Strict$/);
    assert.equal(told(sent), [401, 'TOKEN_REQUIRED']);
  }),
);

test(
  'a browser that came by https sends its cookie by https alone',
  within(LIMIT_MS, async () => {
    const origin = `https://127.0.0.1:${web.address.port}`;
    const headers = { origin, 'content-type': 'application/json' };
    const body = JSON.stringify({ token: TOKEN });
    const session = await ask('/api/session', { method: 'POST', body, headers });

    assert.match(session.headers['set-cookie']?.[0] ?? '', /; HttpOnly; SameSite=Strict; Secure$/);
  }),
);

test(
  'what a proxy passes on comes from elsewhere: reading needs the token on loopback, too',
  within(LIMIT_MS, async () => {
    const marks = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'];
    const answers = await Promise.all(
      marks.map((name) => ask('/api/board', { headers: { [name]: '203.0.113.9' } })),
    );
    const headers = { via: '1.1 proxy', authorization: `Bearer ${TOKEN}` };
    const known = await ask('/api/board', { headers });

    assert.equal(answers.map(told), Array(4).fill([401, 'TOKEN_REQUIRED']));
    assert.is(known.status, 200);
  }),
);

test(
  'beyond loopback reading needs the token, as a cookie or a header; the shell does not',
  within(LIMIT_MS, async () => {
    const wide = await startWebFixture({ address: { host: '0.0.0.0', port: 0 } });
    const closed = [
      '/api/board',
      '/api/board/stream',
      '/api/fleet',
      '/api/queues',
      '/api/queues/stream',
      '/api/queues/shop/main',
      '/charts/run.svg',
      '/metrics',
    ];
    const shut = await Promise.all(closed.map((path) => wide.ask(path)));
    const shell = await Promise.all(
      ['/', '/livez', '/readyz', '/page/main.js'].map((path) => wide.ask(path)),
    );
    const stranger = await wide.ask('/api/session');
    const origin = `http://127.0.0.1:${wide.web.address.port}`;
    const headers = { origin, 'content-type': 'application/json' };
    const logIn = (token: string) =>
      wide.ask('/api/session', { method: 'POST', headers, body: JSON.stringify({ token }) });
    const wrong = await logIn('another-token-of-length');
    const [cookie = ''] = (await logIn(TOKEN)).headers['set-cookie'] ?? [];
    const named = { headers: { cookie: cookie.split(';')[0] ?? '' } };
    const byCookie = await wide.ask('/api/board', named);
    const visitor = await wide.ask('/api/session', named);
    const bearer = { headers: { authorization: `Bearer ${TOKEN}` } };
    const byToken = await wide.ask('/api/board', bearer);
    const probe = await wide.ask('/livez', { headers: { host: 'monitor.example' } });
    await wide.close();

    assert.equal(shut.map(told), Array(8).fill([401, 'TOKEN_REQUIRED']));
    assert.equal(
      shell.map(({ status }) => status),
      Array(4).fill(200),
    );
    assert.equal([stranger.json.mayRead, stranger.json.operator], [false, null]);
    assert.equal(told(wrong), [401, 'TOKEN_REQUIRED']);
    assert.equal([byCookie.status, byToken.status, probe.status], [200, 200, 200]);
    const { mayRead, mayWrite, operator } = visitor.json;
    assert.equal([mayRead, mayWrite, operator], [true, false, 'operator:tester']);
    assert.match(wide.log(), 'without encryption');
    assert.not.match(fixture.log(), 'without encryption');
  }),
);

test.after(fixture.close);
test.run();
