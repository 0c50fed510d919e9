// Whatever a command started, in its group or out of it, is gone before anything is said of its end.
import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { carryOut } from '../../../services/workers/stage-run.ts';
import type { Reply } from '../../../transport/ports.ts';
import { readProcess } from '../../../transport/process/process-table.ts';
import { within } from '../../support/within.ts';
import { createGates } from './gate-fixture.ts';
import { createFakeRun, createWorker, refused } from './worker-fixture.ts';

const CLEARED = 'env -i PATH="$PATH"';

/** A worker whose run notes, for each event of the given type, whether the escapee is alive. */
async function setup(type: string, answer: (type: string) => Reply | undefined = () => undefined) {
  const run = createFakeRun((said) => {
    if (said === type) aliveThen.push(isAlive(pid()));
    return answer(said);
  });
  const aliveThen: boolean[] = [];
  const fixture = await createWorker({ run });
  const pid = () => Number(readFileSync(fixture.tracePath, 'utf8'));
  process.once('exit', () => isAlive(pid()) && process.kill(pid(), 'SIGKILL'));
  const carry = (command: string) =>
    carryOut({ ...fixture.job, stage: { ...fixture.job.stage, command } }, fixture.deps);
  return { carry, pid, aliveThen, tracePath: fixture.tracePath };
}

function isAlive(pid: number): boolean {
  return pid > 0 && readProcess(pid)?.isZombie === false;
}

/** Starts an escapee that says its id, and goes on once it has. */
function escaping(tracePath: string, way: string): string {
  const escapee = `setsid ${way} sh -c 'trap "" INT TERM; echo $$ > ${tracePath}; while :; do sleep 1; done'`;
  return `${escapee} > /dev/null 2>&1 & while ! [ -s ${tracePath} ]; do sleep 0.02; done`;
}

test(
  'an exit is told only once everything that left the group is gone',
  within(20_000, async () => {
    const { carry, pid, aliveThen, tracePath } = await setup('exited');

    const outcome = await carry(escaping(tracePath, ''));

    assert.is(outcome, 'claim-won');
    assert.ok(pid() > 0);
    assert.equal(aliveThen, [false]);
  }),
);

test(
  'an exit is told only once what also cleared its environment is gone',
  within(20_000, async () => {
    const { carry, pid, aliveThen, tracePath } = await setup('exited');

    await carry(escaping(tracePath, CLEARED));

    assert.ok(pid() > 0);
    assert.equal(aliveThen, [false]);
  }),
);

test(
  'a cancelled run says gone only once everything that left the group is gone',
  within(20_000, async () => {
    const { carry, pid, aliveThen, tracePath } = await setup('gone', (type) =>
      type === 'progress' && pid() > 0 ? refused('not-now', 'cancelling') : undefined,
    );

    const outcome = await carry(`${escaping(tracePath, CLEARED)}; exec sleep 60`);

    assert.is(outcome, 'cancelled');
    assert.equal(aliveThen, [false]);
  }),
);

test(
  'a gate leaves nothing running either',
  within(20_000, async () => {
    const { tracePath } = await createWorker();
    const command = escaping(tracePath, CLEARED);
    const { evaluate, push } = await createGates([{ kind: 'command', command, timeoutMs: 15_000 }]);
    await push('fix.txt', 'fixed\n');

    const verdict = await evaluate();

    const pid = Number(readFileSync(tracePath, 'utf8'));
    assert.is(verdict.kind, 'pass');
    assert.ok(pid > 0);
    assert.not.ok(isAlive(pid));
  }),
);

test.run();
