// A branch is caught up with its base before work begins, or left exactly as it was.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createRepositories } from '../../../transport/git/repository.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { within } from '../../support/within.ts';
import { commitFile, createRemote, testGit } from './remote-fixture.ts';

const IDENTITY = ['-c', 'user.name=x', '-c', 'user.email=x@localhost'];

async function setup() {
  const remote = await createRemote();
  const stateDir = temporaryDirectory();
  const options = { project: 'shop', url: remote.url, baseBranch: 'main' };
  const repository = createRepositories({ git: testGit, stateDir }).open(options);
  /** As another machine would have it. */
  const elsewhere = createRepositories({ git: testGit, stateDir: temporaryDirectory() });
  const read = async (cwd: string, ...args: string[]) => (await testGit(args, { cwd })).stdout;
  return { remote, stateDir, repository, elsewhere: elsewhere.open(options), read };
}

/** A branch with one commit, and a base that has moved on beside it. */
async function diverged() {
  const given = await setup();
  await given.remote.run('branch', 'onceward/7', 'main');
  const pushed = await given.remote.commit('onceward/7', 'fix.txt', 'fixed\n');
  const base = await given.remote.commit('main', 'other.txt', 'of another item\n');
  return { ...given, pushed, base };
}

test(
  'a base that has moved is merged into the branch, by one commit of the worker that is not pushed',
  within(20_000, async () => {
    const { remote, repository, read, pushed, base } = await diverged();

    const { path, startSha, remoteSha, catchUp } = await repository.openWorktree('7');

    assert.equal(catchUp, { outcome: 'merged', conflicts: [], conflictCount: 0, baseSha: base });
    assert.is(await read(path, 'log', '-1', '--format=%P'), `${pushed} ${base}`);
    assert.is(await read(path, 'log', '-1', '--format=%an %ce'), 'onceward onceward@localhost');
    assert.is(await read(path, 'rev-parse', 'HEAD'), startSha);
    assert.is(await read(path, 'status', '--porcelain'), '');
    assert.ok(existsSync(join(path, 'other.txt')));
    assert.is(remoteSha, pushed);
    assert.is(await remote.head('onceward/7'), pushed);
  }),
);

test(
  'the same catch-up is the same commit, however often and wherever it is made',
  within(20_000, async () => {
    const { repository, elsewhere } = await diverged();

    const first = await repository.openWorktree('7');
    const second = await repository.openWorktree('7');
    const third = await elsewhere.openWorktree('7');

    assert.is(second.startSha, first.startSha);
    assert.is(third.startSha, first.startSha);
  }),
);

test(
  'a branch that holds the base already gets no commit, and neither does one that asks for none',
  within(20_000, async () => {
    const { remote, repository } = await diverged();
    const unmerged = await repository.openWorktree('7', { catchUp: 'none' });
    await remote.run('branch', 'onceward/8', 'main');
    const pushed = await remote.commit('onceward/8', 'fix.txt', 'fixed\n');

    const current = await repository.openWorktree('8');

    assert.is(unmerged.startSha, unmerged.remoteSha);
    assert.is(unmerged.catchUp, null);
    assert.is(current.startSha, pushed);
    assert.is(current.catchUp?.outcome, 'current');
  }),
);

test(
  'a branch that is part of the base is moved forward to it',
  within(20_000, async () => {
    const { remote, repository } = await setup();
    await remote.run('branch', 'onceward/7', 'main');
    const base = await remote.commit('main', 'other.txt', 'of another item\n');

    const { startSha, catchUp } = await repository.openWorktree('7');

    assert.is(startSha, base);
    assert.is(catchUp?.outcome, 'merged');
  }),
);

test(
  'a conflict leaves the branch as it was, and names its files',
  within(20_000, async () => {
    const { remote, repository, read, pushed } = await diverged();
    const base = await remote.commit('main', 'fix.txt', 'differently\n');

    const { path, startSha, catchUp } = await repository.openWorktree('7');

    const conflict = { outcome: 'conflict', conflicts: ['fix.txt'], conflictCount: 1 };
    assert.equal(catchUp, { ...conflict, baseSha: base });
    assert.is(startSha, pushed);
    assert.is(await read(path, 'rev-parse', 'HEAD'), pushed);
    assert.is(await read(path, 'status', '--porcelain', '--ignored'), '');
    assert.is(readFileSync(join(path, 'fix.txt'), 'utf8'), 'fixed\n');
    assert.not.ok(existsSync(join(path, 'other.txt')));
  }),
);

