// Many files of a commit at once: listed, compared, read, and asked for by name.
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createRepositories } from '../../../transport/git/repository.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { within } from '../../support/within.ts';
import { createRemote, testGit, writeFile } from './remote-fixture.ts';

/** A commit on `main` with the given files and a link, beside `README.md`; and the commit before. */
async function setup(files: Record<string, string>) {
  const remote = await createRemote();
  const older = await remote.head('main');
  const sha = await remote.commitChange('main', (folder) => {
    for (const [path, text] of Object.entries(files)) writeFile(folder, path, text);
    symlinkSync('README.md', join(folder, 'link'));
  });
  const repositories = createRepositories({ git: testGit, stateDir: temporaryDirectory() });
  const repository = repositories.open({ project: 'shop', url: remote.url, baseBranch: 'main' });
  await repository.fetch();
  return { remote, repository, older, sha };
}

test(
  'a folder of a commit is listed deep or flat, links told from files',
  within(20_000, async () => {
    const { repository, sha } = await setup({ 'a/b\n.md': 'é', 'a/c/d.md': 'x', 'ab/e': '' });

    const listed = async (folder: string, isFlat = false) =>
      (await repository.filesUnder(sha, { folder, isFlat }))?.map(
        ({ path, isFile, sizeBytes }) => `${path} ${isFile ? sizeBytes : 'link'}`,
      );
    assert.equal(await listed('a'), ['a/b\n.md 2', 'a/c/d.md 1']);
    assert.equal(await listed('a', true), ['a/b\n.md 2']);
    assert.equal(await listed('', true), ['README.md 7', 'link link']);
    assert.equal(await listed('link'), []);
    assert.equal(await listed('*'), []);
  }),
);

test(
  'what a commit changed is told, and whether a file was written',
  within(20_000, async () => {
    const { repository, older, sha, remote } = await setup({ 'a\nb': 'x' });
    const next = await remote.commit('main', 'a\nb', 'y');
    await repository.fetch();

    assert.equal(await repository.changesBetween(older, sha), [
      { path: 'a\nb', isWritten: true },
      { path: 'link', isWritten: false },
    ]);
    assert.equal(await repository.changesBetween(sha, next), [{ path: 'a\nb', isWritten: true }]);
    assert.equal(await repository.changesBetween(next, older), [
      { path: 'a\nb', isWritten: false },
      { path: 'link', isWritten: false },
    ]);
  }),
);

test(
  'hundreds of files are read at once, whatever is in them',
  within(20_000, async () => {
    const texts = Array.from(
      { length: 300 },
      (_, at) => `é\n\0 ${at} missing\n${'\n'.repeat(at % 5)}`,
    );
    const files = Object.fromEntries(texts.map((text, at) => [`a/${1_000 + at}`, text]));
    const { repository, sha } = await setup({ ...files, 'a/empty': '' });

    const entries = (await repository.filesUnder(sha, { folder: 'a' })) ?? [];
    const oids = entries.map(({ oid }) => oid);
    const contents = await repository.contentsOf(['0'.repeat(40), ...oids, `${sha}`]);

    assert.equal(
      oids.map((oid) => contents.get(oid)),
      [...texts, ''],
    );
    assert.is(contents.size, 301);
  }),
);

test(
  'a path is there or not, and none leads out of the commit',
  within(20_000, async () => {
    const { repository, sha } = await setup({ 'a/b c.md': 'x', 'a/: d': 'y' });
    const there = ['a', 'a/b c.md', 'a/: d', 'link'];
    const notThere = ['b', 'a/b', 'a/*', '..', '../x', './a', 'a\nlink', '/a'];

    assert.equal([...(await repository.existing(sha, [...notThere, ...there]))], there);
    assert.equal([...(await repository.existing(sha, []))], []);
  }),
);

test(
  'a tree that is too long to be listed is no list',
  within(60_000, async () => {
    const name = `${'n'.repeat(200)}/`.repeat(15);
    const files = Array.from({ length: 6_000 }, (_, at) => [`${name}${at}`, ''] as const);
    const { repository, sha, older } = await setup(Object.fromEntries(files));

    assert.is(await repository.filesUnder(sha, { folder: '' }), null);
    assert.is(await repository.changesBetween(older, sha), null);
  }),
);

test(
  'two histories have a last commit in common, or none',
  within(20_000, async () => {
    const { repository, remote, older, sha } = await setup({});
    const identity = ['-c', 'user.name=x', '-c', 'user.email=x@localhost'];
    const orphan = await remote.run(...identity, 'commit-tree', '-m', 'x', `${sha}^{tree}`);
    await remote.run('update-ref', 'refs/heads/orphan', orphan);
    await repository.fetch();

    assert.is(await repository.mergeBase(sha, older), older);
    assert.is(await repository.mergeBase(sha, orphan), null);
  }),
);

test.run();
