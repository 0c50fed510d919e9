// An error's own words decide whose fault it is, in the wordings that the documentation and reports show.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { claudeAdapter } from '../../../../services/workers/adapters/claude.ts';
import { faultOf } from '../../../../services/workers/adapters/provider-fault.ts';
import { NOW_MS, replay } from './replay.ts';

function causeOf(text: string, status: number | null = null): string {
  return faultOf({ text, status, nowMs: NOW_MS, timeZone: 'UTC' })?.cause ?? 'none';
}

function causesOf(texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(texts.map((text) => [text, causeOf(text)]));
}

function all(texts: readonly string[], cause: string): Record<string, string> {
  return Object.fromEntries(texts.map((text) => [text, cause]));
}

test('a limit of the account is a usage limit', () => {
  const texts = [
    'Claude AI usage limit reached|1900000000',
    '5-hour limit reached ∙ resets 2am',
    "You've hit your session limit · resets 12:50am (America/Los_Angeles)",
    "You've hit your weekly limit · resets Dec 7, 5pm (Europe/Berlin)",
    'Opus limit reached ∙ resets 9pm',
    'Credit balance is too low',
    "You've hit your usage limit. Try again later.",
    '{"error":{"type":"usage_limit_reached","message":"The usage limit has been reached"}}',
    'Quota exceeded. Check your plan and billing details.',
    'You exceeded your current quota, please check your plan and billing details.',
  ];

  assert.equal(causesOf(texts), all(texts, 'usage-limit'));
});

test('too many requests are a limit only with a time at which there may be more', () => {
  const error = 'API Error: 429 {"type":"error","error":{"type":"rate_limit_error"}}';

  assert.is(causeOf(error), 'provider-outage');
  assert.is(causeOf(`${error} retry-after: 3600`), 'usage-limit');
  assert.is(causeOf('Please try again in 20 minutes', 429), 'usage-limit');
  assert.is(causeOf('exceeded retry limit, last status: 429 Too Many Requests'), 'provider-outage');
});

test('an overloaded, failing or unreachable provider is an outage', () => {
  const texts = [
    'API Error: Repeated 529 Overloaded errors. The API is at capacity',
    'API Error: 500 {"type":"error","error":{"type":"api_error","message":"Internal server error"}}',
    'API Error: 503 upstream connect error',
    'API Error: Request rejected (429) · this may be a temporary capacity issue.',
    "We're currently experiencing high demand, which may cause temporary errors.",
    'exceeded retry limit, last status: 502 Bad Gateway, request id: x',
    'stream disconnected before completion: error sending request for url (https://x/)',
    'Unable to connect to API (ECONNRESET)',
    'getaddrinfo EAI_AGAIN api.anthropic.com',
    'TypeError: fetch failed',
    'Request timed out.',
  ];

  assert.equal(causesOf(texts), all(texts, 'provider-outage'));
});

test('an account that is not signed in is an outage, and the reason says so', () => {
  const texts = [
    'Not logged in · Please run /login',
    'Invalid API key · Please run /login',
    'OAuth token has expired · Please run /login',
    'This organization has been disabled',
    'API Error: 401 {"type":"error","error":{"type":"authentication_error"}}',
    'unexpected status 401 Unauthorized: Missing bearer or basic authentication in header',
    'Your access token could not be refreshed because your refresh token was revoked.',
  ];
  const faults = texts.map((text) =>
    faultOf({ text, status: null, nowMs: NOW_MS, timeZone: 'UTC' }),
  );

  assert.equal(causesOf(texts), all(texts, 'provider-outage'));
  assert.equal(
    faults.filter((fault) => !fault?.reason.includes('not signed in')),
    [],
  );
});

test('a status decides where the words do not', () => {
  const causes = [401, 403, 408, 429, 500, 529, 400, 404].map((status) => causeOf('no', status));

  assert.equal(causes, [...Array(6).fill('provider-outage'), 'none', 'none']);
});

test('what is nobody else’s fault is none', () => {
  const texts = [
    'TypeError: undefined is not a function',
    'error: 512 files changed, 500 insertions',
    'Prompt is too long',
    "There's an issue with the selected model (opus-9).",
    'Reached maximum number of turns (5)',
    'MCP error -32001: Request timed out',
    'MCP error -32000: Connection closed',
    'session not found in cookie store',
    'write EPIPE',
    '',
  ];

  assert.equal(causesOf(texts), all(texts, 'none'));
});

test('a result that is an error is told by its words', () => {
  const causes = [
    'No conversation found with session ID: 7b1c6f0e',
    'API Error: Claude Code is unable to respond to this request, which appears to violate our Usage Policy',
  ].map((words) => {
    const fields = { type: 'result', subtype: 'error_during_execution', is_error: true };
    const stdout = `${JSON.stringify({ ...fields, errors: [words] })}\n`;
    return replay(claudeAdapter, { stdout, stderr: '', exit: { code: 1, signal: null } }).outcome
      .cause;
  });

  assert.equal(causes, ['resume-failed', 'refused']);
});

test.run();
