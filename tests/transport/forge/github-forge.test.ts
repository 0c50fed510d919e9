// GitHub as a forge: pull requests are found, opened once, and followed.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { githubForge } from '../../../transport/forge/github-forge.ts';
import { rejects } from '../../support/rejects.ts';
import { within } from '../../support/within.ts';
import { closeGitHub, openGitHub } from '../github/github-fixture.ts';

const LIMIT_MS = 30_000;
const HEAD = 'onceward/gh-1';

test.after(closeGitHub);

async function setup() {
  const fixture = await openGitHub();
  const { repository, github, as } = fixture;
  const { owner, human } = github.tokens;
  const open = () => githubForge({ client: fixture.client(), repository });
  const main = (await as(owner, 'GET', '/git/ref/heads/main')).object.sha as string;
  const branch = (name: string) =>
    as(owner, 'POST', '/git/refs', { ref: `refs/heads/${name}`, sha: main });
  const count = async () => (await as(human, 'GET', '/pulls?state=all')).length as number;
  const draft = { headRef: HEAD, baseRef: 'main', title: 'Totals', body: 'Fixed.', key: 'gh-1:1' };
  await branch(HEAD);
  fixture.seen();
  return { ...fixture, open, forge: open(), main, branch, count, draft };
}

test(
  'a pull request is opened once, left alone while it says the same, and edited when it does not',
  within(LIMIT_MS, async () => {
    const { forge, draft, as, github, main, repository, count } = await setup();
    const created = await forge.putPullRequest(draft);
    assert.is(created.outcome, 'created');
    const { updatedAtMs, ...told } = created.pullRequest;
    assert.ok(updatedAtMs > 0);
    assert.equal(told, {
      number: 1,
      url: `${github.url}/${repository}/pull/1`,
      state: 'open',
      headRef: HEAD,
      headSha: main,
      baseRef: 'main',
      title: 'Totals',
      mergeSha: null,
      mergedBy: null,
    });
    assert.is((await forge.putPullRequest(draft)).outcome, 'unchanged');
    assert.is((await forge.putPullRequest({ ...draft, body: 'Better.' })).outcome, 'edited');
    const { body } = await as(github.tokens.human, 'GET', '/pulls/1');
    assert.is(body, '<!-- onceward:gh-1:1 -->\nBetter.');
    assert.is(await count(), 1);
  }),
);

test(
  'a pull request whose answer was lost is found, not opened again',
  within(LIMIT_MS, async () => {
    const { forge, draft, github, count } = await setup();
    github.breakNext('POST', /\/pulls$/, { kind: 'lost-answer' });
    await rejects(forge.putPullRequest(draft), 'OUTSIDE_UNAVAILABLE');
    assert.is((await forge.putPullRequest(draft)).outcome, 'unchanged');
    assert.is(await count(), 1);
  }),
);

test(
  'of two hosts that open at once, one does, and the other finds it',
  within(LIMIT_MS, async () => {
    const { open, draft, count } = await setup();
    const both = await Promise.all([open().putPullRequest(draft), open().putPullRequest(draft)]);
    assert.equal(both.map(({ outcome }) => outcome).sort(), ['created', 'unchanged']);
    assert.is(await count(), 1);
  }),
);

test(
  'a pull request that somebody closed is not opened again for the same key, but for another',
  within(LIMIT_MS, async () => {
    const { forge, draft, as, github } = await setup();
    await forge.putPullRequest(draft);
    await as(github.tokens.human, 'PATCH', '/pulls/1', { state: 'closed' });
    const again = await forge.putPullRequest({ ...draft, body: 'another' });
    assert.equal([again.outcome, again.pullRequest.state], ['unchanged', 'closed']);
    const next = await forge.putPullRequest({ ...draft, key: 'gh-1:2' });
    assert.equal([next.outcome, next.pullRequest.number], ['created', 2]);
    assert.is((await forge.pullRequest(HEAD))?.number, 2);
  }),
);

