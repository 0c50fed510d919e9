// Each member of a trial is merged, in conflict, landed or missing.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { rejects } from '../../support/rejects.ts';
import { within } from '../../support/within.ts';
import { IDENTITY, landingFixture } from './landing-fixture.ts';
import { testGit } from './remote-fixture.ts';

const MERGE = { method: 'merge' } as const;
const ABSENT = '1'.repeat(40);

test(
  'what conflicts with the base is told from what conflicts with a member before it, and both are left out',
  within(20_000, async () => {
    const { remote, repository, item } = await landingFixture();
    const seven = await item('7', 'a.txt', 'seven\n');
    const eight = await item('8', 'a.txt', 'eight\n');
    const nine = await item('9', 'b.txt', 'nine\n');
    const ten = await item('10', 'c.txt', 'ten\n');
    await remote.commit('main', 'b.txt', 'base\n');

    const members = [seven, eight, nine, ten];
    const trial = await repository.landing.prepare({ ...MERGE, members });

    const { headSha } = eight;
    assert.equal(trial.conflicts, [
      { item: '8', headSha, with: 'others', paths: ['a.txt'], count: 1 },
      { item: '9', headSha: nine.headSha, with: 'base', paths: ['b.txt'], count: 1 },
    ]);
    assert.equal(
      trial.candidate?.members.map((member) => member.item),
      ['7', '10'],
    );
  }),
);

test(
  'heads that the base holds are landed, and heads that the remote does not have are missing',
  within(20_000, async () => {
    const { remote, repository, item } = await landingFixture();
    const seven = await item('7', 'a.txt', 'a\n');
    await remote.run('update-ref', 'refs/heads/main', seven.headSha);
    await remote.run('update-ref', '-d', 'refs/heads/onceward/7');
    const eight = await item('8', 'b.txt', 'b\n');
    await repository.fetch();
    await remote.run('update-ref', '-d', 'refs/heads/onceward/8');
    const nine = { item: '9', headSha: ABSENT, title: 'never there' };
    const ten = await item('10', 'c.txt', 'c\n');
    await repository.fetch();
    await remote.run('update-ref', 'refs/heads/onceward/10', 'main');

    const members = [seven, eight, nine, ten];
    const trial = await repository.landing.prepare({ ...MERGE, members });

    assert.equal(trial.landed, [{ item: '7', headSha: seven.headSha }]);
    assert.equal(
      trial.missing.map((member) => member.item),
      ['8', '9', '10'],
    );
    assert.is(trial.candidate, null);
  }),
);

test(
  'the recorded head counts, not what the branch has got since',
  within(20_000, async () => {
    const { remote, repository, item } = await landingFixture();
    const seven = await item('7', 'a.txt', 'a\n');
    await remote.commit('onceward/7', 'later.txt', 'later\n');

    const trial = await repository.landing.prepare({ ...MERGE, members: [seven] });

    const args = ['ls-tree', '--name-only', trial.candidate?.sha ?? ''];
    assert.is((await testGit(args, { cwd: repository.gitDir })).stdout, 'README.md\na.txt');
  }),
);

test(
  'a branch without a commit in common with the base is a conflict with it without paths',
  within(20_000, async () => {
    const { remote, repository } = await landingFixture();
    const headSha = await remote.run(...IDENTITY, 'commit-tree', '-m', 'x', 'main^{tree}');
    await remote.run('update-ref', 'refs/heads/onceward/7', headSha);

    const members = [{ item: '7', headSha, title: 'alone' }];
    const trial = await repository.landing.prepare({ ...MERGE, members });

    const conflict = { item: '7', headSha, with: 'base' as const, paths: [], count: 0 };
    assert.equal(trial.conflicts, [conflict]);
  }),
);

test(
  'a base branch that the remote does not have is a failure of git',
  within(20_000, async () => {
    const { remote, repository, item } = await landingFixture();
    const seven = await item('7', 'a.txt', 'a\n');
    await remote.run('update-ref', '-d', 'refs/heads/main');

    await rejects(repository.landing.prepare({ ...MERGE, members: [seven] }), 'GIT_FAILED');
  }),
);

test.run();
