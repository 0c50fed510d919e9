// One clone for each project, one folder for each item, both as the remote has them.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createRepositories } from '../../../transport/git/repository.ts';
import { rejects } from '../../support/rejects.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { within } from '../../support/within.ts';
import { commitFile, createRemote, testGit } from './remote-fixture.ts';

async function setup() {
  const remote = await createRemote();
  const stateDir = temporaryDirectory();
  const repositories = createRepositories({ git: testGit, stateDir });
  const repository = repositories.open({ project: 'shop', url: remote.url, baseBranch: 'main' });
  return { remote, stateDir, repositories, repository };
}

test(
  'a new item begins at the base branch, on its own branch',
  within(20_000, async () => {
    const { remote, stateDir, repository } = await setup();

    const worktree = await repository.openWorktree('7');

    assert.is(worktree.path, join(stateDir, 'worktrees', 'shop', '7'));
    assert.is(worktree.branch, 'onceward/7');
    assert.is(worktree.startSha, await remote.head('main'));
    assert.is(worktree.remoteSha, null);
    assert.is(readFileSync(join(worktree.path, 'README.md'), 'utf8'), '# shop\n');
  }),
);

test(
  'an item whose branch is on the remote goes on from there',
  within(20_000, async () => {
    const { remote, repository } = await setup();
    const pushed = await remote.commit('onceward/7', 'analysis.md', 'done\n');

    const worktree = await repository.openWorktree('7');

    assert.is(worktree.startSha, pushed);
    assert.is(worktree.remoteSha, pushed);
    assert.is(worktree.baseSha, await remote.head('main'));
  }),
);

test(
  'a folder left dirty, locked and in the middle of a rebase is usable again',
  within(20_000, async () => {
    const { repository } = await setup();
    const before = await repository.openWorktree('7');
    const gitDir = (await testGit(['rev-parse', '--git-dir'], { cwd: before.path })).stdout;
    await commitFile(before.path, 'unpushed.txt', 'lost\n');
    writeFileSync(join(before.path, 'README.md'), 'spoilt\n');
    writeFileSync(join(before.path, 'stray.txt'), 'stray\n');
    mkdirSync(join(gitDir, 'rebase-merge'));
    writeFileSync(join(gitDir, 'index.lock'), '');

    const after = await repository.openWorktree('7');

    const status = await testGit(['status', '--porcelain'], { cwd: after.path });
    assert.is(status.stdout, '');
    assert.is((await testGit(['rev-parse', 'HEAD'], { cwd: after.path })).stdout, after.startSha);
    assert.is(await repository.headSha('7'), after.startSha);
    assert.not.ok(existsSync(join(after.path, 'unpushed.txt')));
  }),
);

test(
  'a folder that was destroyed or put in the place of another is made anew',
  within(20_000, async () => {
    const { repository } = await setup();
    const first = await repository.openWorktree('7');
    rmSync(first.path, { recursive: true });
    const second = await repository.openWorktree('7');
    rmSync(join(second.path, '.git'));
    await testGit(['init', '--quiet'], { cwd: second.path });

    const third = await repository.openWorktree('7');

    assert.is(await repository.headSha('7'), third.startSha);
    const { stdout } = await testGit(['branch', '--show-current'], { cwd: third.path });
    assert.is(stdout, 'onceward/7');
  }),
);

test(
  'stages of one project may open their folders at the same time',
  within(30_000, async () => {
    const { repository } = await setup();
    const items = ['1', '2', '3', '4', '5', '6'];

    const worktrees = await Promise.all(items.map((item) => repository.openWorktree(item)));

    assert.is(new Set(worktrees.map(({ path }) => path)).size, 6);
  }),
);

test(
  'two processes may make the same clone at the same time',
  within(30_000, async () => {
    const { remote, stateDir, repository } = await setup();
    // A second set of repositories shares no mutex with the first, as a second process would not.
    const others = createRepositories({ git: testGit, stateDir });
    const other = others.open({ project: 'shop', url: remote.url, baseBranch: 'main' });

    await Promise.all([repository.ensureClone(), other.ensureClone()]);
    const worktree = await other.openWorktree('7');

    assert.is(worktree.startSha, await remote.head('main'));
  }),
);

