// A landing moves the base from exactly one commit to exactly another, or nothing at all.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Git } from '../../../transport/git/git.ts';
import { rejects } from '../../support/rejects.ts';
import { within } from '../../support/within.ts';
import { candidateFixture, IDENTITY } from './landing-fixture.ts';
import { testGit } from './remote-fixture.ts';

test(
  'a candidate lands on the first-parent line of the base, and landing it again finds it there',
  within(20_000, async () => {
    const { remote, repository, machine, made } = await candidateFixture();
    const { baseSha, sha } = await made(repository);
    const { landing } = repository;

    await landing.fence(3);
    const first = await landing.land({ token: 3, baseSha, sha });
    const head = await repository.remoteHead('main');
    const second = await landing.land({ token: 3, baseSha, sha });
    const elsewhere = await machine().landing.land({ token: 3, baseSha, sha });

    assert.equal([first, second, elsewhere], ['landed', 'landed', 'landed']);
    assert.is(await remote.head('main'), sha);
    assert.is(head, sha);
    const line = await remote.run('rev-list', '--first-parent', 'main');
    assert.equal(line.split('\n').slice(0, 2), [sha, baseSha]);
  }),
);

test(
  'a landed candidate is found on the base that has gone on, and is seen to be held',
  within(20_000, async () => {
    const { remote, repository, made } = await candidateFixture();
    const { baseSha, sha } = await made(repository);
    await repository.landing.fence(3);
    await repository.landing.land({ token: 3, baseSha, sha });
    const later = await remote.commit('main', 'later.txt', 'later\n');

    const outcome = await repository.landing.land({ token: 3, baseSha, sha });
    const seen = await repository.landing.observe(sha);

    const treeSha = await remote.run('rev-parse', `${sha}^{tree}`);
    assert.is(outcome, 'landed');
    assert.equal(seen, { baseSha: later, isHeld: true, treeSha });
  }),
);

test(
  'a merge beside the first-parent line is not held, and neither is a commit nobody has',
  within(20_000, async () => {
    const { remote, repository, made } = await candidateFixture();
    const { baseSha, sha } = await made(repository);
    await repository.landing.fence(3);
    await repository.landing.publish({ token: 3, sha });
    const args = [...IDENTITY, 'commit-tree', '-m', 'aside'];
    const aside = await remote.run(...args, '-p', baseSha, `${baseSha}^{tree}`);
    const foxtrot = await remote.run(...args, '-p', aside, '-p', sha, `${sha}^{tree}`);
    await remote.run('update-ref', 'refs/heads/main', foxtrot);

    const beside = await repository.landing.observe(sha);
    const unknown = await repository.landing.observe('1'.repeat(40));

    assert.equal([beside.baseSha, beside.isHeld], [foxtrot, false]);
    assert.equal(unknown, { baseSha: foxtrot, isHeld: false, treeSha: null });
  }),
);

test(
  'a base that has moved is left alone',
  within(20_000, async () => {
    const { remote, repository, made } = await candidateFixture();
    const { baseSha, sha } = await made(repository);
    await repository.landing.fence(3);
    const theirs = await remote.commit('main', 'theirs.txt', 'theirs\n');

    const outcome = await repository.landing.land({ token: 3, baseSha, sha });

    assert.is(outcome, 'base-moved');
    assert.is(await remote.head('main'), theirs);
  }),
);

test(
  'a base that moves between the look and the push is left alone by the remote',
  within(20_000, async () => {
    const { remote, machine, made } = await candidateFixture();
    let theirs = '';
    const git: Git = async (args, options) => {
      const isOurs = args.includes('push') && args.some((arg) => arg.endsWith(':refs/heads/main'));
      if (isOurs) theirs = await remote.commit('main', 'theirs.txt', 'theirs\n');
      return testGit(args, options);
    };
    const late = machine(git);
    const { baseSha, sha } = await made(late);
    await late.landing.fence(3);

    const outcome = await late.landing.land({ token: 3, baseSha, sha });

    assert.is(outcome, 'base-moved');
    assert.is(await remote.head('main'), theirs);
  }),
);

test(
  'a branch of an item that has moved keeps the base from moving too',
  within(20_000, async () => {
    const { remote, repository, seven } = await candidateFixture();
    await remote.commit('main', 'other.txt', 'other\n');
    const trial = await repository.landing.prepare({ method: 'rebase', members: [seven] });
    const { baseSha, candidate } = trial;
    const sha = candidate?.sha ?? '';
    await repository.landing.fence(3);
    const theirs = await remote.commit('onceward/7', 'more.txt', 'more\n');

    const branches = [{ item: '7', fromSha: seven.headSha, toSha: sha }];
    const landed = repository.landing.land({ token: 3, baseSha, sha, branches });

    await rejects(landed, 'GIT_FAILED');
    assert.is(await remote.head('main'), baseSha);
    assert.is(await remote.head('onceward/7'), theirs);
  }),
);

test(
  'the base is moved only to what was made on it, and by nothing that is no commit',
  within(20_000, async () => {
    const { remote, repository, seven, made } = await candidateFixture();
    const { baseSha } = await made(repository);
    const { landing } = repository;
    await landing.fence(3);
    const commit = async (...parents: string[]) => {
      const above = parents.flatMap((parent) => ['-p', parent]);
      const args = [...IDENTITY, 'commit-tree', '-m', 'x', ...above, `${baseSha}^{tree}`];
      return (await testGit(args, { cwd: repository.gitDir })).stdout;
    };
    const toOther = await commit();
    const besides = await commit(await commit(baseSha, seven.headSha), seven.headSha);
    const secondParent = await commit(toOther, baseSha);

    await rejects(landing.land({ token: 3, baseSha, sha: toOther }), 'GIT_FAILED');
    await rejects(landing.land({ token: 3, baseSha, sha: secondParent }), 'GIT_FAILED');
    await rejects(landing.land({ token: 3, baseSha, sha: '1'.repeat(40) }), 'GIT_FAILED');
    await rejects(landing.publish({ token: 3, sha: '' }), 'GIT_FAILED');

    assert.is(await remote.head('main'), baseSha);
    assert.is(await landing.land({ token: 3, baseSha, sha: besides }), 'landed');
  }),
);

test(
  'a machine that has not made the candidate lands what was published',
  within(20_000, async () => {
    const { remote, repository, machine, made } = await candidateFixture();
    const { baseSha, sha } = await made(repository);
    await repository.landing.fence(3);
    await repository.landing.publish({ token: 3, sha });
    const other = machine();

    await other.landing.fence(4);
    const outcome = await other.landing.land({ token: 4, baseSha, sha });

    assert.is(outcome, 'landed');
    assert.is(await remote.head('main'), sha);
  }),
);

test.run();
