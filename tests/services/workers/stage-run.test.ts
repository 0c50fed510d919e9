// A run is carried out in one order, and not at all once somebody else has it.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { carryOut } from '../../../services/workers/stage-run.ts';
import { isGroupAlive } from '../../../transport/process/group-termination.ts';
import { within } from '../../support/within.ts';
import { createFakeRun, createWorker, FIRST_REVISION, refused } from './worker-fixture.ts';

const COMMIT =
  'echo fixed > fix.txt && git add -A && git commit -qm fix && echo done > "$ONCEWARD_COMMENT_FILE"';
const WHOLE_ORDER = [
  'started',
  'exited',
  'finalize-step push',
  'finalize-step report',
  'finalize-step gate',
  'claim',
];

function processGroupOf(data: Record<string, unknown> | undefined): number {
  return (data?.['processGroup'] as { pid: number } | undefined)?.pid ?? 0;
}

test(
  'a command is counted while it runs, however it ends',
  within(30_000, async () => {
    const counted: string[] = [];
    const agents = {
      started: () => void counted.push('started'),
      ended: () => void counted.push('ended'),
    };
    const { deps, job } = await createWorker({ stage: { command: 'exit 1' }, deps: { agents } });

    await carryOut(job, deps);

    assert.equal(counted, ['started', 'ended']);
  }),
);

test(
  'a good run goes: started, exited, push, report, gate, claim',
  within(30_000, async () => {
    const { remote, run, deps, job } = await createWorker({ stage: { command: COMMIT } });

    const outcome = await carryOut(job, deps);

    const head = await remote.head('onceward/7');
    assert.is(outcome, 'claim-won');
    assert.equal(run.types(), WHOLE_ORDER);
    assert.is(run.requests[1]?.type, 'progress', 'the agent is alive');
    assert.equal(run.requests[0]?.data, { worker: 'worker-1', machine: 'machine-1', epoch: 1 });
    assert.equal(run.last('exited'), {
      code: 0,
      signal: null,
      cause: 'exit-code',
      outputBytes: 0,
      epoch: 1,
    });
    const { verdict, claimant, evaluatedRevision } = run.last('claim') ?? {};
    assert.equal(verdict, {
      kind: 'pass',
      cause: 'exit-code',
      summary: 'exit code 0',
      headSha: head,
      isLanded: false,
    });
    assert.is(claimant, 'worker-1');
    assert.is(evaluatedRevision, FIRST_REVISION + run.requests.length - 1);
    assert.is(run.report(), 'done');
  }),
);

test(
  'a gate runs after everything that is recorded, and before the claim',
  within(30_000, async () => {
    const seen: string[] = [];
    const run = createFakeRun((type) => {
      if (type === 'claim') seen.push(readFileSync(fixture.tracePath, 'utf8'));
      if (type === 'finalize-step') seen.push(readFileSync(fixture.tracePath, 'utf8'));
      return undefined;
    });
    const fixture = await createWorker({ run });
    const gate = { kind: 'command', command: `echo gate >> ${fixture.tracePath}` } as const;
    const stage = { ...fixture.job.stage, command: COMMIT };
    stage.gates = [{ ...gate, timeoutMs: 10_000 }];

    await carryOut({ ...fixture.job, stage }, fixture.deps);

    assert.equal(seen, ['', '', '', 'gate\n']);
  }),
);

test(
  'a refused start does nothing at all',
  within(20_000, async () => {
    const run = createFakeRun(() => refused('not-now', 'running.working'));
    const { deps, job } = await createWorker({ run });

    assert.is(await carryOut(job, deps), 'refused');

    assert.equal(run.types(), ['started']);
    assert.not.ok(existsSync(join(deps.stateDir, 'worktrees')));
  }),
);

test(
  'a worker that has lost its run kills the agent and says nothing more',
  within(20_000, async () => {
    const run = createFakeRun((type) =>
      type === 'progress' ? refused('stale-epoch', 'running.starting') : undefined,
    );
    const { deps, job, remote } = await createWorker({
      run,
      stage: { command: `${COMMIT}; sleep 60` },
    });

    assert.is(await carryOut(job, deps), 'lost');

    assert.equal(run.types(), ['started']);
    assert.not.ok(isGroupAlive(processGroupOf(run.last('progress'))));
    assert.is(await remote.head('onceward/7'), '');
  }),
);

test(
  'a refusal that says nothing of the run being lost lets the agent go on',
  within(20_000, async () => {
    const run = createFakeRun((type) =>
      type === 'progress' ? refused('newer-version') : undefined,
    );
    const { deps, job } = await createWorker({ run, stage: { command: COMMIT } });

    assert.is(await carryOut(job, deps), 'claim-won');
  }),
);

test(
  'a cancelled run ends its process group, proves it gone and then says so',
  within(20_000, async () => {
    const run = createFakeRun((type) => {
      if (type === 'progress') return refused('not-now', 'cancelling');
      if (type === 'gone') aliveAtGone = isGroupAlive(processGroupOf(run.last('progress')));
      return undefined;
    });
    let aliveAtGone = true;
    const command = 'trap "" TERM; sleep 60 & wait';
    const { deps, job } = await createWorker({ run, stage: { command } });

    assert.is(await carryOut(job, deps), 'cancelled');

    assert.equal(run.types(), ['started', 'gone']);
    assert.is(aliveAtGone, false);
  }),
);

test(
  'a cancel that comes before the command starts it never',
  within(20_000, async () => {
    const cancelSignal = AbortSignal.abort();
    const { run, deps, job } = await createWorker({ deps: { cancelSignal } });

    assert.is(await carryOut(job, deps), 'cancelled');

    assert.equal(run.types(), ['started', 'gone']);
    assert.is(run.last('progress'), undefined);
  }),
);

test(
  'an exit that only confirms a cancel is not brought out',
  within(20_000, async () => {
    const run = createFakeRun((type) =>
      type === 'exited'
        ? { outcome: 'applied', revision: 99, state: 'cancelled', isRepeat: false }
        : undefined,
    );
    const { deps, job, remote } = await createWorker({ run, stage: { command: COMMIT } });

    assert.is(await carryOut(job, deps), 'cancelled');

    assert.equal(run.types(), ['started', 'exited']);
    assert.is(await remote.head('onceward/7'), '');
  }),
);

test(
  'a workspace that cannot be prepared is charged to the infrastructure',
  within(20_000, async () => {
    const { run, deps, job } = await createWorker({ job: { repository: '/nonexistent' } });

    assert.is(await carryOut(job, deps), 'claim-won');

    assert.equal(run.types(), ['started', 'exited', 'finalize-step gate', 'claim']);
    assert.is(run.last('exited')?.['cause'], 'workspace-failed');
    const verdict = run.last('claim')?.['verdict'] as Record<string, unknown>;
    assert.is(verdict['kind'], 'infra_error');
    assert.is(verdict['cause'], 'workspace-failed');
    assert.match(String(verdict['summary']), '/nonexistent');
  }),
);

test(
  'a lost claim has no effect but its answer',
  within(20_000, async () => {
    const run = createFakeRun((type) =>
      type === 'claim' ? refused('revision', 'claimed') : undefined,
    );
    const { deps, job } = await createWorker({ run, stage: { command: COMMIT } });

    assert.is(await carryOut(job, deps), 'claim-lost');

    assert.is(run.types().at(-1), 'claim');
  }),
);

test.run();
