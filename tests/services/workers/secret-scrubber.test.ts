// No secret reaches a log, in whatever pieces it comes.
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { credentialValues } from '../../../services/workers/secret-patterns.ts';
import { secretScrubber } from '../../../services/workers/secret-scrubber.ts';

const SEED = Number(process.env['SEED'] ?? 20_261_123);
const KNOWN = ['correct horse 42', 'p@ss/w?rd&x', 'line one 1\nline two 2'];
const KEY_LINES = ['MIIEvQIBADANBgkqhkiG9w0BAQEFAASC', 'BKcwggSjAgEAAoIBAQC7', 'VJT='];
const KEY = ['-----BEGIN RSA PRIVATE KEY-----', ...KEY_LINES, '-----END RSA PRIVATE KEY-----'];
/** Each of a well-known shape, and none of them real. */
const TOKENS = [
  `sk-ant-api03-${'aB3_'.repeat(20)}`,
  `sk-proj-${'xY9-'.repeat(12)}`,
  `ghp_${'a1B2'.repeat(9)}`,
  `github_pat_${'a1B2'.repeat(15)}`,
  `glpat-${'a1-B'.repeat(5)}`,
  'AKIAABCDEFGHIJKLMNOP',
  `xoxb-${'12345-'.repeat(4)}abc`,
  `npm_${'a1B2'.repeat(9)}`,
  `eyJhbGciOiJIUzI1NiJ9.${'eyJz'.repeat(8)}.${'s1G-'.repeat(8)}`,
];
const SECRETS = [...TOKENS, KNOWN[0] ?? '', KNOWN[1] ?? '', 'line two 2'];
const scrubber = secretScrubber(KNOWN);

function streamed(chunks: readonly string[]): string {
  const { push, end } = scrubber.stream();
  return chunks.map(push).join('') + end();
}

function cutAt(text: string, places: readonly number[]): string[] {
  const ends = [...new Set(places.map((place) => place % (text.length + 1)))].sort((a, b) => a - b);
  return [0, ...ends].map((start, index) => text.slice(start, ends[index] ?? text.length));
}

function leftIn(text: string): string[] {
  return [...SECRETS, ...KEY_LINES.slice(0, 2)].filter((secret) => text.includes(secret));
}

const filler = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.constantFrom(' ', '\n', '\r', '\r\n', '"', '-', '://', '@', 'Bearer ', 'é', '-----BEGIN '),
  fc.integer({ min: 1, max: 40_000 }).map((length) => 'x'.repeat(length)),
  fc.integer({ min: 1, max: 8_000 }).map((length) => 'word '.repeat(length)),
);
const secret = fc.constantFrom(...SECRETS, KEY.join('\n'), KEY.join('\\n'));
const apart = fc.constantFrom(' ', '\n', '"', '=');
const text = fc
  .array(
    fc.oneof(
      filler,
      fc.tuple(apart, secret, apart).map((parts) => parts.join('')),
    ),
    {
      maxLength: 25,
    },
  )
  .map((parts) => parts.join(''));

test('in any chunks, the stream says what the whole says', () => {
  const places = fc.array(fc.nat(200_000), { maxLength: 60 });
  const property = fc.property(text, places, (whole, cuts) => {
    assert.is(streamed(cutAt(whole, cuts)), scrubber.scrub(whole));
  });
  fc.assert(property, { numRuns: 400, seed: SEED });
});

test('no secret is left, wherever it stands and however long the line is', () => {
  const property = fc.property(text, (whole) => {
    assert.equal(leftIn(scrubber.scrub(whole)), []);
  });
  fc.assert(property, { numRuns: 600, seed: SEED });
});

test('character by character, nothing of a secret comes early', () => {
  const line = `token ${TOKENS[0]} and ${KNOWN[0]} end\n`;
  const { push, end } = scrubber.stream();

  const told = [...line].map(push);

  assert.is(told.slice(0, -1).join(''), '');
  assert.is(told.at(-1), 'token [secret] and [secret] end\n');
  assert.is(end(), '');
});

