// A rebase puts the commits of an item on top of the base, without its merges and without losing what they settled.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { rejects } from '../../support/rejects.ts';
import { within } from '../../support/within.ts';
import { catchUp, IDENTITY, landingFixture } from './landing-fixture.ts';
import { testGit } from './remote-fixture.ts';

const REBASE = { method: 'rebase' } as const;

async function setup() {
  const given = await landingFixture();
  const show = async (...args: string[]) =>
    (await testGit(args, { cwd: given.repository.gitDir })).stdout;
  const subjects = (baseSha: string, sha: string) =>
    show('log', '--reverse', '--format=%s', `${baseSha}..${sha}`);
  return { ...given, show, subjects };
}

test(
  'the commits are put on top of the base with their authors and dates, the same on every machine',
  within(20_000, async () => {
    const { remote, repository, machine, item, show } = await setup();
    const seven = await item('7', 'a.txt', 'one\n');
    const headSha = await remote.commit('onceward/7', 'a.txt', 'two\n');
    const baseSha = await remote.commit('main', 'other.txt', 'other\n');
    const members = [{ ...seven, headSha }];

    const trial = await repository.landing.prepare({ ...REBASE, members });
    const other = await machine().landing.prepare({ ...REBASE, members });

    assert.equal(other, trial);
    const sha = trial.candidate?.sha ?? '';
    assert.equal(trial.candidate?.members, [{ item: '7', headSha, landsAs: sha }]);
    const format = '--format=%an|%ad|%s';
    const words = await show('log', '--date=raw', format, `${baseSha}..${sha}`);
    const before = `${seven.headSha}^..${headSha}`;
    assert.is(words, await show('log', '--date=raw', format, before));
    assert.is(await show('log', '--format=%P %cn', `${sha}~1`, '-1'), `${baseSha} onceward`);
    assert.is(await show('ls-tree', '--name-only', sha), 'README.md\na.txt\nother.txt');
  }),
);

test(
  'a branch on top of the base keeps its commits as they are',
  within(20_000, async () => {
    const { repository, item } = await setup();
    const seven = await item('7', 'a.txt', 'one\n');

    const trial = await repository.landing.prepare({ ...REBASE, members: [seven] });

    assert.is(trial.candidate?.sha, seven.headSha);
  }),
);

test(
  'catch-up merges vanish',
  within(20_000, async () => {
    const { remote, repository, item, subjects, show } = await setup();
    const seven = await item('7', 'a.txt', 'one\n');
    await remote.commit('main', 'other.txt', 'other\n');
    await catchUp(remote.url, 'onceward/7');
    const headSha = await remote.commit('onceward/7', 'b.txt', 'two\n');

    const trial = await repository.landing.prepare({ ...REBASE, members: [{ ...seven, headSha }] });

    const sha = trial.candidate?.sha ?? '';
    const expected = 'change onceward/7\nchange onceward/7';
    assert.is(await subjects(trial.baseSha, sha), expected);
    assert.is(await show('rev-list', '--merges', '--count', `${trial.baseSha}..${sha}`), '0');
    assert.is(
      await show('rev-parse', `${sha}^{tree}`),
      await show('rev-parse', `${headSha}^{tree}`),
    );
  }),
);

test(
  'a conflict that a catch-up has settled stays settled: one commit stands for all of it',
  within(20_000, async () => {
    const { remote, repository, item, subjects, show } = await setup();
    const seven = await item('7', 'a.txt', 'ours\n');
    await remote.commit('main', 'a.txt', 'theirs\n');
    const headSha = await catchUp(remote.url, 'onceward/7', { 'a.txt': 'both\n' });

    const trial = await repository.landing.prepare({ ...REBASE, members: [{ ...seven, headSha }] });

    const sha = trial.candidate?.sha ?? '';
    assert.is(await subjects(trial.baseSha, sha), '7: change a.txt');
    assert.match(await show('log', '-1', '--format=%an|%b', sha), /^x\|Onceward-Item: 7\n*$/);
    assert.is(await show('show', `${sha}:a.txt`), 'both');
  }),
);

