// Bringing a result out is done in one order, in bounded time, and may be repeated.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Comments } from '../../../services/workers/comments.ts';
import { finalize } from '../../../services/workers/finalize.ts';
import { openRunSession } from '../../../services/workers/run-session.ts';
import { prepareWorkspace } from '../../../services/workers/workspace.ts';
import { within } from '../../support/within.ts';
import { commitFile } from '../../transport/git/remote-fixture.ts';
import { createFakeRun, createWorker, type FakeRun, refused } from './worker-fixture.ts';

const exit = { code: 0, signal: null, cause: 'exit-code', outputBytes: 12 };

async function setup({
  run = createFakeRun(),
  ...deps
}: {
  run?: FakeRun;
  comments?: Comments;
  finalizeTimeoutMs?: number;
} = {}) {
  const worker = await createWorker({ run, deps });
  const { job } = worker;
  const repository = worker.deps.repositories.open({
    project: 'shop',
    url: job.repository,
    baseBranch: 'main',
  });
  const workspace = await prepareWorkspace(job, repository, worker.deps);
  const session = openRunSession(job, worker.deps);
  const options = { job, exit, workspace, repository, session, deps: worker.deps };
  const commentPath = join(worker.deps.stateDir, 'comments', 'shop', '7.md');
  const readComments = () => readFileSync(commentPath, 'utf8');
  const commit = () => commitFile(workspace.worktree.path, 'fix.txt', 'fixed\n');
  return { ...worker, options, workspace, commit, readComments };
}

test(
  'new commits are pushed and recorded, then the comment is posted and recorded',
  within(20_000, async () => {
    const { options, commit, remote, run, job } = await setup();
    const sha = await commit();

    const result = await finalize(options);

    assert.equal(result, { isLost: false, trouble: null });
    assert.is(await remote.head('onceward/7'), sha);
    assert.equal(
      run.requests.map(({ data }) => data),
      [
        { step: 'push', key: `${job.address}:1:push`, result: sha, epoch: 1 },
        { step: 'comment', key: `${job.address}:1:comment`, result: 'posted', epoch: 1 },
      ],
    );
  }),
);

test(
  'a repeated finalization changes nothing outside',
  within(20_000, async () => {
    const { options, commit, remote, readComments } = await setup();
    const sha = await commit();
    await finalize(options);
    const before = readComments();

    const again = await finalize(options);

    assert.equal(again, { isLost: false, trouble: null });
    assert.is(readComments(), before);
    assert.is(await remote.head('onceward/7'), sha);
  }),
);

test(
  'without new commits nothing is pushed, and the comment says so',
  within(20_000, async () => {
    const { options, remote, run, readComments, workspace } = await setup();
    writeFileSync(workspace.paths.commentFile, 'Looks **fine** to me.\n');

    await finalize(options);

    assert.is(await remote.head('onceward/7'), '');
    assert.equal(run.types(), ['finalize-step comment']);
    assert.match(readComments(), 'exit code 0\nno new commits; 12 bytes of output');
    assert.match(readComments(), 'Looks **fine** to me.');
  }),
);

test(
  'what the command says on the item tells nobody, commands nothing and holds no secret',
  within(20_000, async () => {
    const { options, readComments, workspace } = await setup();
    const token = `ghp_${'a1B2'.repeat(9)}`;
    const said = `@alice see #12\u202e\n/close\nused ${token.slice(0, 8)}\u200b${token.slice(8)}\n`;
    writeFileSync(workspace.paths.commentFile, said);

    await finalize(options);

    assert.match(readComments(), 'used [secret]\n');
    assert.not.match(readComments(), /@alice|#12|^\/close|\u202e/m);
  }),
);

test(
  'a push that fails is trouble, not recorded, and does not keep the comment from being posted',
  within(20_000, async () => {
    const { options, commit, remote, run } = await setup();
    await commit();
    await remote.commit('onceward/7', 'theirs.txt', 'theirs\n');

    const { isLost, trouble } = await finalize(options);

    assert.is(isLost, false);
    assert.is(trouble?.cause, 'push-failed');
    assert.equal(run.types(), ['finalize-step comment']);
  }),
);

test(
  'a run that has gone to another ends the finalization where it is',
  within(20_000, async () => {
    const run = createFakeRun(() => refused('stale-epoch'));
    const { options, commit } = await setup({ run });
    await commit();

    const result = await finalize(options);

    assert.is(result.isLost, true);
    assert.equal(run.types(), ['finalize-step push']);
  }),
);

test(
  'a comment that never returns does not outlast the time limit',
  within(20_000, async () => {
    const comments: Comments = { post: () => new Promise(() => {}) };
    const { options, run } = await setup({ comments, finalizeTimeoutMs: 200 });

    const result = await finalize(options);

    assert.equal(result, { isLost: false, trouble: null });
    assert.equal(run.types(), []);
  }),
);

test(
  'a push that never returns is cut off at the time limit',
  within(20_000, async () => {
    const { options, commit, remote } = await setup({ finalizeTimeoutMs: 300 });
    await commit();
    const release = join(remote.url, 'release');
    const waiting = `for i in $(seq 250); do test -e ${release} && exit 1; sleep 0.02; done; exit 1`;
    writeFileSync(join(remote.url, 'hooks', 'pre-receive'), `#!/bin/sh\n${waiting}\n`, {
      mode: 0o755,
    });

    const { trouble } = await finalize(options);
    writeFileSync(release, '');

    assert.is(trouble?.cause, 'push-failed');
    assert.match(trouble?.summary ?? '', /was not done within (300|299) ms/);
  }),
);

test.run();