test(
  'a branch that is not there has no pull request, and gets none',
  within(LIMIT_MS, async () => {
    const { forge, draft, count } = await setup();
    assert.is(await forge.pullRequest('onceward/none'), null);
    const put = forge.putPullRequest({ ...draft, headRef: 'onceward/none' });
    assert.is((await rejects(put, 'OUTSIDE_REFUSED')).details['status'], 422);
    assert.is(await count(), 0);
  }),
);

test(
  'a merged pull request tells its merge commit, and who merged it',
  within(LIMIT_MS, async () => {
    const { forge, draft, as, github } = await setup();
    await forge.putPullRequest(draft);
    const { sha } = await as(github.tokens.human, 'PUT', '/pulls/1/merge', {});
    const found = await forge.pullRequest(HEAD);
    assert.equal([found?.state, found?.mergeSha, found?.mergedBy], ['merged', sha, 'alice']);
    const [listed] = await forge.pullRequests();
    assert.equal([listed?.state, listed?.mergeSha], ['merged', sha]);
  }),
);

test(
  'the list has the newest pull request of each of our branches',
  within(LIMIT_MS, async () => {
    const { forge, draft, as, github, branch } = await setup();
    const { human } = github.tokens;
    await branch('feature');
    await as(human, 'POST', '/pulls', { title: 'f', head: 'feature', base: 'main' });
    await as(human, 'POST', '/pulls', { title: 'old', head: HEAD, base: 'main' });
    await as(human, 'PATCH', '/pulls/2', { state: 'closed' });
    await forge.putPullRequest(draft);
    const found = await forge.pullRequests();
    assert.equal(
      found.map(({ number, headRef, state }) => [number, headRef, state]),
      [[3, HEAD, 'open']],
    );
  }),
);

test(
  'a look at unchanged pull requests is one request that is not counted',
  within(LIMIT_MS, async () => {
    const { forge, draft, seen } = await setup();
    await forge.putPullRequest(draft);
    const first = await forge.pullRequests();
    seen();
    assert.equal(await forge.pullRequests(), first);
    assert.equal(seen(), ['GET /pulls 304']);
  }),
);

test(
  'a pull request of a fork is not ours, whatever its branch is called',
  within(LIMIT_MS, async () => {
    const { forge, draft, as, github, repository, main } = await setup();
    const { stranger } = github.tokens;
    await as(stranger, 'POST', '/forks', {});
    const fork = `/repos/${repository.replace('acme', 'mallory')}`;
    const ref = { ref: `refs/heads/${HEAD}`, sha: main };
    await github.as(stranger, 'POST', `${fork}/git/refs`, ref).catch(() => null);
    const theirs = { title: 'mine!', head: `mallory:${HEAD}`, base: 'main' };
    const { head } = await as(stranger, 'POST', '/pulls', theirs);
    assert.match(head.repo.full_name, 'mallory/');
    assert.equal(await forge.pullRequests(), []);
    assert.is(await forge.pullRequest(HEAD), null);
    assert.is((await forge.putPullRequest(draft)).outcome, 'created');
  }),
);

test(
  'the head of a branch is read as the forge sees it',
  within(LIMIT_MS, async () => {
    const { forge, main } = await setup();
    assert.is(await forge.branchHead(HEAD), main);
    assert.is(await forge.branchHead('onceward/none'), null);
  }),
);

test(
  'required checks are those of protection and rulesets together',
  within(LIMIT_MS, async () => {
    const { forge, as, github, repository } = await setup();
    assert.is(await forge.requiredChecks('main'), null);
    const required_status_checks = { strict: false, contexts: ['build'] };
    const rule = { required_status_checks, enforce_admins: false };
    const rest = { required_pull_request_reviews: null, restrictions: null };
    await as(github.tokens.owner, 'PUT', '/branches/main/protection', { ...rule, ...rest });
    github.requireByRuleset(repository, 'main', ['build', 'lint']);
    assert.equal(await forge.requiredChecks('main'), ['build', 'lint']);
  }),
);

test(
  'checks that a token may not read are as if nothing were required',
  within(LIMIT_MS, async () => {
    const { forge, github } = await setup();
    const refused = { kind: 'status', status: 403, message: 'Resource not accessible' } as const;
    github.breakNext('GET', /required_status_checks$/, refused);
    assert.is(await forge.requiredChecks('main'), null);
  }),
);

test.run();
