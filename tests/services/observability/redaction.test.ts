// What looks like a secret, or stands under a name of one, is nowhere in the log.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { redactedFields, redactedText } from '../../../services/observability/redaction.ts';
import { OncewardError } from '../../../transport/errors.ts';

const SEED = `SUA${'B'.repeat(55)}`;
const CREDENTIALS = [
  '-----BEGIN NATS USER JWT-----',
  'eyJ0eXAiOiJKV1QifQ.hunter2hunter2.hunter2',
  '------END NATS USER JWT------',
  '-----BEGIN USER NKEY SEED-----',
  SEED,
  '------END USER NKEY SEED------',
].join('\n');

/** Each with a secret in it: `hunter2`, or the seed. */
const TEXTS = [
  'connecting to nats://worker:hunter2@10.0.0.1:4222 failed',
  'nats://a:hunter2@one:4222,nats://b:hunter2@two:4222',
  'https://hunter2@github.com/team/shop.git',
  'https://user:hunter2/with@signs@example.com/x',
  'fatal: could not read from https://x-access-token:hunter2@github.com/team/shop',
  'Authorization: Bearer hunter2',
  '{"authorization":"Basic hunter2"}',
  "headers: { authorization: 'token hunter2' }",
  'curl -H "Cookie: session=hunter2; other=hunter2"',
  'GET /api?token=hunter2&page=1',
  'password: hunter2',
  'PGPASSWORD=hunter2',
  'api_key = "hunter2"',
  '{"password":"one hunter2, two","x":1}',
  "password='one \\' hunter2'",
  JSON.stringify({ body: JSON.stringify({ password: 'hunter2' }) }),
  'got Bearer hunter2hunter2',
  `seed ${SEED}`,
  CREDENTIALS,
  'jwt eyJhbGciOiJIUzI1NiJ9.hunter2.hunter2',
  'ghp_hunter2hunter2hunter2hunter2',
  'Command failed: deploy --registry-password hunter2 --verbose',
  'Command failed: gh auth --token "hunter2"',
  'POST https://hooks.slack.com/services/T0000/B0000/hunter2 answered 404',
  'npm_hunter2hunter2hunter2',
  'sk_live_hunter2hunter2hunter2',
  'AIzahunter2hunter2hunter2hunter2',
  'hvs.hunter2hunter2hunter2',
];

function textOf(fields: object): string {
  return JSON.stringify(redactedFields(fields));
}

test('no secret of a text is left', () => {
  const left = TEXTS.map(redactedText).filter((text) => /hunter2|BBBBB/.test(text));

  assert.equal(left, []);
});

test('what is no secret stays readable', () => {
  const plain = [
    'run shop/7/build/1 moved: expected revision 7, found 9',
    'no answer on $JS.API.STREAM.INFO.ONCEWARD_EVENTS: timeout',
    'https://github.com/team/shop.git',
    'written by someone@example.com',
    'the basic idea',
    'unknown option --token-file',
    'see --password; it is read from standard input',
  ];

  assert.equal(plain.map(redactedText), plain);
  assert.is(
    redactedText('nats://worker:hunter2@10.0.0.1:4222 failed'),
    'nats://***@10.0.0.1:4222 failed',
  );
});

test('a field with the name of a secret is hidden, however deep', () => {
  const fields = {
    token: 'hunter2',
    settings: { webhookSecret: 'hunter2', list: [{ 'x-api-key': 'hunter2' }] },
    headers: { Authorization: 'hunter2', Cookie: ['hunter2'] },
    accessToken: { value: 'hunter2' },
    options: { user: 'worker', pass: 'hunter2', tokens: ['hunter2'] },
  };

  assert.not.match(textOf(fields), 'hunter2');
});

test('the fields of the glossary stay as they are', () => {
  const fields = {
    ...{ address: 'run.shop.7.build.1', revision: 9, event: 'claim', from: 'finalizing' },
    ...{ to: 'claimed', durationMs: 12, isRepeat: false, taken: [1, 2], state: null },
    tokens: 3,
  };

  assert.equal(redactedFields(fields), fields);
});

test('an error is written out with its code and causes, and without the secrets in them', () => {
  const cause = new Error('connect nats://u:hunter2@host:4222');
  const details = { url: 'nats://u:hunter2@host:4222', password: 'hunter2' };
  const err = new OncewardError('BROKER_UNAVAILABLE', 'Authorization: hunter2', { cause, details });

  const { err: written } = redactedFields({ err }) as { err: Record<string, unknown> };

  assert.not.match(JSON.stringify(written), 'hunter2');
  assert.is(written['code'], 'BROKER_UNAVAILABLE');
  assert.is((written['cause'] as { message: string }).message, 'connect nats://***@host:4222');
});

test('what has no end is cut off, and what cannot be read is no failure', () => {
  const circle: Record<string, unknown> = {};
  circle['list'] = Array.from({ length: 50 }, () => circle);
  const broken = Object.defineProperty({}, 'a', {
    enumerable: true,
    get: () => {
      throw new Error('no');
    },
  });

  assert.ok(textOf(circle).length < 200_000);
  assert.equal(redactedFields(broken), { fields: '…' });
  assert.is(redactedText('x'.repeat(100_000)).length, 16_385);
  assert.equal(redactedFields({ count: 1n }), { count: '1' });
});

test('a text made to be slow to look through is not', () => {
  const nasty = [
    ...['://a:', '://', 'token= ', 'token="', 'eyJaaaaaaaa.', '-eyJ'],
    ...['-----BEGIN a-----', 'bearer '],
  ];
  const beganMs = performance.now();

  nasty.map((part) => redactedText(part.repeat(20_000)));

  assert.ok(performance.now() - beganMs < 1_000);
});

test.run();
