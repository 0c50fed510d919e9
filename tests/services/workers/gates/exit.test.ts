// The exit gate asks for a good end, and of an agent for something to show.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Gate } from '../../../../machines/pipeline.ts';
import { within } from '../../../support/within.ts';
import { createGates, GOOD } from '../gate-fixture.ts';

const VERDICT = { kind: 'verdict', path: 'review.json' } as const;

test(
  'an agent that ended well and pushed a commit passes, and the verdict names the head',
  within(20_000, async () => {
    const { evaluate, push } = await createGates([{ kind: 'exit' }]);
    const headSha = await push('fix.txt', 'fixed\n');

    const verdict = await evaluate();

    assert.is(verdict.kind, 'pass');
    assert.is(verdict.headSha, headSha);
    assert.is(verdict.isLanded, false);
  }),
);

test(
  'an agent that ended well but left nothing is no-output',
  within(20_000, async () => {
    const { evaluate, push } = await createGates([{ kind: 'exit' }]);

    const first = await evaluate();
    const headSha = await push('fix.txt', 'from the attempt before\n');
    const second = await evaluate(GOOD, { headSha });

    assert.equal([first.kind, first.cause], ['product_fail', 'no-output']);
    assert.equal([second.kind, second.cause], ['product_fail', 'no-output']);
  }),
);

test(
  'an artifact or a verdict counts as what an agent has left',
  within(20_000, async () => {
    const artifact: Gate = { kind: 'artifact', path: 'docs/{item}/01.md' };
    const writer = await createGates([{ kind: 'exit' }, artifact]);
    const headSha = await writer.push('docs/7/01.md', 'text\n');
    const reviewer = await createGates([{ kind: 'exit' }, VERDICT]);
    reviewer.leaveInRunFolder('review.json', '{"verdict":"pass"}');

    assert.is((await writer.evaluate(GOOD, { headSha })).kind, 'pass');
    assert.is((await reviewer.evaluate()).kind, 'pass');
  }),
);

test(
  'a command stage need not leave anything',
  within(20_000, async () => {
    const { evaluate, job } = await createGates([{ kind: 'exit' }]);

    assert.is((await evaluate(GOOD, { stage: { ...job.stage, kind: 'command' } })).kind, 'pass');
  }),
);

test(
  'an exit code is charged to the product, a registered cause to the infrastructure',
  within(30_000, async () => {
    const { evaluate } = await createGates([{ kind: 'exit' }]);

    const code = await evaluate({ code: 2, signal: null, cause: 'exit-code' });
    const spawn = await evaluate({ code: null, signal: null, cause: 'spawn-failed' });
    const silent = await evaluate({ code: null, signal: 'SIGTERM', cause: 'silent' });
    const made = await evaluate({ code: null, signal: null, cause: 'bad-weather' });

    assert.equal([code.kind, code.cause], ['product_fail', 'exit-code']);
    assert.equal([spawn.kind, spawn.cause], ['infra_error', 'spawn-failed']);
    assert.equal([silent.kind, silent.cause], ['product_fail', 'silent']);
    assert.equal([made.kind, made.cause], ['product_fail', 'bad-weather']);
  }),
);

test.run();
