// A worktree is only ever what the state directory really holds: nothing is followed out of it.
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createRepositories } from '../../../transport/git/repository.ts';
import { rejects } from '../../support/rejects.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { within } from '../../support/within.ts';
import { createRemote, testGit } from './remote-fixture.ts';

async function setup() {
  const remote = await createRemote();
  const stateDir = temporaryDirectory();
  const repositories = createRepositories({ git: testGit, stateDir });
  const repository = repositories.open({ project: 'shop', url: remote.url, baseBranch: 'main' });
  const elsewhere = temporaryDirectory();
  writeFileSync(join(elsewhere, 'precious.txt'), 'keep me\n');
  return { stateDir, repository, elsewhere, precious: join(elsewhere, 'precious.txt') };
}

test(
  'a worktree that was replaced by a link is made anew, and what the link names stays as it is',
  within(20_000, async () => {
    const { repository, elsewhere, precious } = await setup();
    const { path } = await repository.openWorktree('7');
    rmSync(path, { recursive: true });
    symlinkSync(elsewhere, path);

    await repository.openWorktree('7');

    assert.ok(lstatSync(path).isDirectory());
    assert.ok(existsSync(join(path, 'README.md')));
    assert.is(readFileSync(precious, 'utf8'), 'keep me\n');
    assert.not.ok(existsSync(join(elsewhere, 'README.md')));
  }),
);

test(
  'a worktree that was moved away and linked to is not worked in',
  within(20_000, async () => {
    const { repository, elsewhere } = await setup();
    const { path } = await repository.openWorktree('7');
    const moved = join(elsewhere, 'moved');
    renameSync(path, moved);
    symlinkSync(moved, path);
    writeFileSync(join(moved, 'README.md'), 'changed\n');

    await repository.openWorktree('7');

    assert.ok(lstatSync(path).isDirectory());
    assert.is(readFileSync(join(moved, 'README.md'), 'utf8'), 'changed\n');
  }),
);

test(
  'removing a worktree that is a link removes the link alone',
  within(20_000, async () => {
    const { repository, elsewhere, precious } = await setup();
    const { path } = await repository.openWorktree('7');
    rmSync(path, { recursive: true });
    symlinkSync(elsewhere, path);

    await repository.removeWorktree('7');

    assert.not.ok(existsSync(path));
    assert.ok(existsSync(precious));
  }),
);

test(
  'a .git file that names the place of another item, or another repository, is not believed',
  within(30_000, async () => {
    const { repository, elsewhere } = await setup();
    const seven = await repository.openWorktree('7');
    const eight = await repository.openWorktree('8');
    writeFileSync(join(seven.path, '.git'), readFileSync(join(eight.path, '.git'), 'utf8'));
    await testGit(['init', '--quiet', elsewhere]);

    await repository.openWorktree('7');
    const branches = await Promise.all([seven, eight].map(({ path }) => branchIn(path)));
    writeFileSync(join(seven.path, '.git'), `gitdir: ${join(elsewhere, '.git')}\n`);
    await repository.openWorktree('7');

    assert.equal(branches, ['onceward/7', 'onceward/8']);
    assert.is(await branchIn(seven.path), 'onceward/7');
    const refs = await testGit(['for-each-ref'], { cwd: elsewhere });
    assert.is(refs.stdout, '');
  }),
);

test(
  'below a folder that is a link nothing is made and nothing removed',
  within(20_000, async () => {
    const { stateDir, repository, elsewhere } = await setup();
    mkdirSync(join(stateDir, 'worktrees'));
    symlinkSync(elsewhere, join(stateDir, 'worktrees', 'shop'));
    mkdirSync(join(elsewhere, '7'));
    writeFileSync(join(elsewhere, '7', 'precious.txt'), 'keep me\n');

    await rejects(repository.openWorktree('7'), 'PATH_REFUSED');
    await rejects(repository.removeWorktree('7'), 'PATH_REFUSED');

    assert.ok(existsSync(join(elsewhere, '7', 'precious.txt')));
    assert.not.ok(existsSync(join(elsewhere, '7', '.git')));
  }),
);

async function branchIn(path: string): Promise<string> {
  return (await testGit(['branch', '--show-current'], { cwd: path })).stdout;
}

test.run();
