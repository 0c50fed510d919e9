// Patterns of gates mean what they say, and no name of a file makes matching endless.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { folderOfGlob, globMatcher } from '../../../../services/workers/gates/glob.ts';

const matching = (glob: string, paths: string[]) => paths.filter(globMatcher(glob));

test('a star stays within a name, two stars go through any folders', () => {
  const paths = ['docs/a.md', 'docs/x/a.md', 'docs/x/y/.a.md', 'other/a.md'];

  assert.equal(matching('docs/*.md', paths), paths.slice(0, 1));
  assert.equal(matching('docs/**/*.md', paths), paths.slice(0, 3));
  assert.equal(matching('docs/**', paths), paths.slice(0, 3));
  assert.equal(matching('**/a.md', paths), [...paths.slice(0, 2), ...paths.slice(3)]);
  assert.equal(matching('docs/?.md', paths), paths.slice(0, 1));
});

test('every character but the wildcards is itself', () => {
  assert.equal(matching('a/{b,c}/*', ['a/{b,c}/d', 'a/b/d']), ['a/{b,c}/d']);
  assert.equal(matching('a/[bc](d|e)+!*', ['a/[bc](d|e)+!', 'a/bd']), ['a/[bc](d|e)+!']);
  assert.equal(matching('!a/*', ['!a/b', 'b/c']), ['!a/b']);
});

test('a name with a line break is matched like any other', () => {
  assert.equal(matching('a/*.md', ['a/b\nc.md']), ['a/b\nc.md']);
  assert.equal(matching('a/**', ['a/b\n/c\nd']), ['a/b\n/c\nd']);
});

test('names made to be matched in endless ways are done with in seconds', () => {
  const globs = ['*a*a', '**/x/**/y', '**/*a*b'];
  const names = ['a'.repeat(1_024), 'x/'.repeat(512), 'a/'.repeat(100_000)].map((n) => `${n}z`);
  const startedAt = performance.now();

  assert.equal(
    globs.flatMap((glob) => matching(glob, names)),
    [],
  );
  assert.ok(performance.now() - startedAt < 5_000);
});

test('a path of more than 1 024 characters fits no pattern', () => {
  const paths = [1_022, 1_023].map((length) => `a/${'b'.repeat(length)}`);

  assert.equal(matching('a/*', paths), paths.slice(0, 1));
});

test('everything a pattern matches lies in its folder', () => {
  assert.is(folderOfGlob('docs/7/06-adr/ADR-*.md'), 'docs/7/06-adr');
  assert.is(folderOfGlob('./docs//**/a.md'), 'docs');
  assert.is(folderOfGlob('*.md'), '');
});

test.run();