test('a line goes out with its end, and a line without one after a bound', () => {
  const { push, end } = scrubber.stream();

  assert.is(push('one\ntwo'), 'one\n');
  assert.is(push(' and\rthree'), 'two and\r');
  const sent = 'x'.repeat(500_000);
  const told = push(sent);

  assert.ok(told.length > sent.length - 70_000);
  assert.is((told + end()).length, sent.length + 'three'.length);
});

test('a secret across a place where a long line may be cut is found', () => {
  const before = [24_476, 32_660].flatMap((first) =>
    Array.from({ length: 120 }, (_, index) => 'y '.repeat(first + index)),
  );

  const left = before.flatMap((start) =>
    leftIn(scrubber.scrub(`${start}${TOKENS[2]} ${'z '.repeat(40_000)}`)),
  );

  assert.equal(left, []);
});

test('a private key goes as a whole, and the log goes on behind it', () => {
  const log = ['before', ...KEY, 'after', ''].join('\n');
  const json = `{"key":"${KEY.join('\\n')}\\n","next":1}\n`;
  const unended = ['before', ...KEY.slice(0, 3), 'this is text again', ''].join('\n');

  assert.is(scrubber.scrub(log), 'before\n[secret]\n\nafter\n');
  assert.is(scrubber.scrub(json), '{"key":"[secret]\\n","next":1}\n');
  assert.is(scrubber.scrub(unended), 'before\n[secret]\nthis is text again\n');
});

test('credentials in addresses and headers go, the rest of the line stays', () => {
  const lines = {
    'git clone https://bot:hunter2@example.com/a.git':
      'git clone https://[secret]@example.com/a.git',
    'Authorization: Bearer abc': 'Authorization: Bearer [secret]',
    'got Bearer abcdef0123456789': 'got Bearer [secret]',
    'AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY':
      'AWS_SECRET_ACCESS_KEY=[secret]',
    'https://x/?q=p%40ss%2Fw%3Frd%26x&y=1': 'https://x/?q=[secret]&y=1',
  };

  assert.equal(
    Object.fromEntries(Object.keys(lines).map((line) => [line, scrubber.scrub(line)])),
    lines,
  );
});

test('what an agent says of secrets stays readable', () => {
  const plain = [
    'const token = await readToken(request);',
    'basic authentication is used, then bearer authorization',
    'password: hunter2 is a bad password',
    'see https://github.com/team/shop and someone@example.com',
    '-----BEGIN CERTIFICATE-----',
    'task-runner-with-a-long-name, sk-short',
  ].join('\n');

  assert.is(scrubber.scrub(plain), plain);
});

test('values under 8 characters are no secrets, of longer ones the longest is taken', () => {
  const { scrub } = secretScrubber(['short', 'abcdefgh', 'abcdefgh-and-more']);

  assert.is(scrub('short abcdefgh abcdefgh-and-more'), 'short [secret] [secret]');
});

test('credentials are told by the names of their variables', () => {
  const environment = {
    ...{ ANTHROPIC_API_KEY: 'one', GITHUB_TOKEN: 'two', DB_PASSWORD: 'three', NATS_CREDS: 'four' },
    ...{ PATH: '/bin', SSH_AUTH_SOCK: '/tmp/x', KEY_FILE: '/k', MONKEY: 'x', EMPTY_KEY: undefined },
  };

  assert.equal(credentialValues(environment), ['one', 'two', 'three', 'four']);
});

test('a text made to be slow to look through is not', () => {
  const beganMs = performance.now();

  for (const part of [
    'eyJaaaaaaaa.',
    '-eyJ',
    '://a:',
    'sk-',
    '-----BEGIN PRIVATE KEY-----',
    'a@',
  ]) {
    scrubber.scrub(part.repeat(20_000));
  }

  assert.ok(performance.now() - beganMs < 3_000);
});

test.run();
