// Over the disk budget no new worktree is made; what is there goes on.
import { existsSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { carryOut } from '../../../services/workers/stage-run.ts';
import { within } from '../../support/within.ts';
import { createWorker, worktreeOf } from './worker-fixture.ts';

test(
  'a run that would need a new worktree ends as a fault of the infrastructure, with the numbers',
  within(20_000, async () => {
    const disk = { refusal: async () => 'the state directory uses 3 MiB of 2 MiB' };
    const { run, deps, job } = await createWorker({ deps: { disk } });

    await carryOut(job, deps);

    const verdict = run.last('claim')?.['verdict'] as Record<string, unknown>;
    assert.equal([verdict['kind'], verdict['cause']], ['infra_error', 'disk-full']);
    assert.match(String(verdict['summary']), '3 MiB of 2 MiB');
    assert.is(run.last('exited')?.['cause'], 'disk-full');
    assert.not.ok(existsSync(worktreeOf(job, deps)));
  }),
);

test.run();
