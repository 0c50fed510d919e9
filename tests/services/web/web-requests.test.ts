// What every answer says, and what is not taken for a request: sizes, types, methods, revisions and paths.
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { within } from '../../support/within.ts';
import { type Answer, startWebFixture, TOKEN } from './web-fixture.ts';

const LIMIT_MS = 20_000;
const fixture = await startWebFixture();
const { ask, send, open, stream, web, stateDirectory } = fixture;
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; " +
  "connect-src 'self'; font-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const GUARDS = [
  'content-security-policy',
  'x-content-type-options',
  'referrer-policy',
  'cross-origin-resource-policy',
  'access-control-allow-origin',
];

const told = ({ status, json }: Answer) => [status, json?.error?.code];

/** What is answered to bytes that are no request of a client. */
function answerTo(bytes: string): Promise<string> {
  const socket = connect(web.address.port, '127.0.0.1');
  socket.end(bytes);
  return text(socket);
}

test(
  'what a person has mistyped is answered by the page, and what a program has, by an error',
  within(LIMIT_MS, async () => {
    const headers = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
    const typed = ['/nowhere', '/items/shop', '/fleet/'];
    const [shell, ...pages] = await Promise.all(
      ['/', ...typed].map((path) => ask(path, { headers })),
    );
    const programs = await Promise.all([ask('/nowhere'), ask('/api/none', { headers })]);

    assert.equal(
      pages.map(({ status, headers }) => [status, headers['content-type']]),
      typed.map(() => [404, shell?.headers['content-type']]),
    );
    assert.ok(pages.every(({ text }) => text.includes('/page/main.js')));
    assert.equal(
      programs.map(({ status, json }) => [status, json.error.code]),
      [
        [404, 'REQUEST_INVALID'],
        [404, 'REQUEST_INVALID'],
      ],
    );
  }),
);

test(
  'every answer tells browsers to load nothing from elsewhere, errors included',
  within(LIMIT_MS, async () => {
    const paths = [
      '/',
      '/page/none.js',
      '/api/board',
      '/api/none',
      '/api/items/shop/none',
      '/livez',
    ];
    const answers = await Promise.all(paths.map((path) => ask(path)));
    const stranger = await ask('/', { headers: { host: 'evil.example' } });
    const streamed = await stream('/api/board/stream');
    streamed.destroy();

    const expected = [POLICY, 'nosniff', 'no-referrer', 'same-origin', undefined];
    const all = [...answers, stranger, streamed];
    assert.equal(
      all.map(({ headers }) => GUARDS.map((name) => headers[name])),
      all.map(() => expected),
    );
    const garbled = await answerTo('garbage\r\n\r\n');
    assert.match(garbled, /^HTTP\/1\.1 400 /);
    assert.match(garbled, POLICY);
  }),
);

test(
  'what Node would answer by itself is answered like all else',
  within(LIMIT_MS, async () => {
    const end = 'Connection: close\r\n\r\n';
    const nameless = await answerTo(`GET /livez HTTP/1.1\r\n${end}`);
    const expecting = await answerTo(`GET /none HTTP/1.1\r\nHost: ::\r\nExpect: tea\r\n${end}`);

    const answers = [nameless, expecting];
    assert.equal(
      answers.map((answer) => /^HTTP\/1\.1 4\d\d /.test(answer) && answer.includes(POLICY)),
      [true, true],
    );
  }),
);

test(
  'an event needs the revision it was decided on, as exactly one',
  within(LIMIT_MS, async () => {
    await open('match');
    const event = { address: 'shop/match', type: 'pause' };
    const match = (value: string) => send(event, { headers: { 'if-match': value } });
    const answers = await Promise.all([match('*'), match('7'), match('"7", "8"'), match('W/"7"')]);

    assert.equal(told(await send(event)), [428, 'REVISION_REQUIRED']);
    assert.equal(answers.map(told), Array(4).fill([400, 'REQUEST_INVALID']));
    assert.equal(told(await send(event, { revision: 999_999 })), [412, 'REVISION_CONFLICT']);
  }),
);

