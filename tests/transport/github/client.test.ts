// The connection to GitHub: credentials, repeats, rate limits, remembered answers, errors.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { githubTracker } from '../../../transport/tracker/github-tracker.ts';
import { rejects } from '../../support/rejects.ts';
import { within } from '../../support/within.ts';
import { closeGitHub, NOW_MS, openGitHub } from './github-fixture.ts';

const LIMIT_MS = 30_000;
const HOUR_S = 3_600;

test.after(closeGitHub);

async function setup() {
  const fixture = await openGitHub();
  const [owner = '', repo = ''] = fixture.repository.split('/');
  const read = (client = fixture.client()) => client.octokit.rest.repos.get({ owner, repo });
  const path = new RegExp(`^/repos/${fixture.repository}$`);
  const breakRead = fixture.github.breakNext.bind(null, 'GET', path);
  return { ...fixture, owner, repo, read, breakRead };
}

test(
  'requests say that onceward asks, and which version of it',
  within(LIMIT_MS, async () => {
    const { github, read } = await setup();
    await read();
    assert.match(github.requests[0]?.userAgent ?? '', /^onceward\/1\.2\.3\b/);
  }),
);

test(
  'what has not changed is asked for conditionally and served from memory',
  within(LIMIT_MS, async () => {
    const { client, read, seen } = await setup();
    const connection = client();
    const first = await read(connection);
    const second = await read(connection);
    assert.equal(seen(), ['GET  200', 'GET  304']);
    assert.equal(second.data, first.data);
    const { requests, notModified } = connection.status();
    assert.equal([requests, notModified], [2, 1]);
  }),
);

test(
  'what has changed is served anew',
  within(LIMIT_MS, async () => {
    const { github, client, as, read } = await setup();
    const connection = client();
    await read(connection);
    await as(github.tokens.owner, 'PATCH', '', { description: 'another' });
    assert.is((await read(connection)).data.description, 'another');
  }),
);

test(
  'the numbers of the rate limit are those of the last answer',
  within(LIMIT_MS, async () => {
    const { client, read } = await setup();
    const [first, second] = [client(), client()];
    await read(first);
    const [before] = first.status().limits;
    // What one has in memory is asked for again at no cost; another one has nothing in memory.
    await read(second);
    const [after] = second.status().limits;
    assert.equal([after?.resource, after?.limit], ['core', 5_000]);
    assert.is(after?.remaining, (before?.remaining ?? 0) - 1);
    assert.ok((after?.resetAtMs ?? 0) > Date.now());
  }),
);

test(
  'a read that fails on the side of GitHub is repeated',
  within(LIMIT_MS, async () => {
    const { read, breakRead, seen } = await setup();
    breakRead({ kind: 'status', status: 502 });
    await read();
    assert.equal(seen(), ['GET  502', 'GET  200']);
  }),
);

test(
  'a read that is not answered in time is repeated',
  within(LIMIT_MS, async () => {
    const { client, read, breakRead, seen } = await setup();
    breakRead({ kind: 'no-answer' });
    await read(client({ timeoutMs: 1_000 }));
    assert.equal(seen(), ['GET  0', 'GET  200']);
  }),
);

test(
  'what creates something is not repeated, and its outcome is not known',
  within(LIMIT_MS, async () => {
    const { github, client, owner, repo, seen } = await setup();
    github.breakNext('POST', /\/issues$/, { kind: 'status', status: 502 });
    const create = client().octokit.rest.issues.create({ owner, repo, title: 'x' });
    const { message } = await rejects(create, 'OUTSIDE_UNAVAILABLE');
    assert.match(message, `POST /repos/${owner}/${repo}/issues: 502`);
    assert.equal(seen(), ['POST /issues 502']);
  }),
);

test(
  'a read whose answer breaks off is repeated, a write is not',
  within(LIMIT_MS, async () => {
    const { github, client, read, breakRead, owner, repo, seen } = await setup();
    breakRead({ kind: 'cut-answer' });
    await read();
    github.breakNext('POST', /\/issues$/, { kind: 'cut-answer' });
    const create = client().octokit.rest.issues.create({ owner, repo, title: 'x' });
    await rejects(create, 'OUTSIDE_UNAVAILABLE');
    assert.equal(seen(), ['GET  200', 'GET  200', 'POST /issues 201']);
  }),
);

test(
  'a page in place of an answer is an outage, whatever its status says',
  within(LIMIT_MS, async () => {
    const { read, breakRead } = await setup();
    const headers = { 'content-type': 'text/html' };
    breakRead({ kind: 'status', status: 200, headers, body: '<h1>Being repaired</h1>' });
    const { message } = await rejects(read(), 'OUTSIDE_UNAVAILABLE');
    assert.match(message, /: 200, but the answer is no JSON$/);
  }),
);

