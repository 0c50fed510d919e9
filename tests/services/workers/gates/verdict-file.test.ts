// A verdict file speaks for itself, or nobody has spoken.
import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { within } from '../../../support/within.ts';
import { createGates, GOOD } from '../gate-fixture.ts';

const VERDICT = { kind: 'verdict', path: 'review.json' } as const;

test(
  'a verdict file decides; missing, malformed or merely old it is unobserved',
  within(30_000, async () => {
    const { evaluate, push } = await createGates([VERDICT]);

    const missing = await evaluate();
    await push('review.json', '{"verdict":"pass","because":"I said so"}');
    const malformed = await evaluate();
    const text = '{"verdict":"product_fail","cause":"missing-tests","summary":"no tests"}';
    const headSha = await push('review.json', text);
    const failed = await evaluate();
    await push('other.txt', 'x\n');
    const old = await evaluate(GOOD, { headSha });

    assert.equal([missing.kind, missing.cause], ['unobserved', 'no-verdict']);
    assert.equal([malformed.kind, malformed.cause], ['unobserved', 'no-verdict']);
    assert.equal([failed.kind, failed.cause], ['product_fail', 'missing-tests']);
    assert.is(failed.summary, 'no tests');
    assert.is(old.kind, 'unobserved');
    assert.match(old.summary, 'unchanged');
  }),
);

test(
  'a verdict file cannot excuse itself with a cause that is not registered',
  within(20_000, async () => {
    const { evaluate, leaveInRunFolder } = await createGates([VERDICT]);
    leaveInRunFolder('review.json', '{"verdict":"infra_error","cause":"bad-weather"}');

    assert.is((await evaluate()).kind, 'product_fail');
  }),
);

test(
  'a verdict in the folder of the run is taken before one in the commit, but never through a link',
  within(20_000, async () => {
    const { evaluate, push, leaveInRunFolder, runFolder } = await createGates([VERDICT]);
    await push('review.json', '{"verdict":"product_fail"}');
    const elsewhere = leaveInRunFolder('elsewhere.json', '{"verdict":"pass"}');
    symlinkSync(elsewhere, join(runFolder, 'review.json'));

    const linked = await evaluate();
    rmSync(join(runFolder, 'review.json'));
    leaveInRunFolder('review.json', '{"verdict":"inconclusive","cause":"too-large"}');
    const own = await evaluate();

    assert.is(linked.kind, 'product_fail');
    assert.equal([own.kind, own.cause], ['inconclusive', 'too-large']);
  }),
);

test.run();
