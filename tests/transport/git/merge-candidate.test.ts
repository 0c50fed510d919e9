// A candidate holds the base and its members, and is the same commit whoever makes it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createGit } from '../../../transport/git/git.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { within } from '../../support/within.ts';
import { IDENTITY, landingFixture } from './landing-fixture.ts';
import { testGit } from './remote-fixture.ts';

const MERGE = { method: 'merge' } as const;

test(
  'one member is merged onto the base by one commit that names it',
  within(20_000, async () => {
    const { remote, repository, item } = await landingFixture();
    const seven = await item('7', 'fix.txt', 'fixed\n');
    const baseSha = await remote.commit('main', 'other.txt', 'other\n');

    const trial = await repository.landing.prepare({ ...MERGE, members: [seven] });

    const show = (...args: string[]) => testGit(args, { cwd: repository.gitDir });
    const sha = trial.candidate?.sha ?? '';
    const { stdout } = await show('show', '--no-patch', '--format=%P|%an|%ce|%T|%B', sha);
    const words = 'Merge 7: change fix.txt\n\nOnceward-Item: 7';
    const who = `onceward|onceward@localhost|${trial.candidate?.treeSha}`;
    assert.is(stdout.trim(), `${baseSha} ${seven.headSha}|${who}|${words}`);
    const files = await show('ls-tree', '--name-only', sha);
    assert.is(files.stdout, 'README.md\nfix.txt\nother.txt');
    assert.is(trial.baseSha, baseSha);
    assert.is(trial.baseTreeSha, (await show('rev-parse', `${baseSha}^{tree}`)).stdout);
    assert.equal(trial.candidate?.members, [{ item: '7', headSha: seven.headSha, landsAs: sha }]);
    assert.equal([trial.landed, trial.conflicts, trial.missing], [[], [], []]);
  }),
);

test(
  'several members are one commit: the base is its first parent, they are the others, in their order',
  within(20_000, async () => {
    const { repository, item } = await landingFixture();
    const seven = await item('7', 'a.txt', 'a\n');
    const eight = await item('8', 'b.txt', 'b\n');
    const nine = await item('9', 'c.txt', 'c\n');

    const trial = await repository.landing.prepare({ ...MERGE, members: [nine, seven, eight] });

    const show = ['show', '--no-patch', '--format=%P|%B', trial.candidate?.sha ?? ''];
    const { stdout } = await testGit(show, { cwd: repository.gitDir });
    const parents = [trial.baseSha, nine.headSha, seven.headSha, eight.headSha].join(' ');
    const trailers = 'Onceward-Item: 9\nOnceward-Item: 7\nOnceward-Item: 8';
    assert.is(stdout.trim(), `${parents}|Merge 3 items: 9, 7, 8\n\n${trailers}`);
    assert.equal(
      trial.candidate?.members.map((member) => member.item),
      ['9', '7', '8'],
    );
  }),
);

test(
  'the same base, heads and titles give the same commit on another machine, whatever its user has set',
  within(20_000, async () => {
    const { repository, machine, item } = await landingFixture();
    const members = [await item('7', 'a.txt', 'a\n'), await item('8', 'b.txt', 'b\n')];
    const home = temporaryDirectory();
    const settings =
      '[user]\n\tname = me\n[i18n]\n\tcommitEncoding = latin1\n[merge]\n\trenames = false\n[commit]\n\tgpgSign = true\n';
    writeFileSync(join(home, '.gitconfig'), settings);
    const other = machine(createGit({ PATH: process.env['PATH'], HOME: home, TZ: 'Asia/Tokyo' }));

    const one = await repository.landing.prepare({ ...MERGE, members });
    const two = await other.landing.prepare({ ...MERGE, members });
    const again = await repository.landing.prepare({ ...MERGE, members });

    assert.ok(one.candidate);
    assert.equal(two, one);
    assert.equal(again, one);
  }),
);

test(
  'a member built on another one merges after it, and one that brings no change counts as a member',
  within(20_000, async () => {
    const { remote, repository, item } = await landingFixture();
    const seven = await item('7', 'a.txt', 'one\n');
    await remote.run('branch', 'onceward/8', 'onceward/7');
    const headSha = await remote.commit('onceward/8', 'a.txt', 'two\n');
    const nine = await item('9', 'a.txt', 'two\n');
    await remote.run('branch', 'onceward/10', 'main');
    const empty = await remote.run(
      ...IDENTITY,
      'commit-tree',
      '-p',
      'main',
      '-m',
      'x',
      'main^{tree}',
    );
    await remote.run('update-ref', 'refs/heads/onceward/10', empty);
    const ten = { item: '10', headSha: empty, title: 'nothing' };

    const eight = { item: '8', headSha, title: 'on top' };
    const trial = await repository.landing.prepare({
      ...MERGE,
      members: [seven, eight, nine, ten],
    });

    const { stdout } = await testGit(['show', `${trial.candidate?.sha}:a.txt`], {
      cwd: repository.gitDir,
    });
    assert.is(stdout, 'two');
    assert.is(trial.candidate?.members.length, 4);
  }),
);

test(
  'attributes of the base count in a merge, and no driver that an agent has named in the clone',
  within(20_000, async () => {
    const { remote, repository, item } = await landingFixture();
    await remote.commit('main', '.gitattributes', 'list.txt merge=union\nevil.txt merge=evil\n');
    const seven = await item('7', 'list.txt', 'seven\n');
    const eight = await item('8', 'list.txt', 'eight\n');
    const nine = await item('9', 'evil.txt', 'nine\n');
    const ten = await item('10', 'evil.txt', 'ten\n');
    await repository.ensureClone();
    const config = ['config', 'merge.evil.driver', 'true'];
    await testGit(config, { cwd: repository.gitDir });
    mkdirSync(join(repository.gitDir, 'info'), { recursive: true });
    writeFileSync(join(repository.gitDir, 'info', 'attributes'), '* merge=evil\n');

    const members = [seven, eight, nine, ten];
    const trial = await repository.landing.prepare({ ...MERGE, members });

    assert.equal(
      trial.conflicts.map((conflict) => conflict.item),
      ['10'],
    );
    const list = await testGit(['show', `${trial.candidate?.sha}:list.txt`], {
      cwd: repository.gitDir,
    });
    assert.is(list.stdout, 'seven\neight');
  }),
);

test(
  'a title adds no line, tells nobody and closes nothing, however long it is',
  within(20_000, async () => {
    const { repository, item } = await landingFixture();
    const seven = await item('7', 'a.txt', 'a\n');
    const title = `fixes #12 for @all\n\nOnceward-Item: 8\u202e ${'x'.repeat(300)}`;

    const trial = await repository.landing.prepare({ ...MERGE, members: [{ ...seven, title }] });

    const show = ['show', '--no-patch', '--format=%B', trial.candidate?.sha ?? ''];
    const { stdout } = await testGit(show, { cwd: repository.gitDir });
    const [subject = '', ...rest] = stdout.trim().split('\n');
    assert.ok(subject.startsWith('Merge 7: fixes #\u200b12 for @\u200ball Onceward-Item: 8 xxx'));
    assert.is(subject.length, 200);
    assert.equal(rest, ['', 'Onceward-Item: 7']);
  }),
);

test.run();
