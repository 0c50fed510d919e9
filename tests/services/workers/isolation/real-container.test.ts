// A whole run in a real container: what it leaves belongs to the worker's user, and nothing of it stays.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { carryOut } from '../../../../services/workers/stage-run.ts';
import { containersWith } from '../../../../transport/container/container-end.ts';
import type { Engine } from '../../../../transport/container/engine.ts';
import { findRealEngine, TEST_IMAGE } from '../../../support/real-engine.ts';
import { within } from '../../../support/within.ts';
import { createWorker } from '../worker-fixture.ts';

const found = await findRealEngine();
if (found.reason !== null)
  process.stdout.write(`skipped: for real, no engine here: ${found.reason}\n`);
const testForReal = found.engine === null ? test.skip : test;

testForReal(
  'a run and its gate in a container leave files of the worker’s user, and no container',
  within(120_000, async () => {
    const engine = found.engine as Engine;
    const command = 'test -d .git || test -f .git; touch made; cat README.md; exit 0';
    const { run, deps, job } = await createWorker({
      stage: {
        ...{ kind: 'command', command },
        isolation: { kind: 'container', image: TEST_IMAGE, engine: engine.kind, memoryMb: 64 },
        gates: [{ kind: 'command', command: 'test -f README.md', timeoutMs: 60_000 }],
      },
      deps: { environment: found.environment },
    });

    const outcome = await carryOut(job, deps);

    const verdict = run.last('claim')?.['verdict'] as Record<string, string>;
    assert.is(outcome, 'claim-won');
    assert.is(verdict['kind'], 'pass', verdict['summary']);
    assert.is(run.last('exited')?.['outputBytes'], '# shop\n'.length);
    const { uid, gid } = statSync(join(deps.stateDir, 'worktrees', 'shop', '7', 'made'));
    assert.equal([uid, gid], [process.geteuid?.(), process.getegid?.()]);
    const label = { name: 'onceward.state', value: deps.stateDir };
    assert.equal(await containersWith(engine, label), []);
  }),
);

test('an engine runs containers here, or each of them says why it does not', () => {
  assert.match(found.reason ?? 'docker: it runs; podman: not asked', /^docker: .+; podman: .+/);
});

test.run();
