// A dead worker's processes are ended, and nobody else's.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isGroupAlive } from '../../../transport/process/group-termination.ts';
import { killLeftover } from '../../../transport/process/leftover.ts';
import { readProcess } from '../../../transport/process/process-table.ts';
import { localClock } from '../../support/local-clock.ts';
import { killGroup } from '../../support/process-group.ts';
import { within } from '../../support/within.ts';
import { KILL_GRACE_MS } from './group-fixture.ts';

const options = { clock: localClock, killGraceMs: KILL_GRACE_MS };

async function setup(command: string) {
  const child: ChildProcess = spawn('sh', ['-c', `echo ready; ${command}`], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { PATH: process.env['PATH'], ONCEWARD_ITEM: '7' },
  });
  const pid = child.pid ?? 0;
  process.once('exit', () => isGroupAlive(pid) && killGroup(pid));
  const exited = once(child, 'exit');
  const startTicks = readProcess(pid)?.startTicks ?? 0;
  if (child.stdout !== null) await once(child.stdout, 'data');
  child.stdout?.destroy();
  return { pid, startTicks, exited };
}

test(
  'a group whose leader bears the recorded start time is killed',
  within(10_000, async () => {
    const { pid, startTicks, exited } = await setup('trap "" TERM; sleep 60 & wait');

    const outcome = await killLeftover({ pid, startTicks }, options);

    assert.is(outcome, 'killed');
    assert.not.ok(isGroupAlive(pid));
    await exited;
  }),
);

test(
  'a process that was given the same id later is not touched',
  within(10_000, async () => {
    const { pid, startTicks, exited } = await setup('exec sleep 60');

    const outcome = await killLeftover({ pid, startTicks: startTicks - 1 }, options);

    assert.is(outcome, 'gone');
    assert.ok(isGroupAlive(pid));
    killGroup(pid);
    await exited;
  }),
);

test(
  'members whose leader has died are killed when they carry the mark',
  within(10_000, async () => {
    const { pid, startTicks, exited } = await setup('sleep 60 & exit 0');
    await exited;

    const outcome = await killLeftover({ pid, startTicks, mark: 'ONCEWARD_ITEM=7' }, options);

    assert.is(outcome, 'killed');
    assert.not.ok(isGroupAlive(pid));
  }),
);

test(
  'members whose leader has died are left alone without the mark, or when they are older',
  within(10_000, async () => {
    const { pid, startTicks, exited } = await setup('sleep 60 & exit 0');
    await exited;

    const unmarked = await killLeftover({ pid, startTicks, mark: 'ONCEWARD_ITEM=8' }, options);
    const older = await killLeftover({ pid, startTicks: startTicks + 1_000_000 }, options);

    assert.equal([unmarked, older], ['gone', 'gone']);
    assert.ok(isGroupAlive(pid));
    killGroup(pid);
  }),
);

test(
  'without a start time nothing is proven and nothing is touched',
  within(10_000, async () => {
    const { pid, exited } = await setup('exec sleep 60');

    assert.is(await killLeftover({ pid, startTicks: null }, options), 'unproven');
    assert.ok(isGroupAlive(pid));
    killGroup(pid);
    await exited;
  }),
);

test.run();