test(
  'a folder that was left in the middle of a merge is caught up as any other',
  within(20_000, async () => {
    const { remote, repository, read } = await diverged();
    const base = await remote.commit('main', 'fix.txt', 'differently\n');
    const { path, startSha } = await repository.openWorktree('7');
    await testGit([...IDENTITY, 'merge', base], { cwd: path, acceptedCodes: [1] });

    const again = await repository.openWorktree('7');

    assert.is(again.startSha, startSha);
    assert.is(again.catchUp?.outcome, 'conflict');
    assert.is(await read(path, 'status', '--porcelain'), '');
  }),
);

test(
  'a branch without a commit in common with the base is a conflict without files',
  within(20_000, async () => {
    const { remote, repository } = await setup();
    const orphan = await remote.run(
      ...IDENTITY,
      'commit-tree',
      '-m',
      'alone',
      `${await remote.head('main')}^{tree}`,
    );
    await remote.run('update-ref', 'refs/heads/onceward/7', orphan);

    const { startSha, catchUp } = await repository.openWorktree('7');

    assert.is(startSha, orphan);
    assert.equal([catchUp?.outcome, catchUp?.conflictCount], ['conflict', 0]);
  }),
);

test(
  'no program that an agent has named in the settings of the clone runs in a catch-up or a push',
  within(30_000, async () => {
    const { remote, stateDir, repository, read } = await diverged();
    await remote.commit('onceward/7', '.gitattributes', '* merge=evil filter=evil diff=evil\n');
    await remote.commit('onceward/7', 'both.txt', 'one\n');
    await remote.commit('main', 'both.txt', 'two\n');
    const { path } = await repository.openWorktree('7', { catchUp: 'none' });
    const trace = join(stateDir, 'trace');
    const hooks = join(stateDir, 'hooks');
    mkdirSync(hooks);
    for (const name of [
      'pre-merge-commit',
      'post-merge',
      'commit-msg',
      'pre-push',
      'post-checkout',
    ]) {
      writeFileSync(join(hooks, name), `#!/bin/sh\ntouch ${trace}\n`, { mode: 0o755 });
    }
    const included = join(stateDir, 'included');
    writeFileSync(included, `[filter "evil"]\n\tclean = touch ${trace}; cat\n`);
    for (const [name, value] of [
      ['merge.evil.driver', `touch ${trace}; true`],
      ['filter.evil.smudge', `touch ${trace}; cat`],
      ['filter.evil.process', `touch ${trace}`],
      ['diff.evil.textconv', `touch ${trace}; cat`],
      ['core.hooksPath', hooks],
      ['core.fsmonitor', `touch ${trace}`],
      ['include.path', included],
      ['extensions.worktreeConfig', 'true'],
    ] as const) {
      await read(path, 'config', name, value);
    }
    await read(path, 'config', '--worktree', 'filter.evil.smudge', `touch ${trace}; cat`);

    const { catchUp } = await repository.openWorktree('7');
    await commitFile(path, 'work.txt', 'work\n');
    await repository.pushBranch('7', { expectedSha: await remote.head('onceward/7') });

    assert.equal(catchUp?.conflicts, ['both.txt']);
    assert.not.ok(existsSync(trace));
  }),
);

test(
  'only work counts as work: no catch-up, no commit of the base, but a merge that was added to',
  within(30_000, async () => {
    const { remote, repository, pushed, base } = await diverged();
    const { path, startSha } = await repository.openWorktree('7');
    const since = { since: pushed, baseSha: base };

    const caughtUp = await repository.hasOwnWork(startSha, since);
    const ofOthers = await repository.hasOwnWork(startSha, { ...since, path: 'other.txt' });
    writeFileSync(join(path, 'other.txt'), 'and more\n');
    await testGit([...IDENTITY, 'commit', '--amend', '--no-edit', '--all'], { cwd: path });
    const amended = (await repository.headSha('7')) ?? '';
    const commit = await commitFile(path, 'work.txt', 'work\n');

    assert.equal([caughtUp, ofOthers], [false, false]);
    assert.is(await repository.hasOwnWork(amended, since), true);
    assert.is(await repository.hasOwnWork(amended, { ...since, path: 'other.txt' }), true);
    assert.is(await repository.hasOwnWork(amended, { ...since, path: 'fix.txt' }), false);
    assert.is(await repository.hasOwnWork(commit, { ...since, path: 'work.txt' }), true);
    assert.is(await remote.head('onceward/7'), pushed);
  }),
);

test.run();
