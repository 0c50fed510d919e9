// The emulated GitHub of the tests is true to a real repository: what is pushed there can have a pull request here.
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { githubForge } from '../../../transport/forge/github-forge.ts';
import { landPullRequest, mirrorBranch } from '../../support/github-mirror.ts';
import { within } from '../../support/within.ts';
import { createRemote } from '../git/remote-fixture.ts';
import { closeGitHub, openGitHub } from './github-fixture.ts';

const LIMIT_MS = 60_000;
const HEAD = 'onceward/gh-1';

test.after(closeGitHub);

async function setup() {
  const fixture = await openGitHub();
  const remote = await createRemote();
  const { github, repository } = fixture;
  const place = { repository, gitDir: remote.url };
  const mirror = (branch: string) => mirrorBranch(github, { ...place, branch });
  const forge = githubForge({ client: fixture.client(), repository });
  const main = await remote.commit('main', 'readme.txt', 'hello');
  await mirror('main');
  return { ...fixture, remote, place, mirror, forge, main };
}

test(
  'a mirrored branch is at the same commit, whatever is in it',
  within(LIMIT_MS, async () => {
    const { remote, mirror, forge, main } = await setup();
    assert.is(await forge.branchHead('main'), main);
    const sha = await remote.commitChange('main', (folder) => {
      writeFileSync(join(folder, 'ümläut.bin'), Buffer.from([0, 255, 128, 10]));
      writeFileSync(join(folder, 'run.sh'), '#!/bin/sh\n');
      chmodSync(join(folder, 'run.sh'), 0o755);
    });
    assert.is(await mirror('main'), sha);
    assert.is(await forge.branchHead('main'), sha);
  }),
);

test(
  'a pull request follows its branch until it is closed, and so do its checks',
  within(LIMIT_MS, async () => {
    const { remote, mirror, forge, main, as, github } = await setup();
    await remote.run('update-ref', `refs/heads/${HEAD}`, main);
    await remote.commit(HEAD, 'a.txt', '1');
    await mirror(HEAD);
    const draft = { headRef: HEAD, baseRef: 'main', title: 't', body: 'b', key: 'k' };
    await forge.putPullRequest(draft);
    const pushed = await remote.commit(HEAD, 'a.txt', '2');
    await mirror(HEAD);
    const [listed] = await forge.pullRequests();
    assert.is(listed?.headSha, pushed);
    const check = { name: 'build', head_sha: pushed, status: 'queued' };
    await as(github.tokens.owner, 'POST', '/check-runs', check);
    assert.is((await forge.checks(pushed)).checks.length, 1);
    await as(github.tokens.human, 'PATCH', '/pulls/1', { state: 'closed' });
    await remote.commit(HEAD, 'a.txt', '3');
    await mirror(HEAD);
    assert.is((await forge.pullRequest(HEAD))?.headSha, pushed);
  }),
);

test(
  'a pull request that lands leaves one merge commit, in both',
  within(LIMIT_MS, async () => {
    const { remote, mirror, forge, main, github, place } = await setup();
    await remote.run('update-ref', `refs/heads/${HEAD}`, main);
    const head = await remote.commit(HEAD, 'a.txt', '1');
    await mirror(HEAD);
    const draft = { headRef: HEAD, baseRef: 'main', title: 't', body: 'b', key: 'k' };
    const { pullRequest } = await forge.putPullRequest(draft);
    await remote.commit('main', 'b.txt', 'meanwhile');
    await mirror('main');
    const sha = await landPullRequest(github, { ...place, number: pullRequest.number });
    assert.is(await remote.head('main'), sha);
    assert.is(await forge.branchHead('main'), sha);
    const found = await forge.pullRequest(HEAD);
    assert.equal([found?.state, found?.mergeSha, found?.headSha], ['merged', sha, head]);
  }),
);

test(
  'a pull request whose head is pushed to its base is merged by whoever has pushed, and no other one is',
  within(LIMIT_MS, async () => {
    const { remote, place, mirror, forge, main, github } = await setup();
    const open = async (branch: string, file: string) => {
      await remote.run('update-ref', `refs/heads/${branch}`, main);
      const head = await remote.commit(branch, file, '1');
      await mirror(branch);
      await forge.putPullRequest({
        headRef: branch,
        baseRef: 'main',
        title: file,
        body: 'b',
        key: file,
      });
      return head;
    };
    const head = await open(HEAD, 'a.txt');
    await open('onceward/gh-2', 'b.txt');
    await remote.run('update-ref', 'refs/heads/main', head);
    const sha = await remote.commit('main', 'c.txt', 'on top of it');

    await mirrorBranch(github, { ...place, branch: 'main', by: github.tokens.bot });

    const found = await forge.pullRequest(HEAD);
    const other = await forge.pullRequest('onceward/gh-2');
    assert.equal([found?.state, found?.mergeSha, found?.mergedBy], ['merged', sha, 'onceward-bot']);
    assert.is(other?.state, 'open');
    assert.is(await forge.branchHead('main'), sha);
  }),
);

test(
  'a branch that was deleted is deleted here, too',
  within(LIMIT_MS, async () => {
    const { remote, mirror, forge, main } = await setup();
    await remote.run('update-ref', `refs/heads/${HEAD}`, main);
    await mirror(HEAD);
    await remote.run('update-ref', '-d', `refs/heads/${HEAD}`);
    assert.is(await mirror(HEAD), null);
    assert.is(await forge.branchHead(HEAD), null);
  }),
);

test.run();
