// A command gate judges the pushed commit alone, in a place of its own.
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { within } from '../../../support/within.ts';
import { createGates } from '../gate-fixture.ts';

const COMMAND = { kind: 'command', timeoutMs: 20_000 } as const;

test(
  'a command gate sees the pushed commit and the allow-list only, and cleans up',
  within(20_000, async () => {
    const command = 'test "$(cat fix.txt)" = fixed && test -z "$SECRET" && touch stray && env';
    const { evaluate, push, deps } = await createGates([{ ...COMMAND, command }]);
    await push('fix.txt', 'fixed\n');
    deps.environment = { ...deps.environment, SECRET: 'hunter2' };

    const verdict = await evaluate();

    assert.is(verdict.kind, 'pass');
    assert.equal(readdirSync(join(deps.stateDir, 'checkouts')), []);
    assert.not.ok(existsSync(join(deps.stateDir, 'worktrees')));
  }),
);

test(
  'a failing command gate tells its last output, a slow one its limit',
  within(20_000, async () => {
    const failing = await createGates([{ ...COMMAND, command: 'echo 2 of 3 failed; exit 1' }]);
    const slow = await createGates([{ kind: 'command', command: 'sleep 60', timeoutMs: 1_000 }]);

    const failed = await failing.evaluate();
    const overdue = await slow.evaluate();

    assert.equal([failed.kind, failed.cause], ['product_fail', 'gate-command']);
    assert.match(failed.summary, '2 of 3 failed');
    assert.equal([overdue.kind, overdue.cause], ['product_fail', 'gate-timeout']);
  }),
);

test(
  'a command gate that cannot be run is charged to the infrastructure',
  within(20_000, async () => {
    const { evaluate, deps, push } = await createGates([{ ...COMMAND, command: 'true' }]);
    await push('fix.txt', 'fixed\n');
    writeFileSync(join(deps.stateDir, 'checkouts'), 'a file where a folder must be');

    const verdict = await evaluate();

    assert.equal([verdict.kind, verdict.cause], ['infra_error', 'gate-unavailable']);
  }),
);

test.run();
