// A run is carried out whatever earlier ones have left behind, and told whatever fails around it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { carryOut } from '../../../services/workers/stage-run.ts';
import { OncewardError } from '../../../transport/errors.ts';
import type { Clock } from '../../../transport/ports.ts';
import { readProcess } from '../../../transport/process/process-table.ts';
import { localClock } from '../../support/local-clock.ts';
import { within } from '../../support/within.ts';
import { createFakeRun, createWorker } from './worker-fixture.ts';

const COMMIT = 'echo fixed > fix.txt && git add -A && git commit -qm fix';

/** Twenty times as fast as the clock on the wall. */
const fastClock: Clock = {
  ...localClock,
  monotonicMs: () => localClock.monotonicMs() * 20,
  after: (delayMs, callback) => localClock.after(delayMs / 20, callback),
};

function isRunning(pid: number): boolean {
  return readProcess(pid)?.isZombie === false;
}

test(
  'what an earlier epoch left running on this machine is ended before the work begins',
  within(20_000, async () => {
    const { deps, job } = await createWorker({ stage: { command: COMMIT } });
    const old = spawn('sh', ['-c', 'echo ready; exec sleep 60'], {
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    if (old.stdout !== null) await once(old.stdout, 'data');
    const ended = once(old, 'exit');
    const pid = old.pid ?? 0;
    const startTicks = readProcess(pid)?.startTicks ?? 0;
    const leftover = { machine: 'machine-1', pid, startTicks };

    await carryOut({ ...job, epoch: 2, leftover }, deps);

    assert.equal(await ended, [null, 'SIGTERM']);
  }),
);

test(
  'what an earlier attempt left running is ended before the command begins, recorded or not',
  within(20_000, async () => {
    const run = createFakeRun((type) => {
      if (type === 'progress') aliveAtSigns.push(isRunning(escapeePid()));
      return undefined;
    });
    const aliveAtSigns: boolean[] = [];
    const { deps, job } = await createWorker({ run, stage: { command: COMMIT } });
    // As a worker that was killed leaves it: nobody has ended it, and it has the environment it was given.
    const worktree = join(deps.stateDir, 'worktrees', 'shop', '7');
    const escapee = spawn('sh', ['-c', 'echo ready; exec sleep 60'], {
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { PATH: process.env['PATH'], ONCEWARD_WORKTREE: worktree },
    });
    if (escapee.stdout !== null) await once(escapee.stdout, 'data');
    const escapeePid = () => escapee.pid ?? 0;
    process.once('exit', () => isRunning(escapeePid()) && process.kill(escapeePid(), 'SIGKILL'));
    const before = isRunning(escapeePid());

    await carryOut({ ...job, attempt: 2, address: 'run.shop.7.build.2' }, deps);

    assert.is(before, true);
    assert.equal([...new Set(aliveAtSigns)], [false]);
  }),
);

test(
  'an outage keeps neither the exit, nor the gates, nor the claim from being told',
  within(20_000, async () => {
    const heard: string[] = [];
    const run = createFakeRun((type) => {
      if (!['exited', 'finalize-step', 'claim'].includes(type)) return undefined;
      heard.push(type);
      // Of push and report there is nothing here: every third try is answered.
      if (heard.length % 3 !== 0) throw new OncewardError('OUTCOME_UNKNOWN', 'nobody answers');
      return undefined;
    });
    const deps = { clock: fastClock, finalizeTimeoutMs: 400_000 };
    const worker = await createWorker({ run, deps: { ...deps, reportTimeoutMs: 1 } });

    const outcome = await carryOut(worker.job, worker.deps).catch(String);

    assert.is(outcome, 'claim-won');
    const each = (type: string) => Array(3).fill(type);
    assert.equal(heard, [...each('exited'), ...each('finalize-step'), ...each('claim')]);
  }),
);

test.run();
