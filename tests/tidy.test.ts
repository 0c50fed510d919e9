// The project checks its own rules. Each rule is tried three times: on a planted tree that keeps it,
// on planted trees that break it, and on the project itself.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ERROR_CODES } from '../transport/errors.ts';
import { ambientProblems, staleAllowances } from './support/tidy-ambient.ts';
import {
  architectureProblems,
  errorCodeProblems,
  linkProblems,
  titleProblems,
  variableProblems,
} from './support/tidy-documents.ts';
import { stepProblems, writeProblems } from './support/tidy-doors.ts';
import { type Check, codeOf, type ProjectFile, projectFiles } from './support/tidy-files.ts';
import { layerProblems } from './support/tidy-layers.ts';
import {
  lengthProblems,
  nameProblems,
  openingProblems,
  topLevelProblems,
} from './support/tidy-shape.ts';
import { uvuProblems } from './support/tidy-uvu.ts';

type Tree = Record<string, string>;

const project = projectFiles();

function filesOf(tree: Tree): ProjectFile[] {
  return Object.entries(tree).map(([path, text]) => ({ path, text }));
}

/** Registers the three tests of one rule. */
function rule(title: string, check: Check, examples: { keeps: Tree; breaks: Tree[] }): void {
  test(`${title}: a tree that keeps the rule passes`, () => {
    assert.equal(check(filesOf(examples.keeps)), []);
  });
  test(`${title}: a tree that breaks the rule is found`, () => {
    const missed = examples.breaks.filter((tree) => check(filesOf(tree)).length === 0);
    assert.equal(missed, []);
  });
  test(`${title}: the project keeps the rule`, () => {
    assert.equal(check(project), []);
  });
}

rule('imports stay within their layer', layerProblems, {
  keeps: {
    'machines/run/machine.ts':
      "import { setup } from 'xstate';\nimport { a } from '../verdict.ts';",
    'services/a/b.ts': "import { p } from '../../transport/ports.ts';\nimport pino from 'pino';",
    'transport/nats/c.ts': "import { connect } from 'nats';\n// from '../../machines/verdict.ts'",
    'tests/d.test.ts': "import { connect } from 'nats';",
  },
  breaks: [
    { 'machines/run/machine.ts': "import { p } from '../../transport/ports.ts';" },
    { 'machines/verdict.ts': "import { readFileSync } from 'node:fs';" },
    { 'machines/verdict.ts': "export { connect } from 'nats';" },
    { 'services/a/b.ts': "const kv = await import('@nats-io/kv');" },
    { 'services/a/b.ts': "import { execa } from 'execa';" },
    { 'services/a/b.ts': "import { within } from '../../tests/support/within.ts';" },
    { 'transport/nats/c.ts': "import { setup } from 'xstate';" },
    { 'transport/c.ts': "import type { Verdict } from '../machines/verdict.ts';" },
    { 'transport/nats/c.ts': "import { host } from '../../services/actors/host.ts';" },
  ],
});

rule('a source file has at most 250 lines', lengthProblems, {
  keeps: { 'machines/a.ts': '//\n'.repeat(250), 'docs/a.md': '\n'.repeat(300) },
  breaks: [{ 'machines/a.ts': '//\n'.repeat(251) }],
});

rule('a source file opens with a comment', openingProblems, {
  keeps: { 'a.ts': '// What it is for.\n', 'b.ts': '#!/usr/bin/env node\n/* It. */', 'c.md': '' },
  breaks: [{ 'a.ts': "import 'x';\n// late" }],
});

rule('a source file is named for the one concept it holds', nameProblems, {
  keeps: { 'services/grace-timer.ts': '', 'tests/grace-timer.test.ts': '', 'docs/index.md': '' },
  breaks: [{ 'services/utils.ts': '' }, { 'services/GraceTimer.ts': '' }, { 'a/index.ts': '' }],
});

const TOP = 'CHANGELOG.md LICENSE README.md nats.conf package-lock.json package.json tsconfig.json';
const FOLDERS = 'docs/a machines/a services/a tests/a transport/a .ci/run .gitignore';
const topLevel = Object.fromEntries(`${TOP} ${FOLDERS}`.split(' ').map((path) => [path, '']));

rule('the top level holds exactly what it should', topLevelProblems, {
  keeps: topLevel,
  breaks: [{ ...topLevel, 'scripts/a.sh': '' }, { 'README.md': '' }],
});

rule('tests avoid the traps of uvu, and do not sleep', uvuProblems, {
  keeps: {
    'tests/a.test.ts': [
      "test('waits', within(1_000, async () => {}));",
      "test('says setTimeout', () => {}); // sleep(1)",
      'test.run();',
    ].join('\n'),
    'tests/b.test.ts': "const late = suite<Context>('late');\nlate.run();",
    'tests/support/signal.ts': 'setTimeout(() => {}, 1);',
    'tests/chaos/a.test.ts': 'setTimeout(() => {}, 1);\ntest.run();',
  },
  breaks: [
    { 'tests/a.test.ts': "test('never run', () => {});" },
    { 'tests/a.test.ts': '// test.run();' },
    { 'tests/a.test.ts': "const late = suite('late');\nconst later = suite('b');\nlate.run();" },
    { 'tests/a.test.ts': 'test.before(() => {});\ntest.run();' },
    { 'tests/a.test.ts': "test('x', async () => {});\ntest.run();" },
    { 'tests/a.test.ts': 'test(\n  `of $' + '{kind}, too`,\n  async () => {},\n);\ntest.run();' },
    { 'tests/conformance/a.ts': "const it = suite('x');\nit('y', async () => {});" },
    { 'tests/a.test.ts': "test.only('x', () => {});\ntest.run();" },
    { 'tests/a.test.ts': 'await new Promise((r) => setTimeout(r, 5));\ntest.run();' },
    { 'tests/a.test.ts': 'await sleep(5);\ntest.run();' },
    { 'tests/a.test.ts': "import { x } from 'node:timers/promises';\ntest.run();" },
  ],
});

