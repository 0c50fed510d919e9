// A stage that is a process has as few rights as it asks for, can still do its work, and never has more.
import { readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Isolation } from '../../../../machines/isolation.ts';
import { lackingTool } from '../../../../services/workers/isolation/isolation.ts';
import { carryOut } from '../../../../services/workers/stage-run.ts';
import { findExecutable } from '../../../../transport/process/executable.ts';
import { temporaryDirectory } from '../../../support/temporary-directory.ts';
import { within } from '../../../support/within.ts';
import { createWorker } from '../worker-fixture.ts';

const COMMIT = 'echo fixed > fix.txt && git add -A && git commit -qm fix';
const PROCESS = { kind: 'process', noNewPrivileges: false, sandbox: 'none' } as const;
const SANDBOX = { ...PROCESS, sandbox: 'bubblewrap' } as const;
const PRIVILEGES = { ...PROCESS, noNewPrivileges: true } as const;

const lacking = {
  sandbox: await lackingTool(SANDBOX, process.env),
  privileges: await lackingTool(PRIVILEGES, process.env),
};
if (lacking.sandbox !== null) process.stdout.write(`skipped: for real, ${lacking.sandbox.why}\n`);
if (lacking.privileges !== null)
  process.stdout.write(`skipped: for real, ${lacking.privileges.why}\n`);
const testInSandbox = lacking.sandbox === null ? test : test.skip;
const testPrivileges = lacking.privileges === null ? test : test.skip;

async function setup(isolation: Isolation, command: string, environment?: { PATH: string }) {
  const fixture = await createWorker({
    stage: { kind: 'command', command, isolation },
    ...(environment === undefined ? {} : { deps: { environment } }),
  });
  const { deps, run } = fixture;
  const worktree = join(deps.stateDir, 'worktrees', 'shop', '7');
  const clone = join(deps.stateDir, 'repositories', 'shop.git');
  const verdict = () => run.last('claim')?.['verdict'] as Record<string, string>;
  return { ...fixture, worktree, clone, verdict };
}

/** A PATH with nothing but a shell. */
function bareEnvironment(): { PATH: string } {
  const folder = temporaryDirectory();
  symlinkSync(findExecutable('sh', { path: process.env['PATH'] }) ?? '', join(folder, 'sh'));
  return { PATH: folder };
}

testInSandbox(
  'an agent in a sandbox commits its work, which is pushed',
  within(30_000, async () => {
    const { job, deps, remote, verdict } = await setup(SANDBOX, COMMIT);

    await carryOut(job, deps);

    assert.is(verdict()['kind'], 'pass', verdict()['summary']);
    assert.not.equal(await remote.head('onceward/7'), '');
  }),
);

testInSandbox(
  'an agent in a sandbox changes neither the settings nor the hooks that the worker’s git obeys',
  within(30_000, async () => {
    const command =
      'git config core.pager planted; echo x > "$(git rev-parse --git-path hooks)/post-checkout"; :';
    const { job, deps, clone } = await setup(SANDBOX, command);

    await carryOut(job, deps);

    assert.not.match(readFileSync(join(clone, 'config'), 'utf8'), 'planted');
    assert.throws(() => statSync(join(clone, 'hooks', 'post-checkout')), /ENOENT/);
  }),
);

testInSandbox(
  'a gate runs in a sandbox as well',
  within(30_000, async () => {
    const { job, deps, verdict } = await setup(SANDBOX, 'true');
    const command = 'touch "$HOME/../../planted"; test "$(ls -d /proc/[0-9]* | wc -l)" -lt 10';
    const gates = [{ kind: 'command', command, timeoutMs: 20_000 } as const];

    await carryOut({ ...job, stage: { ...job.stage, gates } }, deps);

    assert.is(verdict()['kind'], 'pass', verdict()['summary']);
    assert.throws(() => statSync(join(deps.stateDir, 'planted')), /ENOENT/);
  }),
);

testPrivileges(
  'a process without new privileges has none to gain',
  within(30_000, async () => {
    const command = 'grep -q "NoNewPrivs:.1" /proc/self/status';
    const { job, deps, verdict } = await setup(PRIVILEGES, command);

    await carryOut(job, deps);

    assert.is(verdict()['kind'], 'pass', verdict()['summary']);
  }),
);

test(
  'files are made with the umask of the stage',
  within(30_000, async () => {
    const { job, deps, worktree } = await setup({ ...PROCESS, umask: '0077' }, 'touch private');

    await carryOut(job, deps);

    assert.is(statSync(join(worktree, 'private')).mode & 0o777, 0o600);
  }),
);

test(
  'a sandbox that this machine cannot give is never left out: nothing runs, and the infrastructure is at fault',
  within(30_000, async () => {
    const { job, deps, verdict, run } = await setup(SANDBOX, 'exit 0', bareEnvironment());

    await carryOut(job, deps);

    assert.equal([verdict()['kind'], verdict()['cause']], ['infra_error', 'isolation-unavailable']);
    assert.is(
      verdict()['summary'],
      'stage "build" asks for bubblewrap, which this worker cannot give: bwrap is not installed',
    );
    assert.is(run.last('progress'), undefined);
  }),
);

test(
  'nor are privileges left in place where setpriv is missing',
  within(30_000, async () => {
    const { job, deps, verdict, run } = await setup(PRIVILEGES, 'exit 0', bareEnvironment());

    await carryOut(job, deps);

    assert.is(verdict()['cause'], 'isolation-unavailable');
    assert.is(run.last('progress'), undefined);
  }),
);

test.run();
