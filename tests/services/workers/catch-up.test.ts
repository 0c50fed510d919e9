// A stage begins on its branch and the base together; what the catch-up brought in is never taken for its work.
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { runPaths } from '../../../services/workers/run-paths.ts';
import { carryOut } from '../../../services/workers/stage-run.ts';
import { prepareWorkspace } from '../../../services/workers/workspace.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { within } from '../../support/within.ts';
import { createWorker, type WorkerFixture } from './worker-fixture.ts';

const COMMIT = 'echo work > work.txt && git add -A && git commit -qm work';
const RELEASE = 'git push -q origin HEAD:refs/heads/main';

/** An item that was pushed once, and a base that has moved on beside it. */
async function diverged(stage: Parameters<typeof createWorker>[0] = {}) {
  const fixture = await createWorker(stage);
  const { remote } = fixture;
  await remote.run('branch', 'onceward/7', 'main');
  const headSha = await remote.commit('onceward/7', 'fix.txt', 'fixed\n');
  const baseSha = await remote.commit('main', 'other.txt', 'of another item\n');
  return { ...fixture, job: { ...fixture.job, headSha }, headSha, baseSha };
}

async function conflicting(stage: Parameters<typeof createWorker>[0] = {}) {
  const fixture = await diverged(stage);
  const baseSha = await fixture.remote.commit('main', 'fix.txt', 'differently\n');
  return { ...fixture, baseSha };
}

function verdictOf({ run }: WorkerFixture): Record<string, unknown> {
  return run.last('claim')?.['verdict'] as Record<string, unknown>;
}

test(
  'what an agent commits is pushed together with the merge of the base it was built on',
  within(30_000, async () => {
    const fixture = await diverged({ stage: { command: `test -f other.txt && ${COMMIT}` } });
    const { remote, job, deps, headSha, baseSha } = fixture;

    await carryOut(job, deps);

    assert.is(verdictOf(fixture)['kind'], 'pass');
    assert.is(
      await remote.run('log', '-1', '--format=%P', 'onceward/7~1'),
      `${headSha} ${baseSha}`,
    );
    assert.is(verdictOf(fixture)['headSha'], await remote.head('onceward/7'));
  }),
);

test(
  'a catch-up is no work: the agent has left nothing, nothing is pushed, and the verdict is on the pushed head',
  within(30_000, async () => {
    const fixture = await diverged({ stage: { command: 'true' } });
    const { remote, job, deps, run, headSha } = fixture;

    await carryOut(job, deps);

    assert.is(verdictOf(fixture)['cause'], 'no-output');
    assert.is(verdictOf(fixture)['headSha'], headSha);
    assert.is(await remote.head('onceward/7'), headSha);
    assert.not.ok(run.types().includes('finalize-step push'));
  }),
);

test(
  'an agent that pushes the bare catch-up by itself has still left nothing',
  within(30_000, async () => {
    const fixture = await diverged({ stage: { command: 'git push -q origin HEAD' } });
    const { remote, job, deps, headSha } = fixture;

    await carryOut(job, deps);

    assert.is.not(await remote.head('onceward/7'), headSha);
    assert.is(verdictOf(fixture)['cause'], 'no-output');
  }),
);

test(
  'the verdict file of another item, which a catch-up has brought, is nobody’s verdict',
  within(30_000, async () => {
    const gates = [{ kind: 'verdict', path: 'review.json' } as const];
    const fixture = await diverged({ stage: { command: COMMIT, gates } });
    const { remote, job, deps } = fixture;
    await remote.commit('main', 'review.json', '{"verdict":"pass"}');

    await carryOut(job, deps);

    assert.is(await remote.run('show', 'onceward/7:review.json'), '{"verdict":"pass"}');
    assert.is(verdictOf(fixture)['kind'], 'unobserved');
  }),
);

test(
  'a review that commits nothing stands on the pushed head, and the next stage begins where it began',
  within(30_000, async () => {
    const gates = [{ kind: 'exit' }, { kind: 'verdict', path: 'review.json' }] as const;
    const judge = `echo '{"verdict":"pass"}' > "$ONCEWARD_RUN_FOLDER/review.json"; git rev-parse HEAD`;
    const fixture = await diverged({ stage: { command: judge, gates: [...gates] } });
    const { remote, job, deps, headSha } = fixture;

    await carryOut(job, deps);
    const reviewed = verdictOf(fixture);
    const next = {
      ...job.stage,
      name: 'next',
      command: COMMIT,
      gates: [{ kind: 'exit' } as const],
    };
    await carryOut({ ...job, address: 'run.shop.7.next.1', stage: next }, deps);

    const seen = readFileSync(runPaths(deps.stateDir, job).logPath, 'utf8').trim();
    assert.equal([reviewed['kind'], reviewed['headSha']], ['pass', headSha]);
    assert.is(verdictOf(fixture)['kind'], 'pass');
    assert.is(await remote.run('rev-parse', 'onceward/7~1'), seen);
  }),
);