test(
  'only JSON of the right shape, and not too much of it, is taken',
  within(LIMIT_MS, async () => {
    const event = { address: 'shop/1', type: 'pause' };
    const typed = (type: string) => send(event, { revision: 1, headers: { 'content-type': type } });
    const large = { ...event, data: { text: 'x'.repeat(307_200) } };
    const chunked = { 'transfer-encoding': 'chunked' };
    const answers = await Promise.all([
      typed('text/plain'),
      typed('application/x-www-form-urlencoded'),
      typed('application/json; charset=utf-16'),
      send(large, { revision: 1 }),
      send(large, { revision: 1, headers: chunked }),
      send(event, { revision: 1, body: '{' }),
      send({ address: 7 }, { revision: 1 }),
      send({ ...event, data: [] }, { revision: 1 }),
    ]);

    assert.equal(
      answers.map(({ status }) => status),
      [415, 415, 415, 413, 413, 400, 400, 400],
    );
    assert.equal(new Set(answers.map(({ json }) => json.error.code)), new Set(['REQUEST_INVALID']));
  }),
);

test(
  'other methods than GET, HEAD and POST are not served',
  within(LIMIT_MS, async () => {
    const methods = ['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE'];
    const answers = await Promise.all(methods.map((method) => ask('/api/board', { method })));
    const head = await ask('/api/board', { method: 'HEAD' });
    const streamed = await ask('/api/board/stream', { method: 'HEAD' });

    assert.equal(
      answers.map(({ status }) => status),
      Array(5).fill(405),
    );
    assert.equal([head.status, head.text], [200, '']);
    assert.is(streamed.status, 405);
  }),
);

test(
  'no path leads to a file that is not of the page, nor to a log outside the folder of logs',
  within(LIMIT_MS, async () => {
    const paths = [
      ...['/page/../web-server.ts', '/page/%2e%2e/web-server.ts', '/page/..%2fweb-server.ts'],
      ...['/page/tsconfig.json', '/page//etc/passwd', '/page/%2fetc%2fpasswd', '/page/'],
      ...['/api/logs/..%2f..%2fetc/passwd/a/1', '/api/logs/shop/%2e%2e/a/1', '/api/logs/a/b/c/0'],
      ...['/api/items/shop/..%2f..', '/api/items/shop/*', '/charts/pipelines/*.json'],
      ...['/charts/items/shop/%2e%2e.svg', '/charts/../../../etc/passwd'],
    ];
    const answers = await Promise.all(paths.map((path) => ask(path)));

    const found = answers.filter(({ status }) => status !== 404 && status !== 400);
    assert.equal(found, []);
    assert.not.match(answers.map(({ text }) => text).join(), stateDirectory);
  }),
);

test(
  'the log of requests names method, path and outcome, and never what was asked with',
  within(LIMIT_MS, async () => {
    await send({ address: 'shop/none', type: 'pause' }, { revision: 1 });
    await ask(`/api/board?q=${TOKEN}`, { headers: { authorization: `Bearer ${TOKEN}` } });

    assert.match(fixture.log(), '"method":"GET","path":"/api/board","status":200,"durationMs":');
    assert.not.match(fixture.log(), TOKEN);
  }),
);

test(
  'an error that is not ours shows nothing of itself',
  within(LIMIT_MS, async () => {
    const failing = await startWebFixture({
      health: {
        check: async () => {
          throw new Error('the secret of the test');
        },
      },
    });
    const { status, text: content, json } = await failing.ask('/readyz');
    await failing.close();

    assert.equal([status, json.error.code], [500, 'UNEXPECTED']);
    assert.not.match(content, 'secret');
    assert.match(failing.log(), 'a request failed');
  }),
);

test.after(fixture.close);
test.run();
