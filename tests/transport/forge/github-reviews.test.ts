// Reviews on GitHub: verdicts of people and programs, and threads that may be resolved.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { githubForge } from '../../../transport/forge/github-forge.ts';
import { rejects } from '../../support/rejects.ts';
import { within } from '../../support/within.ts';
import { closeGitHub, NOW_MS, openGitHub } from '../github/github-fixture.ts';

const LIMIT_MS = 30_000;

test.after(closeGitHub);

async function setup() {
  const fixture = await openGitHub();
  const { repository, github, as } = fixture;
  const { owner } = github.tokens;
  const forge = githubForge({ client: fixture.client(), repository });
  const { sha } = (await as(owner, 'GET', '/git/ref/heads/main')).object;
  await as(owner, 'POST', '/git/refs', { ref: 'refs/heads/onceward/x', sha });
  const given = { title: 'x', head: 'onceward/x', base: 'main' };
  const { number } = await as(owner, 'POST', '/pulls', given);
  const review = (token: string, event: string, body: string, comments: object[] = []) =>
    as(token, 'POST', `/pulls/${number}/reviews`, { event, body, comments });
  const say = (token: string, body: string, more: object = {}) =>
    as(token, 'POST', `/pulls/${number}/comments`, { body, path: 'a.js', line: 3, ...more });
  fixture.seen();
  return { ...fixture, forge, sha, number, review, say, reviews: () => forge.reviews(number) };
}

test(
  'reviews tell who gave them, for which commit, and whether they may push',
  within(LIMIT_MS, async () => {
    const { review, reviews, github, sha } = await setup();
    await review(github.tokens.human, 'REQUEST_CHANGES', 'no');
    await review(github.tokens.stranger, 'APPROVE', 'nice');
    const found = (await reviews()).reviews;
    assert.equal(
      found.map(({ author, state, isHuman, isCollaborator, body }) => {
        return [author, state, isHuman, isCollaborator, body];
      }),
      [
        ['alice', 'changes_requested', true, true, 'no'],
        ['mallory', 'approved', true, false, 'nice'],
      ],
    );
    assert.equal(
      found.map((given) => given.sha),
      [sha, sha],
    );
  }),
);

test(
  'a review that is not yet submitted is none, and a dismissed one is told as such',
  within(LIMIT_MS, async () => {
    const { review, reviews, as, github, number } = await setup();
    await as(github.tokens.human, 'POST', `/pulls/${number}/reviews`, { body: 'draft' });
    const { id } = await review(github.tokens.human, 'REQUEST_CHANGES', 'no');
    const path = `/pulls/${number}/reviews/${id}/dismissals`;
    await as(github.tokens.owner, 'PUT', path, { message: 'settled' });
    assert.equal(
      (await reviews()).reviews.map(({ state }) => state),
      ['dismissed'],
    );
  }),
);

test(
  'what is said at a line is one thread with its answers',
  within(LIMIT_MS, async () => {
    const { say, reviews, github } = await setup();
    const { id } = await say(github.tokens.human, 'why?');
    await say(github.tokens.stranger, 'another');
    await say(github.tokens.owner, 'because', { in_reply_to_id: id });
    const [first, second] = (await reviews()).threads;
    assert.equal(
      [first?.id, first?.author, first?.path, first?.line, first?.body],
      [String(id), 'alice', 'a.js', 3, 'alice: why?\n\nacme: because'],
    );
    assert.equal([second?.body, second?.isCollaborator], ['mallory: another', false]);
  }),
);

test(
  'a resolved thread is told as resolved',
  within(LIMIT_MS, async () => {
    const { say, reviews, github } = await setup();
    const { id } = await say(github.tokens.human, 'why?');
    await say(github.tokens.human, 'and this?');
    github.resolveThread(id);
    assert.equal(
      (await reviews()).threads.map(({ isResolved }) => isResolved),
      [true, false],
    );
  }),
);

test(
  'where GraphQL is refused nobody knows whether a thread is resolved',
  within(LIMIT_MS, async () => {
    const { say, reviews, github } = await setup();
    await say(github.tokens.human, 'why?');
    github.breakNext('POST', /^\/graphql$/, { kind: 'status', status: 404 });
    assert.equal(
      (await reviews()).threads.map(({ isResolved }) => isResolved),
      [null],
    );
  }),
);

test(
  'an outage of GraphQL is an outage, not an open thread',
  within(LIMIT_MS, async () => {
    const { say, reviews, github } = await setup();
    await say(github.tokens.human, 'why?');
    github.breakNext('POST', /^\/graphql$/, { kind: 'status', status: 502 });
    await rejects(reviews(), 'OUTSIDE_UNAVAILABLE');
  }),
);

test(
  'a used up limit of GraphQL says until when, and leaves all else open',
  within(LIMIT_MS, async () => {
    const { say, reviews, forge, github } = await setup();
    await say(github.tokens.human, 'why?');
    const reset = Math.floor(NOW_MS / 1_000) + 3_600;
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(reset) };
    const body = JSON.stringify({ errors: [{ type: 'RATE_LIMITED', message: 'later' }] });
    github.breakNext('POST', /^\/graphql$/, { kind: 'status', status: 200, headers, body });
    const { details } = await rejects(reviews(), 'RATE_LIMITED');
    assert.is(details['untilMs'], reset * 1_000);
    assert.is((await forge.pullRequests()).length, 1);
    await rejects(reviews(), 'RATE_LIMITED');
  }),
);

test(
  'a thread that we began is ours',
  within(LIMIT_MS, async () => {
    const { say, reviews, github } = await setup();
    await say(github.tokens.bot, '<!-- onceward:k -->\nnote');
    assert.is((await reviews()).threads[0]?.isOwn, true);
  }),
);

test(
  'without threads GraphQL is not asked',
  within(LIMIT_MS, async () => {
    const { reviews, seen, number } = await setup();
    assert.equal(await reviews(), { reviews: [], threads: [] });
    assert.equal(seen(), [`GET /pulls/${number}/reviews 200`, `GET /pulls/${number}/comments 200`]);
  }),
);

test.run();