test(
  'an agent is told of a conflict, and begins on the branch without the merge',
  within(30_000, async () => {
    const tell = 'cat "$ONCEWARD_FEEDBACK_FILE"; cp "$ONCEWARD_CONTEXT_FILE" context.json';
    const stage = { command: `${tell}; cat fix.txt` };
    const { job, deps, headSha, baseSha } = await conflicting({
      stage,
      job: { feedback: 'mend it' },
    });

    await carryOut(job, deps);

    const paths = runPaths(deps.stateDir, job);
    const context = JSON.parse(readFileSync(paths.contextFile, 'utf8'));
    const told = readFileSync(paths.logPath, 'utf8');
    assert.equal(context.catchUp, {
      ...{ outcome: 'conflict', conflicts: ['fix.txt'], conflictCount: 1, baseSha },
    });
    assert.is(context.headSha, headSha);
    assert.match(told, /^mend it\n/);
    assert.match(
      told,
      `merging main (${baseSha}) into onceward/7: conflicts in 1 files:\n- "fix.txt"`,
    );
    assert.match(told, /fixed\n$/);
  }),
);

test(
  'a command is not started on a conflict: it fails by the product, and names the files',
  within(30_000, async () => {
    const fixture = await conflicting({ stage: { kind: 'command' } });
    const { job, deps, run, headSha, tracePath } = fixture;
    const stage = { ...job.stage, command: `echo started >> ${tracePath}` };

    await carryOut({ ...job, stage }, deps);

    const { kind, cause, summary } = verdictOf(fixture);
    assert.equal([kind, cause], ['product_fail', 'conflict']);
    assert.is(verdictOf(fixture)['headSha'], headSha);
    assert.match(String(summary), 'conflicts in 1 files:\n- "fix.txt"');
    assert.is(run.last('exited')?.['cause'], 'conflict');
    assert.is(readFileSync(tracePath, 'utf8'), '');
  }),
);

test(
  'a release moves the base forward to the branch and the base together, and its item counts as landed',
  within(30_000, async () => {
    const fixture = await diverged({ stage: { kind: 'command', command: RELEASE } });
    const { remote, job, deps, headSha, baseSha } = fixture;

    await carryOut(job, deps);

    assert.is(verdictOf(fixture)['isLanded'], true);
    assert.is(verdictOf(fixture)['headSha'], headSha);
    assert.is(await remote.run('log', '-1', '--format=%P', 'main'), `${headSha} ${baseSha}`);
    assert.is(await remote.head('onceward/7'), headSha);
  }),
);

test(
  'a stage that asks for no catch-up begins on what was pushed',
  within(30_000, async () => {
    const stage = { command: `test ! -e other.txt && ${COMMIT}`, catchUp: 'none' } as const;
    const fixture = await diverged({ stage });
    const { remote, job, deps, headSha } = fixture;

    await carryOut(job, deps);

    assert.is(verdictOf(fixture)['kind'], 'pass');
    assert.is(await remote.run('rev-parse', 'onceward/7~1'), headSha);
  }),
);

test(
  'a worker that dies after a catch-up leaves nothing that the next one stumbles over',
  within(30_000, async () => {
    const fixture = await diverged({ stage: { command: COMMIT } });
    const { remote, job, deps } = fixture;
    const { project, repository: url, baseBranch } = job;
    const repository = deps.repositories.open({ project, url, baseBranch });
    const dead = await prepareWorkspace(job, repository, deps);
    writeFileSync(join(dead.worktree.path, 'half.txt'), 'half\n');

    await carryOut({ ...job, epoch: 2 }, deps);

    assert.is(verdictOf(fixture)['kind'], 'pass');
    assert.is(await remote.run('rev-parse', 'onceward/7~1'), dead.worktree.startSha);
    assert.is(await remote.run('ls-tree', '--name-only', 'onceward/7', 'half.txt'), '');
  }),
);

test(
  'a run’s folder holds nothing that an earlier command has put there, and is never reached through a link',
  within(30_000, async () => {
    const { job, deps, run } = await createWorker({ stage: { command: COMMIT } });
    const { runFolder } = runPaths(deps.stateDir, job);
    const elsewhere = temporaryDirectory();
    mkdirSync(dirname(runFolder), { recursive: true });
    symlinkSync(elsewhere, runFolder);

    await carryOut(job, deps);
    const kept = [
      existsSync(join(runFolder, 'context.json')),
      existsSync(join(elsewhere, 'body.md')),
    ];
    const linked = { ...job, stage: { ...job.stage, name: 'next' } };
    const other = { ...deps, stateDir: linkedState(deps.stateDir) };
    await carryOut(linked, other);

    assert.equal(kept, [true, false]);
    const verdict = run.last('claim')?.['verdict'] as Record<string, unknown>;
    assert.equal([verdict['kind'], verdict['cause']], ['infra_error', 'workspace-failed']);
  }),
);

/** A state directory whose `runs` lead elsewhere. */
function linkedState(stateDir: string): string {
  const state = temporaryDirectory();
  symlinkSync(join(stateDir, 'runs'), join(state, 'runs'));
  return state;
}

test.run();
