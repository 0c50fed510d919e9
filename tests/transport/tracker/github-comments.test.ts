// Comments on GitHub: who may decide by one, and that ours are never there twice.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { githubTracker } from '../../../transport/tracker/github-tracker.ts';
import { rejects } from '../../support/rejects.ts';
import { within } from '../../support/within.ts';
import { closeGitHub, openGitHub } from '../github/github-fixture.ts';

const LIMIT_MS = 30_000;

test.after(closeGitHub);

async function setup(options: { commanders?: string[] } = {}) {
  const fixture = await openGitHub();
  const { repository, github, as } = fixture;
  const open = () =>
    githubTracker({ client: fixture.client(), repository, label: 'onceward', ...options });
  const ref = await fixture.issue('a');
  const say = (token: string, body: string) =>
    as(token, 'POST', `/issues/${ref}/comments`, { body });
  const bodies = async (): Promise<string[]> =>
    (await as(github.tokens.human, 'GET', `/issues/${ref}/comments`)).map(
      ({ body }: { body: string }) => body,
    );
  fixture.seen();
  return { ...fixture, open, tracker: open(), ref, say, bodies };
}

test(
  'collaborators may decide, passers-by may not',
  within(LIMIT_MS, async () => {
    const { tracker, say, github, ref } = await setup();
    await say(github.tokens.human, '/retry');
    await say(github.tokens.stranger, '/cancel');
    const comments = await tracker.comments(0);
    assert.equal(
      comments.map(({ ref, author, body, isAuthorised }) => [ref, author, body, isAuthorised]),
      [
        [ref, 'alice', '/retry', true],
        [ref, 'mallory', '/cancel', false],
      ],
    );
  }),
);

test(
  'a listed commander may decide, whoever it is',
  within(LIMIT_MS, async () => {
    const { tracker, say, github } = await setup({ commanders: ['Mallory'] });
    await say(github.tokens.stranger, '/cancel');
    assert.is((await tracker.comments(0))[0]?.isAuthorised, true);
  }),
);

test(
  'only what was written or edited since then is told, in that order',
  within(LIMIT_MS, async () => {
    const { tracker, say, github } = await setup();
    await say(github.tokens.human, 'first');
    const { created_at } = await say(github.tokens.human, 'second');
    const since = Date.parse(created_at);
    assert.equal(
      (await tracker.comments(0)).map(({ body }) => body),
      ['first', 'second'],
    );
    assert.equal(await tracker.comments(since + 60_000), []);
  }),
);

test(
  'while nobody says anything, a later question costs nothing',
  within(LIMIT_MS, async () => {
    const { tracker, seen } = await setup();
    const fiveMinutes = 300_000;
    const start = Math.floor(Date.now() / fiveMinutes) * fiveMinutes;
    await tracker.comments(start);
    await tracker.comments(start + 60_000);
    assert.equal(seen(), ['GET /issues/comments 200', 'GET /issues/comments 304']);
  }),
);

test(
  'a comment on a pull request is told as such',
  within(LIMIT_MS, async () => {
    const { tracker, as, github } = await setup();
    const { owner, human } = github.tokens;
    const { sha } = (await as(owner, 'GET', '/git/ref/heads/main')).object;
    await as(owner, 'POST', '/git/refs', { ref: 'refs/heads/onceward/x', sha });
    const given = { title: 'x', head: 'onceward/x', base: 'main' };
    const { number } = await as(owner, 'POST', '/pulls', given);
    await as(human, 'POST', `/issues/${number}/comments`, { body: 'nice' });
    const [comment] = await tracker.comments(0);
    assert.equal([comment?.ref, comment?.isOnPullRequest], [String(number), true]);
  }),
);

