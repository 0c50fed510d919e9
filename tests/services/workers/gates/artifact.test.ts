// An artifact counts when it was pushed and says something.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { within } from '../../../support/within.ts';
import { createGates } from '../gate-fixture.ts';

test(
  'an artifact must be present and more than blanks in the pushed commit',
  within(20_000, async () => {
    const { evaluate, push } = await createGates([
      { kind: 'artifact', path: 'docs/{project}/{item}/{stage}.{attempt}.md' },
    ]);

    const unpushed = await evaluate();
    await push('other.txt', 'x\n');
    const missing = await evaluate();
    await push('docs/shop/7/build.1.md', ' \n');
    const blank = await evaluate();
    await push('docs/shop/7/build.1.md', 'text\n');
    const present = await evaluate();

    const causes = [unpushed, missing, blank, present].map(({ cause }) => cause);
    assert.equal(causes, ['artifact-missing', 'artifact-missing', 'artifact-empty', 'artifact']);
    assert.is(present.kind, 'pass');
  }),
);

test.run();