test(
  'a clean checkout holds the files of its commit and leaves nothing behind',
  within(20_000, async () => {
    const { remote, stateDir, repository } = await setup();
    const { path } = await repository.openWorktree('7');
    const sha = await commitFile(path, 'fix.txt', 'fixed\n');
    writeFileSync(join(path, 'stray.txt'), 'not committed\n');

    const checkout = await repository.cleanCheckout(sha);
    const found = ['fix.txt', 'stray.txt'].map((name) => existsSync(join(checkout.path, name)));
    const base = await testGit(['rev-parse', 'origin/main'], { cwd: checkout.path });
    await checkout.dispose();

    assert.equal(found, [true, false]);
    assert.is(base.stdout, await remote.head('main'));
    assert.ok(checkout.path.startsWith(join(stateDir, 'checkouts')));
    assert.not.ok(existsSync(checkout.path));
  }),
);

test(
  'commits answer what they hold, what they build on and what changed',
  within(20_000, async () => {
    const { repository } = await setup();
    const { path, baseSha } = await repository.openWorktree('7');
    const sha = await commitFile(path, 'docs/7/01.md', 'text\n');

    const commits = { older: baseSha, newer: sha };
    assert.is(await repository.isAncestor(baseSha, sha), true);
    assert.is(await repository.isAncestor(sha, baseSha), false);
    assert.is(await repository.hasCommitsSince(baseSha, sha), true);
    assert.is(await repository.hasCommitsSince(sha, baseSha), false);
    assert.is(await repository.isChangedBetween(commits, 'docs/7/01.md'), true);
    assert.is(await repository.isChangedBetween(commits, 'README.md'), false);
    const file = (name: string, maxBytes = 100) => repository.fileAt(sha, { path: name, maxBytes });
    assert.equal(await file('docs/7/01.md'), { sizeBytes: 5, content: 'text' });
    assert.equal(await file('docs/7/01.md', 2), { sizeBytes: 5, content: null });
    assert.is(await file('docs/7'), null);
    assert.is(await file('docs/*/01.md'), null);
  }),
);

test(
  'no credential of the address is kept in the clone',
  within(20_000, async () => {
    const { stateDir, repositories } = await setup();
    const url = 'https://user:hunter2@127.0.0.1/shop.git';
    const repository = repositories.open({ project: 'other', url, baseBranch: 'main' });

    await repository.ensureClone();

    const settings = readFileSync(join(stateDir, 'repositories', 'other.git', 'config'), 'utf8');
    assert.match(settings, 'https://127.0.0.1/shop.git');
    assert.not.match(settings, 'hunter2');
  }),
);

test(
  'a hook that an agent put into the clone does not run in the worker',
  within(20_000, async () => {
    const { stateDir, repository } = await setup();
    const { path } = await repository.openWorktree('7');
    const hooks = join(stateDir, 'repositories', 'shop.git', 'hooks');
    const trace = join(stateDir, 'trace');
    mkdirSync(hooks, { recursive: true });
    writeFileSync(join(hooks, 'pre-push'), `#!/bin/sh\ntouch ${trace}\n`, { mode: 0o755 });
    writeFileSync(join(hooks, 'post-checkout'), `#!/bin/sh\ntouch ${trace}\n`, { mode: 0o755 });
    await commitFile(path, 'fix.txt', 'fixed\n');

    await repository.pushBranch('7', { expectedSha: null });
    await repository.openWorktree('8');

    assert.not.ok(existsSync(trace));
  }),
);

test(
  'a missing base branch and an unreachable remote are GIT_FAILED',
  within(20_000, async () => {
    const { remote, repositories } = await setup();
    const noBase = repositories.open({ project: 'a', url: remote.url, baseBranch: 'trunk' });
    const noRemote = repositories.open({ project: 'b', url: '/nonexistent', baseBranch: 'main' });

    await rejects(noBase.openWorktree('7'), 'GIT_FAILED');
    await rejects(noRemote.openWorktree('7'), 'GIT_FAILED');
  }),
);

test(
  'a project or item that is no name is PATH_REFUSED',
  within(20_000, async () => {
    const { repositories, repository } = await setup();

    assert.throws(() => repositories.open({ project: '..', url: '/x', baseBranch: 'main' }));
    await rejects(repository.openWorktree('../../etc'), 'PATH_REFUSED');
  }),
);

test.run();
