// A push is proven by reading it back, and never overwrites what is not ours.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createRepositories } from '../../../transport/git/repository.ts';
import { rejects } from '../../support/rejects.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { within } from '../../support/within.ts';
import { commitFile, createRemote, testGit } from './remote-fixture.ts';

async function setup() {
  const remote = await createRemote();
  const repositories = createRepositories({ git: testGit, stateDir: temporaryDirectory() });
  const repository = repositories.open({ project: 'shop', url: remote.url, baseBranch: 'main' });
  return { remote, repository };
}

test(
  'a push is read back, and repeating it finds the commit already there',
  within(20_000, async () => {
    const { remote, repository } = await setup();
    const { path } = await repository.openWorktree('7');
    const sha = await commitFile(path, 'fix.txt', 'fixed\n');

    const first = await repository.pushBranch('7', { expectedSha: null });
    const second = await repository.pushBranch('7', { expectedSha: null });

    assert.equal(first, { sha, isRepeat: false });
    assert.equal(second, { sha, isRepeat: true });
    assert.is(await remote.head('onceward/7'), sha);
    assert.is(await repository.remoteHead('onceward/7'), sha);
  }),
);

test(
  'an older head of our own branch is moved, also by a rewritten history',
  within(20_000, async () => {
    const { remote, repository } = await setup();
    const { path } = await repository.openWorktree('7');
    const older = await commitFile(path, 'fix.txt', 'half\n');
    await repository.pushBranch('7', { expectedSha: null });
    await testGit(['reset', '--quiet', '--hard', 'HEAD~1'], { cwd: path });
    const rewritten = await commitFile(path, 'fix.txt', 'whole\n');

    await repository.pushBranch('7', { expectedSha: older });

    assert.is(await remote.head('onceward/7'), rewritten);
  }),
);

test(
  "somebody else's commit on the branch is never overwritten",
  within(20_000, async () => {
    const { remote, repository } = await setup();
    const { path } = await repository.openWorktree('7');
    await commitFile(path, 'fix.txt', 'ours\n');
    const theirs = await remote.commit('onceward/7', 'note.txt', 'theirs\n');

    await rejects(repository.pushBranch('7', { expectedSha: null }), 'GIT_FAILED');

    assert.is(await remote.head('onceward/7'), theirs);
  }),
);

test.run();