rule('the clock, chance, timers, environment and console are parameters', ambientProblems, {
  keeps: {
    'services/a.ts': "// Date.now()\nconst text = 'process.env, console.log';\nnew Date(0);",
    'services/main.ts': 'run(process.env);',
    'transport/nats/server-clock.ts': 'setTimeout(tick, Date.now());',
  },
  breaks: [
    { 'services/a.ts': 'const at = Date.now();' },
    { 'machines/a.ts': 'const at = new Date();' },
    { 'tests/a.test.ts': 'const n = Math.random();' },
    { 'services/a.ts': 'setInterval(tick, 1_000);' },
    { 'services/a.ts': 'const text = `at $' + '{process.env.HOME}`;' },
    { 'services/main.ts': 'console.log(1);' },
  ],
});

rule('one file steps machines', stepProblems, {
  keeps: {
    'machines/decide.ts': "import { transition } from 'xstate';\nmachine.transition(a, b);",
    'machines/run/machine.ts': "import { setup } from 'xstate';",
  },
  breaks: [
    { 'services/a.ts': "import { createActor } from 'xstate';" },
    { 'machines/a.ts': "import { setup,\n  initialTransition } from 'xstate';" },
    { 'machines/a.ts': 'machine.transition(state, event);' },
  ],
});

rule('one file writes records', writeProblems, {
  keeps: {
    'services/actors/commit.ts': 'bucket.write(one);\nbucket.writeBatch(all);',
    'services/inspect/a.ts': "process.stdout.write('x');",
    'transport/nats/bucket.ts': 'inner.write(one);',
  },
  breaks: [
    { 'services/actors/host.ts': 'await bucket.write(one);' },
    { 'services/actors/host.ts': "await world.bucket('onceward-runs').write(one);" },
    { 'services/actors/host.ts': 'bucket.writeBatch(all);' },
  ],
});

rule('a Markdown file has one title', titleProblems, {
  keeps: { 'docs/a.md': '# Title\n\n```sh\n# a comment\n```\n' },
  breaks: [{ 'docs/a.md': '# One\n# Two\n' }, { 'docs/a.md': '## None\n' }],
});

rule('relative links lead somewhere', linkProblems, {
  keeps: {
    'README.md': '[a](docs/a.md#two-words) [b](docs) [c](https://example.org) [d](#here)\n## Here',
    'docs/a.md': '# A\n## Two words\n[up](../README.md) `[no](link)`\n',
  },
  breaks: [
    { 'README.md': '[a](docs/absent.md)' },
    { 'README.md': '[a](b.md#absent)', 'b.md': '# Present' },
    { 'docs/a.md': '![picture](README.md)', 'README.md': '' },
  ],
});

rule('the architecture page stays under 200 lines', architectureProblems, {
  keeps: { 'docs/architecture.md': '\n'.repeat(199) },
  breaks: [{ 'docs/architecture.md': '\n'.repeat(200) }],
});

rule('every error code is explained', errorCodeProblems, {
  keeps: { 'docs/errors.md': Object.keys(ERROR_CODES).join('\n') },
  breaks: [{ 'docs/errors.md': 'BROKER_UNAVAILABLE' }],
});

rule('every environment variable is listed', variableProblems, {
  keeps: {
    '.env.example': '# NATS_URL=\nONCEWARD_GRACE_MS=300000',
    'services/main.ts': "const grace = env['ONCEWARD_GRACE_MS'], url = env.NATS_URL;",
    'transport/nats/streams.ts': "const name = 'ONCEWARD_EVENTS';",
    'services/workers/environment.ts': 'const given = { ONCEWARD_ITEM: item };',
  },
  breaks: [{ 'services/main.ts': "const grace = env['ONCEWARD_GRACE_MS'];", '.env.example': '' }],
});

test('an allowance that nothing uses is found', () => {
  const entry = 'services/main.ts: no longer needs to touch the environment directly';

  assert.ok(staleAllowances([]).includes(entry));
  assert.not(staleAllowances(filesOf({ 'services/main.ts': 'process.env' })).includes(entry));
});

test('every allowance is in use', () => {
  assert.equal(staleAllowances(project), []);
});

test('blanked code keeps its lines and loses its words', () => {
  const insertion = '$' + '{f}';

  assert.is(codeOf("a('x'); // b\nc(/d'/);"), "a(' ');     \nc(    );");
  assert.is(codeOf(`\`e${insertion}g\``), `  ${insertion}  `);
});

test.run();
