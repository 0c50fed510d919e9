// Bringing a result out is done in one order, in bounded time, and may be repeated.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
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
  const say = (text: string) => writeFileSync(workspace.paths.commentFile, text);
  const commit = () => commitFile(workspace.worktree.path, 'fix.txt', 'fixed\n');
  return { ...worker, options, commit, say };
}

test(
  'new commits are pushed and recorded, then what the command says is recorded',
  within(20_000, async () => {
    const { options, commit, say, remote, run, job } = await setup();
    const sha = await commit();
    say('Looks **fine** to me.\n');

    const result = await finalize(options);

    assert.equal(result, { isLost: false, trouble: null });
    assert.is(await remote.head('onceward/7'), sha);
    const report = { result: '', report: 'Looks **fine** to me.' };
    assert.equal(
      run.requests.map(({ data }) => data),
      [
        { step: 'push', key: `${job.address}:1:push`, result: sha, epoch: 1 },
        { step: 'report', key: `${job.address}:1:report`, ...report, epoch: 1 },
      ],
    );
  }),
);

test(
  'a repeated finalization changes nothing outside',
  within(20_000, async () => {
    const { options, commit, remote } = await setup();
    const sha = await commit();
    await finalize(options);

    const again = await finalize(options);

    assert.equal(again, { isLost: false, trouble: null });
    assert.is(await remote.head('onceward/7'), sha);
  }),
);

test(
  'without new commits and without a word nothing is pushed, and nothing recorded',
  within(20_000, async () => {
    const { options, remote, run } = await setup();

    await finalize(options);

    assert.is(await remote.head('onceward/7'), '');
    assert.equal(run.types(), []);
  }),
);

test(
  'what the command says on the item tells nobody, commands nothing and holds no secret',
  within(20_000, async () => {
    const { options, run, say } = await setup();
    const token = `ghp_${'a1B2'.repeat(9)}`;
    say(`@alice see #12\u202e\n/close\nused ${token.slice(0, 8)}\u200b${token.slice(8)}\n`);

    await finalize(options);

    assert.match(run.report() ?? '', 'used [secret]');
    assert.not.match(run.report() ?? '', /@alice|#12|^\/close|\u202e/m);
  }),
);

test(
  'what the command says is cut where a record would grow too large, and says so',
  within(20_000, async () => {
    const { options, run, say } = await setup();
    say('word '.repeat(5_000));

    await finalize(options);

    assert.ok((run.report() ?? '').length <= 8_000);
    assert.match(run.report() ?? '', / characters left out\]$/);
  }),
);

test(
  'a push that fails is trouble, not recorded, and does not keep a word from being said',
  within(20_000, async () => {
    const { options, commit, say, remote, run } = await setup();
    await commit();
    say('done');
    await remote.commit('onceward/7', 'theirs.txt', 'theirs\n');

    const { isLost, trouble } = await finalize(options);

    assert.is(isLost, false);
    assert.is(trouble?.cause, 'push-failed');
    assert.equal(run.types(), ['finalize-step report']);
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
