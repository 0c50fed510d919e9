// Nothing that an agent writes into the clone, or into its worktree, is obeyed by the worker's own git.
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createGit } from '../../../transport/git/git.ts';
import { createRepositories } from '../../../transport/git/repository.ts';
import { rejects } from '../../support/rejects.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { within } from '../../support/within.ts';
import { createRemote, testGit } from './remote-fixture.ts';

/** An open worktree of item 7, a file whose existence proves that something ran, and settings that would. */
async function setup() {
  const remote = await createRemote();
  const stateDir = temporaryDirectory();
  const options = { project: 'shop', url: remote.url, baseBranch: 'main' };
  const repository = createRepositories({ git: testGit, stateDir }).open(options);
  const worktree = await repository.openWorktree('7');
  const proof = join(stateDir, 'ran');
  const filter = `[filter "planted"]\n\tsmudge = "touch ${proof}; cat"\n\tclean = "touch ${proof}; cat"\n\trequired = true\n`;
  const { gitDir } = repository;
  const useFilter = () => {
    mkdirSync(join(gitDir, 'info'), { recursive: true });
    writeFileSync(join(gitDir, 'info', 'attributes'), '* filter=planted\n');
  };
  return { remote, repository, gitDir, worktree, proof, filter, useFilter };
}

test(
  'a filter in the settings of the clone does not run when the folder is opened',
  within(20_000, async () => {
    const { remote, repository, gitDir, proof, filter, useFilter } = await setup();
    appendFileSync(join(gitDir, 'config'), filter);
    useFilter();
    await remote.commit('main', 'new.txt', 'new\n');

    const { path } = await repository.openWorktree('7');

    assert.is(readFileSync(join(path, 'new.txt'), 'utf8'), 'new\n');
    assert.not(existsSync(proof));
  }),
);

test(
  'a folder that names other settings as its own is opened under ours',
  within(20_000, async () => {
    const { remote, repository, gitDir, proof, filter, useFilter } = await setup();
    const evil = temporaryDirectory();
    await testGit(['clone', '--quiet', '--bare', remote.url, evil]);
    await testGit(['fetch', '--quiet', gitDir, '+refs/*:refs/*'], { cwd: evil });
    appendFileSync(join(evil, 'config'), filter);
    mkdirSync(join(evil, 'info'), { recursive: true });
    writeFileSync(join(evil, 'info', 'attributes'), '* filter=planted\n');
    writeFileSync(join(gitDir, 'worktrees', '7', 'commondir'), `${evil}\n`);
    useFilter();
    await remote.commit('main', 'new.txt', 'new\n');
    await testGit(['fetch', '--quiet', remote.url, '+refs/heads/*:refs/remotes/origin/*'], {
      cwd: evil,
    });

    const { path } = await repository.openWorktree('7');

    assert.is(readFileSync(join(path, 'new.txt'), 'utf8'), 'new\n');
    assert.not(existsSync(proof));
  }),
);

test(
  'a push is not led elsewhere by a redirection',
  within(20_000, async () => {
    const { remote, repository, gitDir, worktree } = await setup();
    const elsewhere = join(temporaryDirectory(), 'elsewhere.git');
    await testGit(['init', '--quiet', '--bare', elsewhere]);
    writeFileSync(join(worktree.path, 'fix.txt'), 'fixed\n');
    await testGit(['add', '-A'], { cwd: worktree.path });
    const identity = ['-c', 'user.name=a', '-c', 'user.email=a@localhost'];
    await testGit([...identity, 'commit', '-qm', 'fix'], { cwd: worktree.path });
    appendFileSync(join(gitDir, 'config'), `[url "${elsewhere}"]\n\tinsteadOf = "${remote.url}"\n`);

    const { sha } = await repository.pushBranch('7', { expectedSha: null });

    assert.is(await remote.head('onceward/7'), sha);
  }),
);

test(
  'settings that cannot be read are made anew, and the address is right again',
  within(20_000, async () => {
    const { remote, repository, gitDir } = await setup();
    writeFileSync(join(gitDir, 'config'), '[core\n');

    await repository.openWorktree('7');

    const { stdout } = await testGit(['config', 'remote.origin.url'], { cwd: gitDir });
    assert.is(stdout, remote.url);
  }),
);

test(
  'settings that are ours stay as they are',
  within(20_000, async () => {
    const { repository, gitDir } = await setup();
    const before = readFileSync(join(gitDir, 'config'), 'utf8');

    await repository.fetch();

    assert.is(readFileSync(join(gitDir, 'config'), 'utf8'), before);
  }),
);

test(
  'an address that is a command is refused, whatever other settings allow',
  within(20_000, async () => {
    const home = temporaryDirectory();
    const proof = join(home, 'ran');
    writeFileSync(join(home, '.gitconfig'), '[protocol "ext"]\n\tallow = always\n');
    const git = createGit({ PATH: process.env['PATH'], HOME: home });

    await rejects(git(['ls-remote', `ext::touch ${proof}`]), 'GIT_FAILED');

    assert.not(existsSync(proof));
  }),
);

test.run();