test(
  'what was added to a catch-up is not lost',
  within(20_000, async () => {
    const { remote, repository, item, show } = await setup();
    const seven = await item('7', 'a.txt', 'ours\n');
    await remote.commit('main', 'other.txt', 'other\n');
    const headSha = await catchUp(remote.url, 'onceward/7', { 'added.txt': 'added\n' });

    const trial = await repository.landing.prepare({ ...REBASE, members: [{ ...seven, headSha }] });

    const files = await show('ls-tree', '--name-only', trial.candidate?.sha ?? '');
    assert.is(files, 'README.md\na.txt\nadded.txt\nother.txt');
  }),
);

test(
  'a conflict with the base names its paths',
  within(20_000, async () => {
    const { remote, repository, item } = await setup();
    const seven = await item('7', 'a.txt', 'ours\n');
    await remote.commit('main', 'a.txt', 'theirs\n');

    const trial = await repository.landing.prepare({ ...REBASE, members: [seven] });

    const { headSha } = seven;
    assert.equal(trial.conflicts, [
      { item: '7', headSha, with: 'base', paths: ['a.txt'], count: 1 },
    ]);
    assert.is(trial.candidate, null);
  }),
);

test(
  'commits that the base has under other names have landed',
  within(20_000, async () => {
    const { remote, repository, item } = await setup();
    const seven = await item('7', 'a.txt', 'ours\n');
    const other = await remote.commit('main', 'other.txt', 'other\n');
    await item('8', 'a.txt', 'ours\n');
    const picked = await remote.head('onceward/8');
    await remote.run('update-ref', 'refs/heads/main', picked);

    const trial = await repository.landing.prepare({ ...REBASE, members: [seven] });

    assert.ok(other);
    assert.is(trial.candidate, null);
    assert.equal(trial.landed, [{ item: '7', headSha: seven.headSha }]);
  }),
);

test(
  'a rebase lands with the branch of its item, in one push',
  within(20_000, async () => {
    const { remote, repository, item } = await setup();
    const seven = await item('7', 'a.txt', 'ours\n');
    await remote.commit('main', 'other.txt', 'other\n');
    const trial = await repository.landing.prepare({ ...REBASE, members: [seven] });
    const sha = trial.candidate?.sha ?? '';
    await repository.landing.fence(3);
    const branches = [{ item: '7', fromSha: seven.headSha, toSha: sha }];
    const landing = { token: 3, baseSha: trial.baseSha, sha, branches };

    const outcome = await repository.landing.land(landing);
    const again = await repository.landing.land(landing);
    const seen = await repository.landing.observe(sha);

    assert.equal([outcome, again, seen.isHeld], ['landed', 'landed', true]);
    assert.equal([await remote.head('main'), await remote.head('onceward/7')], [sha, sha]);
    assert.is(await repository.remoteHead('onceward/7'), sha);
  }),
);

test(
  'several items at once are not rebased',
  within(20_000, async () => {
    const { repository, item } = await setup();
    const members = [await item('7', 'a.txt', 'a\n'), await item('8', 'b.txt', 'b\n')];

    await rejects(repository.landing.prepare({ ...REBASE, members }), 'GIT_FAILED');
  }),
);

test(
  'a commit that was empty from the start is kept, and one without a message too',
  within(20_000, async () => {
    const { remote, repository, item, show } = await setup();
    const seven = await item('7', 'a.txt', 'a\n');
    const args = [...IDENTITY, 'commit-tree', '-p', seven.headSha, '-F', '/dev/null'];
    const headSha = await remote.run(...args, `${seven.headSha}^{tree}`);
    await remote.run('update-ref', 'refs/heads/onceward/7', headSha);
    const baseSha = await remote.commit('main', 'other.txt', 'other\n');

    const trial = await repository.landing.prepare({ ...REBASE, members: [{ ...seven, headSha }] });

    const range = `${baseSha}..${trial.candidate?.sha}`;
    assert.is(await show('rev-list', '--count', range), '2');
  }),
);

test.run();
