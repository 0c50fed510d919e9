// An artifact counts when it was pushed and says something.
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
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

const RECORDS = { kind: 'artifact', path: 'docs/{item}/**/ADR-*.md' } as const;

test(
  'a glob asks for as many files as are wanted, and says what it has found',
  within(20_000, async () => {
    const { evaluate, pushAll } = await createGates([{ ...RECORDS, min: 2 }]);
    await pushAll({ 'docs/7/06-adr/ADR-1.md': 'text\n', 'docs/8/ADR-2.md': 'text\n' });
    const tooFew = await evaluate();
    await pushAll({ 'docs/7/ADR-2.md': 'text\n' });
    const enough = await evaluate();

    assert.equal([tooFew.kind, tooFew.cause], ['product_fail', 'artifact-missing']);
    assert.match(
      tooFew.summary,
      'docs/7/**/ADR-*.md: expected at least 2 files, found 1 docs/7/06-adr/ADR-1.md in commit',
    );
    assert.equal([enough.kind, enough.summary], ['pass', 'docs/7/**/ADR-*.md: 2 files']);
  }),
);

test(
  'every file that a glob matches must be more than blanks',
  within(20_000, async () => {
    const { evaluate, pushAll } = await createGates([RECORDS]);
    await pushAll({ 'docs/7/ADR-1.md': 'text\n', 'docs/7/ADR-2.md': ' \n', 'docs/7/ADR-3.md': '' });

    const verdict = await evaluate();

    assert.is(verdict.cause, 'artifact-empty');
    assert.equal(verdict.summary.split('\n'), [
      'docs/7/ADR-2.md: is empty, expected more than white space',
      'docs/7/ADR-3.md: is empty, expected more than white space',
    ]);
  }),
);

test(
  'a link that a glob matches is no artifact, whatever it leads to',
  within(20_000, async () => {
    const { evaluate, pushAll, remote } = await createGates([RECORDS]);
    await pushAll({ 'docs/7/ADR-1.md': 'text\n' });
    await remote.commitChange('onceward/7', (folder) => {
      symlinkSync('ADR-1.md', join(folder, 'docs/7/ADR-2.md'));
    });

    const verdict = await evaluate();

    assert.equal([verdict.kind, verdict.cause], ['product_fail', 'artifact-not-file']);
    assert.is(verdict.summary, 'docs/7/ADR-2.md: is a link, expected a regular file');
  }),
);

test(
  'no name of a file makes the gate throw, nor begins a line of the summary',
  within(30_000, async () => {
    const { evaluate, pushAll } = await createGates([{ kind: 'artifact', path: 'docs/**' }]);
    await pushAll({
      'docs/a\nb.md': '',
      'docs/\u202egnp.md': '\n',
      'docs/ü 😀 "quoted" \\.md': '\0\x01\xff',
      [`docs/${'a'.repeat(240)}`]: 'x',
    });

    const verdict = await evaluate();

    assert.is(verdict.cause, 'artifact-empty');
    assert.equal(verdict.summary.split('\n'), [
      'docs/a b.md: is empty, expected more than white space',
      'docs/ gnp.md: is empty, expected more than white space',
    ]);
  }),
);

test(
  'of thousands of problems the first are told and the rest are counted',
  within(60_000, async () => {
    const { evaluate, pushAll } = await createGates([{ kind: 'artifact', path: 'docs/**/*.md' }]);
    const names = Array.from({ length: 5_000 }, (_, index) => `docs/${index}.md`);
    await pushAll(Object.fromEntries(names.map((name) => [name, ' '])));

    const lines = (await evaluate()).summary.split('\n');

    assert.is(lines.length, 41);
    assert.is(lines.at(-1), '… and 4960 more');
  }),
);

test.run();