test(
  'a rate limit that is over soon is waited for',
  within(LIMIT_MS, async () => {
    const { read, breakRead, seen } = await setup();
    const message = 'You have exceeded a secondary rate limit.';
    breakRead({ kind: 'status', status: 403, message, headers: { 'retry-after': '1' } });
    await read();
    assert.equal(seen(), ['GET  403', 'GET  200']);
  }),
);

test(
  'a used up rate limit says until when, and nothing is asked before',
  within(LIMIT_MS, async () => {
    const { client, read, breakRead, seen } = await setup();
    const reset = Math.floor(NOW_MS / 1_000) + HOUR_S;
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(reset) };
    breakRead({ kind: 'status', status: 403, headers });
    const connection = client();
    const { details } = await rejects(read(connection), 'RATE_LIMITED');
    assert.is(details['untilMs'], reset * 1_000);
    await rejects(read(connection), 'RATE_LIMITED');
    assert.equal(seen(), ['GET  403']);
    assert.is(connection.status().closedUntilMs, reset * 1_000);
  }),
);

test(
  'a secondary rate limit that lasts longer is not waited for',
  within(LIMIT_MS, async () => {
    const { client, read, breakRead } = await setup();
    const headers = { 'retry-after': '300' };
    breakRead({ kind: 'status', status: 429, message: 'secondary rate limit', headers });
    const { details } = await rejects(read(client()), 'RATE_LIMITED');
    assert.is(details['untilMs'], NOW_MS + 300_000);
  }),
);

test(
  'an unknown token is refused, and stands in no message',
  within(LIMIT_MS, async () => {
    const { client, read, breakRead } = await setup();
    const token = 'plainSecretOfNoKnownForm';
    const refused = await rejects(read(client({ token })), 'OUTSIDE_REFUSED');
    assert.is(refused.details['status'], 401);
    breakRead({ kind: 'status', status: 403, message: `who is ${token}, or ghp_abcdefABCDEF012?` });
    const { message } = await rejects(read(client({ token })), 'OUTSIDE_REFUSED');
    assert.match(message, /403, who is \*\*\*, or \*\*\*\?$/);
  }),
);

test(
  'an error holds neither the request nor its headers',
  within(LIMIT_MS, async () => {
    const { github, client, read, breakRead } = await setup();
    breakRead({ kind: 'status', status: 404 });
    const error = await rejects(read(client()), 'OUTSIDE_REFUSED');
    assert.not.match(JSON.stringify([error, error.message, error.stack]), github.tokens.bot);
    assert.is(error.cause, undefined);
  }),
);

test(
  'nobody listening is an outage',
  within(LIMIT_MS, async () => {
    const { client, owner, repo } = await setup();
    const { octokit } = client({ apiUrl: 'http://127.0.0.1:9' });
    await rejects(octokit.rest.issues.create({ owner, repo, title: 'x' }), 'OUTSIDE_UNAVAILABLE');
  }),
);

test(
  'an app logs in with its key, and writes as itself',
  within(LIMIT_MS, async () => {
    const { client, repository, issue } = await setup();
    const connection = client({ isApp: true });
    const tracker = githubTracker({ client: connection, repository, label: 'onceward' });
    const draft = { key: 'k', body: 'from the app' };
    const ref = await issue('a');
    assert.is(await tracker.putComment(ref, draft), 'created');
    assert.is(await tracker.putComment(ref, draft), 'unchanged');
    const [comment] = await tracker.comments(0);
    assert.is(comment?.author, 'onceward-app[bot]');
    assert.is(comment?.isAuthorised, false);
    assert.is(await connection.login(), 'onceward-app[bot]');
  }),
);

test(
  'a key that is none is refused without being repeated in the message',
  within(LIMIT_MS, async () => {
    const { github, owner, repo } = await setup();
    const { createGitHubClient } = await import('../../../transport/github/client.ts');
    const app = { ...github.app, privateKey: '-----BEGIN RSA PRIVATE KEY-----\nsecret\n' };
    const clock = { nowMs: () => NOW_MS };
    const given = { name: 'broken', apiUrl: github.url, version: '1', clock };
    const { octokit } = createGitHubClient({ ...given, app });
    const error = await rejects(octokit.rest.repos.get({ owner, repo }), 'OUTSIDE_REFUSED');
    assert.not.match(error.message, /secret/);
  }),
);

test(
  'a GitHub Enterprise Server is asked below its own path',
  within(LIMIT_MS, async () => {
    const { github, client, repository, issue } = await setup();
    const connection = client({ apiUrl: `${github.url}/api/v3/` });
    await issue('a');
    const tracker = githubTracker({ client: connection, repository, label: 'onceward' });
    assert.is((await tracker.issues()).length, 1);
  }),
);

test.run();