test(
  'a comment is made once, left alone while it says the same, and edited when it does not',
  within(LIMIT_MS, async () => {
    const { tracker, ref, bodies, seen } = await setup();
    assert.is(await tracker.putComment(ref, { key: 'item:1', body: 'one' }), 'created');
    seen();
    assert.is(await tracker.putComment(ref, { key: 'item:1', body: 'one' }), 'unchanged');
    const [request, ...more] = seen();
    assert.match(request ?? '', /^GET \/issues\/comments\/\d+ 200$/);
    assert.equal(more, []);
    assert.is(await tracker.putComment(ref, { key: 'item:1', body: 'two' }), 'edited');
    assert.equal(await bodies(), ['<!-- onceward:item:1 -->\ntwo']);
    assert.is((await tracker.comments(0))[0]?.isOwn, true);
  }),
);

test(
  'a comment whose answer was lost is found, not made again',
  within(LIMIT_MS, async () => {
    const { tracker, github, ref, bodies } = await setup();
    github.breakNext('POST', /\/comments$/, { kind: 'lost-answer' });
    const draft = { key: 'k', body: 'said once' };
    await rejects(tracker.putComment(ref, draft), 'OUTSIDE_UNAVAILABLE');
    assert.is(await tracker.putComment(ref, draft), 'unchanged');
    assert.is((await bodies()).length, 1);
  }),
);

test(
  'of two hosts that write at once, one comment is left',
  within(LIMIT_MS, async () => {
    const { open, ref, bodies } = await setup();
    const draft = { key: 'k', body: 'said once' };
    await Promise.all([open().putComment(ref, draft), open().putComment(ref, draft)]);
    assert.is((await bodies()).length, 1);
    assert.is(await open().putComment(ref, draft), 'unchanged');
  }),
);

test(
  'a second one that a host left when it died is taken away, however late',
  within(LIMIT_MS, async () => {
    const { open, say, github, ref, bodies } = await setup();
    const body = '<!-- onceward:k -->\nsaid';
    await say(github.tokens.bot, body);
    await say(github.tokens.human, 'unrelated');
    await say(github.tokens.bot, body);
    assert.is(await open().putComment(ref, { key: 'k', body: 'said' }), 'unchanged');
    assert.equal(await bodies(), [body, 'unrelated']);
  }),
);

test(
  'a comment that was deleted is made again',
  within(LIMIT_MS, async () => {
    const { tracker, as, github, ref, bodies } = await setup();
    const draft = { key: 'k', body: 'x' };
    await tracker.putComment(ref, draft);
    const [{ id }] = await as(github.tokens.human, 'GET', `/issues/${ref}/comments`);
    await as(github.tokens.owner, 'DELETE', `/issues/comments/${id}`);
    assert.is(await tracker.putComment(ref, draft), 'created');
    assert.is((await bodies()).length, 1);
  }),
);

test(
  'what somebody else wrote under our marker is neither edited nor deleted',
  within(LIMIT_MS, async () => {
    const { tracker, say, github, ref, bodies } = await setup();
    const forged = '<!-- onceward:k -->\nforged';
    await say(github.tokens.stranger, forged);
    assert.is(await tracker.putComment(ref, { key: 'k', body: 'real' }), 'created');
    assert.equal(await bodies(), [forged, '<!-- onceward:k -->\nreal']);
  }),
);

test(
  'one of ours that came late is taken away when it is asked for with doubt, and only then',
  within(LIMIT_MS, async () => {
    const { tracker, say, github, ref, bodies } = await setup();
    await tracker.putComment(ref, { key: 'run/1', body: 'first' });
    await say(github.tokens.bot, '<!-- onceward:run/1 -->\nlate');

    await tracker.putComment(ref, { key: 'run/1', body: 'second' });
    const before = await bodies();
    await tracker.putComment(ref, { key: 'run/1', body: 'second', isDoubted: true });

    assert.equal(before, ['<!-- onceward:run/1 -->\nsecond', '<!-- onceward:run/1 -->\nlate']);
    assert.equal(await bodies(), ['<!-- onceward:run/1 -->\nsecond']);
  }),
);

test.run();
