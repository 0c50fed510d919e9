// The gates of a run are evaluated in their order, and the first that does not pass decides.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Gate } from '../../../machines/pipeline.ts';
import { within } from '../../support/within.ts';
import { createGates, GOOD } from './gate-fixture.ts';

const COMMAND = { kind: 'command', timeoutMs: 20_000 } as const;

test(
  'a command that was ended from outside fails even where no exit gate stands',
  within(20_000, async () => {
    const { evaluate, push } = await createGates([{ kind: 'artifact', path: 'fix.txt' }]);
    const headSha = await push('fix.txt', 'fixed\n');

    const verdict = await evaluate({ code: null, signal: 'SIGKILL', cause: 'timed-out' });

    assert.equal([verdict.kind, verdict.cause], ['product_fail', 'timed-out']);
    assert.is(verdict.headSha, headSha);
  }),
);

test(
  'the first gate that does not pass decides, and those after it are not run',
  within(20_000, async () => {
    const { deps, job, evaluate } = await createGates([]);
    const trace = join(deps.stateDir, 'second-gate');
    const gates: Gate[] = [
      { ...COMMAND, command: 'exit 3' },
      { ...COMMAND, command: `touch ${trace}` },
    ];

    const verdict = await evaluate(GOOD, { stage: { ...job.stage, gates } });

    assert.is(verdict.cause, 'gate-command');
    assert.not.ok(existsSync(trace));
  }),
);

test(
  'a head that the base branch contains has landed, also after its branch was deleted',
  within(20_000, async () => {
    const { evaluate, push, remote } = await createGates([]);
    const headSha = await push('fix.txt', 'fixed\n');
    await remote.run('update-ref', 'refs/heads/main', headSha);

    const merged = await evaluate();
    await remote.run('update-ref', '-d', 'refs/heads/onceward/7');
    const deleted = await evaluate(GOOD, { headSha });

    assert.equal([merged.isLanded, merged.headSha], [true, headSha]);
    assert.equal([deleted.isLanded, deleted.headSha], [true, headSha]);
  }),
);

test(
  'a remote that cannot be read is charged to the infrastructure',
  within(20_000, async () => {
    const { evaluate } = await createGates([{ kind: 'exit' }], { repository: '/nonexistent' });

    const verdict = await evaluate();

    assert.equal([verdict.kind, verdict.cause], ['infra_error', 'remote-unreachable']);
  }),
);

test.run();
