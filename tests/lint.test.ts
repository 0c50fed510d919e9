// Goal: the linter's own rules bite, the layer rules above all.
// Method: plant violations in a copy of the tree's shape and run the real linter on it.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { temporaryDirectory } from './support/temporary-directory.ts';

const BIOME = resolve('node_modules/@biomejs/biome/bin/biome');

/** Each finding as `path:line rule`, sorted. */
function findings(tree: Record<string, string[]>): string[] {
  const root = temporaryDirectory();
  copyFileSync('.biome.json', join(root, '.biome.json'));
  for (const [path, lines] of Object.entries(tree)) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), `${lines.join('\n')}\n`);
  }
  const args = [BIOME, 'lint', '--max-diagnostics=none', '--colors=off', '.'];
  const run = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  return [...(run.stdout + run.stderr).matchAll(/^(\S+?):(\d+):\d+ lint\/\w+\/(\w+)/gm)]
    .map((match) => `${match[1]}:${match[2]} ${match[3]}`)
    .filter((finding) => !/noUnused|noUndeclared/.test(finding))
    .sort();
}

function imports(...modules: string[]): string[] {
  return modules.map((module) => `import '${module}';`);
}

test('machines import only xstate, zod, ts-pattern and siblings', () => {
  const found = findings({
    'machines/run/machine.ts': imports(
      'xstate',
      'zod',
      'ts-pattern',
      '../verdict.ts',
      './guards.ts',
      '../../transport/ports.ts',
      '../../services/a.ts',
      'node:fs',
      '@nats-io/kv',
    ),
    'machines/verdict.ts': imports('xstate', './identifier.ts', '../transport/ports.ts', 'nats'),
  });

  assert.equal(found, [
    'machines/run/machine.ts:6 noRestrictedImports',
    'machines/run/machine.ts:7 noRestrictedImports',
    'machines/run/machine.ts:8 noRestrictedImports',
    'machines/run/machine.ts:9 noRestrictedImports',
    'machines/verdict.ts:3 noRestrictedImports',
    'machines/verdict.ts:4 noRestrictedImports',
  ]);
});

test('services reach the world only through transport', () => {
  const found = findings({
    'services/actors/host.ts': imports(
      'pino',
      '../../machines/verdict.ts',
      '../../transport/nats/bucket.ts',
      'nats',
      '@nats-io/jetstream',
      'octokit',
      'execa',
      'nanoid/non-secure',
      '../../tests/support/within.ts',
    ),
    'services/main.ts': imports('commander', 'nats'),
  });

  assert.equal(found, [
    'services/actors/host.ts:4 noRestrictedImports',
    'services/actors/host.ts:5 noRestrictedImports',
    'services/actors/host.ts:6 noRestrictedImports',
    'services/actors/host.ts:7 noRestrictedImports',
    'services/actors/host.ts:8 noRestrictedImports',
    'services/actors/host.ts:9 noRestrictedImports',
    'services/main.ts:2 noRestrictedImports',
  ]);
});

test('transport knows nothing of runs', () => {
  const found = findings({
    'transport/errors.ts': imports('./ports.ts', '../machines/verdict.ts', '../services/main.ts'),
    'transport/nats/bucket.ts': imports(
      'nats',
      '../errors.ts',
      'xstate',
      '../../machines/verdict.ts',
      '../../services/actors/host.ts',
    ),
  });

  assert.equal(found, [
    'transport/errors.ts:2 noRestrictedImports',
    'transport/errors.ts:3 noRestrictedImports',
    'transport/nats/bucket.ts:3 noRestrictedImports',
    'transport/nats/bucket.ts:4 noRestrictedImports',
    'transport/nats/bucket.ts:5 noRestrictedImports',
  ]);
});

test('forgotten promises, focused tests, cycles, default exports and long files are found', () => {
  const found = findings({
    'services/a.ts': ["import { b } from './b.ts';", 'export const a = () => b;'],
    'services/b.ts': ["import { a } from './a.ts';", 'export const b = () => a;'],
    'services/default.ts': ['export default 1;'],
    'services/floating.ts': [
      'async function late(): Promise<void> {}',
      'late();',
      'if (late()) {}',
    ],
    'services/long.ts': Array.from({ length: 251 }, (_, n) => `export const a${n} = ${n};`),
    'tests/a.test.ts': ["import { test } from 'uvu';", "test.only('x', () => {});"],
  }).filter((finding) => !finding.endsWith('noEmptyBlockStatements'));

  assert.equal(found, [
    'services/a.ts:1 noImportCycles',
    'services/b.ts:1 noImportCycles',
    'services/default.ts:1 noDefaultExport',
    'services/floating.ts:2 noFloatingPromises',
    'services/floating.ts:3 noMisusedPromises',
    'services/long.ts:1 noExcessiveLinesPerFile',
    'tests/a.test.ts:2 noFocusedTests',
  ]);
});

test('a function has at most 60 lines, except in tests', () => {
  const long = ['export function f(n: number): void {', ...Array(61).fill('  n += 1;'), '}'];

  assert.equal(findings({ 'services/a.ts': long, 'tests/a.ts': long }), [
    'services/a.ts:1 noExcessiveLinesPerFunction',
  ]);
});

test.run();
