// Whoever takes a finished run over judges and claims it, and does nothing else.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { cleanUp } from '../../../services/workers/cleanup.ts';
import { evaluateOnly } from '../../../services/workers/evaluation.ts';
import { readProcess } from '../../../transport/process/process-table.ts';
import { within } from '../../support/within.ts';
import {
  createFakeRun,
  createWorker,
  FIRST_REVISION,
  refused,
  startStray,
  worktreeOf,
} from './worker-fixture.ts';

const exit = { code: 0, signal: null, cause: 'exit-code' };

test(
  'an evaluation claims on the revision it was given, and sends nothing else',
  within(20_000, async () => {
    const { run, remote, deps, job } = await createWorker({ job: { exit } });
    const headSha = await remote.commit('onceward/7', 'fix.txt', 'fixed\n');

    assert.is(await evaluateOnly(job, deps), 'claim-won');

    assert.equal(run.types(), ['claim']);
    const { verdict, ...claim } = run.last('claim') ?? {};
    assert.equal(claim, { claimant: 'worker-1', evaluatedRevision: FIRST_REVISION, epoch: 1 });
    assert.is((verdict as { kind: string }).kind, 'pass');
    assert.is(await remote.head('onceward/7'), headSha);
  }),
);

test(
  'an evaluation that comes too late has no effect but its answer',
  within(20_000, async () => {
    const run = createFakeRun(() => refused('revision', 'claimed'));
    const { deps, job } = await createWorker({ run, job: { exit } });

    assert.is(await evaluateOnly(job, deps), 'claim-lost');
  }),
);

test(
  'a run without an exit is not judged',
  within(20_000, async () => {
    const { run, deps, job } = await createWorker();

    assert.is(await evaluateOnly(job, deps), 'no-exit');
    assert.equal(run.types(), []);
  }),
);

test(
  'a second evaluation of a run that is decided runs no gate and claims nothing',
  within(20_000, async () => {
    const command = { kind: 'command', command: 'false' } as const;
    const { run, deps, job } = await createWorker({
      stage: { gates: [command] },
      job: { exit, state: 'claimed' },
    });

    assert.is(await evaluateOnly(job, deps), 'claim-lost');

    assert.equal(run.types(), []);
    assert.not.ok(existsSync(join(deps.stateDir, 'repositories')));
  }),
);

test(
  'a clean-up ends the leftover on its own machine and only then says gone',
  within(20_000, async () => {
    const { run, deps, job } = await createWorker({ job: { state: 'cancelling' } });
    const old = spawn('sh', ['-c', 'echo ready; exec sleep 60'], {
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    if (old.stdout !== null) await once(old.stdout, 'data');
    const ended = once(old, 'exit');
    const pid = old.pid ?? 0;
    const startTicks = readProcess(pid)?.startTicks ?? 0;
    const leftover = { machine: 'machine-1', pid, startTicks };

    const elsewhere = { ...leftover, machine: 'machine-2' };
    assert.is(await cleanUp({ ...job, leftover: elsewhere }, deps), 'elsewhere');
    assert.is(await cleanUp({ ...job, machine: 'machine-2' }, deps), 'elsewhere');
    assert.equal(run.types(), []);
    assert.is(await cleanUp({ ...job, leftover }, deps), 'gone');

    assert.equal(run.types(), ['gone']);
    assert.equal(await ended, [null, 'SIGTERM']);
  }),
);

test(
  'a clean-up ends what nobody has recorded, too: whatever was started in the worktree',
  within(20_000, async () => {
    const { run, deps, job } = await createWorker({ job: { state: 'cancelling' } });
    const stray = await startStray(worktreeOf(job, deps));

    assert.is(await cleanUp(job, deps), 'gone');

    assert.is(stray.isAlive(), false);
    assert.equal(run.types(), ['gone']);
  }),
);

test(
  'a clean-up that comes when the run is decided leaves the worktree to the next run, and says nothing',
  within(20_000, async () => {
    const { run, deps, job } = await createWorker({ job: { state: 'advanced' } });
    const next = await startStray(worktreeOf(job, deps));

    assert.is(await cleanUp(job, deps), 'ended');

    assert.is(next.isAlive(), true);
    assert.equal(run.types(), []);
    await next.kill();
  }),
);

test.run();
