// The loader: what a configuration holds when read, and how its form and fields are refused.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { loadConfiguration, readConfigurationText } from '../../../services/config/load.ts';
import { formatProblem } from '../../../services/config/problems.ts';
import { hasCode } from '../../../transport/errors.ts';

const file = 'onceward.yaml';

const SMALL = `\
version: 1
projects:
  shop:
    repository: ./shop.git
    pipeline: standard
pipelines:
  standard:
    stages:
      - name: build
        kind: command
        command: make
`;

function problemsOf(text: string): string[] {
  const reading = readConfigurationText(text, { file });
  return reading.outcome === 'valid' ? [] : reading.problems.map(formatProblem);
}

test('a small configuration gets every default', () => {
  const configuration = loadConfiguration(SMALL, { file });

  assert.is(configuration.settings.graceMs, 300_000);
  assert.is(configuration.settings.commitMode, 'batch');
  assert.is(configuration.pools['default']?.slots, 4);
  assert.is(configuration.projects['shop']?.baseBranch, 'main');
  assert.is(configuration.pipelines['standard']?.stages[0]?.pool, 'default');
});

test('a name that every object inherits is found in no section', () => {
  const configuration = loadConfiguration(SMALL, { file });

  assert.is(configuration.projects['constructor'], undefined);
  assert.is(configuration.pipelines['toString'], undefined);
});

test('a section whose lines are all commented out means its defaults', () => {
  const { settings } = loadConfiguration('version: 1\nsettings:\n  # sweepMs: 1\n', { file });

  assert.is(settings.sweepMs, 5_000);
});

test('the grace given by the caller replaces that of the settings', () => {
  const { settings } = loadConfiguration(SMALL, { file, graceMs: 400_000 });

  assert.is(settings.graceMs, 400_000);
});

test('all problems are reported at once, in the order of the file', () => {
  const text = `\
version: 1
settings:
  graceMs: soon
  sweepMs: 1
projects:
  shop:
    repository: https://user:secret@example.com/shop.git
    pipeline: standart
pipelines:
  standard:
    stages:
      - name: build
        kind: comand
        command: make
        pool: heavy
      - name: build
        kind: agent
`;
  assert.equal(problemsOf(text), [
    'onceward.yaml:3:12 settings.graceMs: got "soon", expected a whole number from 1000 to 3600000',
    'onceward.yaml:4:12 settings.sweepMs: got 1, expected a whole number from 100 to 600000',
    'onceward.yaml:7:17 projects.shop.repository: got "https://***@example.com/shop.git", ' +
      'expected an address without credentials; leave them to git or ssh',
    'onceward.yaml:8:15 projects.shop.pipeline: there is no pipeline "standart" ' +
      '(there is: standard); did you mean "standard"?',
    'onceward.yaml:13:15 pipelines.standard.stages.build.kind: got "comand", expected one of ' +
      'agent, command, approval, checks, merge, deploy, external; did you mean "command"?',
    'onceward.yaml:15:15 pipelines.standard.stages.build.pool: there is no pool "heavy" ' +
      '(there is: default)',
    'onceward.yaml:16:9 pipelines.standard.stages.build.command: ' +
      'stage "build" of kind agent needs a command or an agent',
    'onceward.yaml:16:15 pipelines.standard.stages.build.name: stage "build" stands twice',
  ]);
});

test('the error holds the problems as data and one line for each', () => {
  try {
    loadConfiguration('version: 2\nextra: 1\n', { file });
    assert.unreachable('expected CONFIG_INVALID');
  } catch (error) {
    assert.ok(hasCode(error, 'CONFIG_INVALID'));
    assert.equal(error.details['problems'], [
      {
        file,
        line: 1,
        column: 10,
        path: 'version',
        message: 'got 2, expected 1',
        got: '2',
        expected: '1',
        nearest: null,
      },
      {
        file,
        line: 2,
        column: 1,
        path: 'extra',
        message:
          'unknown key "extra"; expected one of version, settings, pools, accounts, connections, projects, pipelines',
        got: 'extra',
        expected: 'one of version, settings, pools, accounts, connections, projects, pipelines',
        nearest: null,
      },
    ]);
    assert.is(error.message.split('\n').length, 2);
  }
});

test('an unknown key is pointed at itself and names the nearest key', () => {
  assert.equal(problemsOf('version: 1\nsettings:\n  gracMs: 5000\n'), [
    'onceward.yaml:3:3 settings.gracMs: unknown key "gracMs"; did you mean "graceMs"?',
  ]);
});

test('a misspelt required key is one problem, not two', () => {
  const text = SMALL.replace('repository:', 'repositry:');

  assert.equal(problemsOf(text), [
    'onceward.yaml:4:5 projects.shop.repositry: unknown key "repositry"; ' +
      'did you mean "repository"?',
  ]);
});

test('a misspelt section does not make every reference to it a problem', () => {
  assert.equal(problemsOf(SMALL.replace('pipelines:', 'pipelnes:')), [
    'onceward.yaml:6:1 pipelnes: unknown key "pipelnes"; did you mean "pipelines"?',
  ]);
});

test('a missing key is pointed at the map that lacks it', () => {
  assert.equal(problemsOf(SMALL.replace('    repository: ./shop.git\n', '')), [
    'onceward.yaml:3:3 projects.shop.repository: missing; expected text of 1 to 1024 characters',
  ]);
});

test('a field of a gate is judged by the kind of the gate', () => {
  const gates = '        gates:\n          - kind: artifact\n            pth: a.md\n';

  assert.equal(problemsOf(SMALL + gates), [
    'onceward.yaml:14:13 pipelines.standard.stages.build.gates.0.pth: unknown key "pth"; ' +
      'did you mean "path"?',
  ]);
});

test('a name with a dot is refused at its key', () => {
  assert.equal(problemsOf('version: 1\npools:\n  big.one: {}\n'), [
    'onceward.yaml:3:3 pools.big.one: got the name "big.one", ' +
      'expected 1 to 64 of A-Z a-z 0-9 _ - (no dots, no spaces)',
  ]);
});

test('a key that stands twice is refused at its second place', () => {
  assert.equal(problemsOf('version: 1\nsettings:\n  sweepMs: 500\n  sweepMs: 600\n'), [
    'onceward.yaml:4:3 settings.sweepMs: key "sweepMs" stands twice (first on line 3)',
  ]);
});

test('the key __proto__ is refused instead of being dropped', () => {
  assert.equal(problemsOf('version: 1\npools:\n  __proto__: {}\n'), [
    'onceward.yaml:3:3 pools.__proto__: this name is not allowed',
  ]);
});

test('a number with underscores is text, and the problem says what to write', () => {
  assert.equal(problemsOf('version: 1\nsettings:\n  graceMs: 300_000\n'), [
    'onceward.yaml:3:12 settings.graceMs: got "300_000", expected a whole number from 1000 to ' +
      '3600000 (write 300000, without quotes or "_")',
  ]);
});

test('a number where env wants text is refused with the quotes it needs', () => {
  assert.equal(problemsOf(`${SMALL}        env: { PORT: 8080 }\n`), [
    'onceward.yaml:12:22 pipelines.standard.stages.build.env.PORT: got 8080, ' +
      'expected text of 0 to 4000 characters (quote it: "8080")',
  ]);
});

test('a syntax error has its line and column', () => {
  assert.equal(problemsOf('version: 1\npipelines:\n  p: b: c\n'), [
    'onceward.yaml:3:6: not valid YAML: Nested mappings are not allowed in compact mappings',
  ]);
});

test('a second document is refused', () => {
  assert.equal(problemsOf('version: 1\n---\nversion: 1\n'), [
    'onceward.yaml:2:1: not valid YAML: expected one document, found another one after "---"',
  ]);
});

test('an alias without an anchor is refused at its place', () => {
  assert.equal(problemsOf('version: 1\npools:\n  heavy: *big\n'), [
    'onceward.yaml:3:10 pools.heavy: alias *big has no anchor &big before it',
  ]);
});

test('a problem behind an alias is pointed at where the value is written', () => {
  const text = 'version: 1\npools:\n  a: &a\n    slots: 0\n  b: *a\n';

  assert.equal(problemsOf(text), [
    'onceward.yaml:4:12 pools.a.slots: got 0, expected a whole number from 1 to 256',
    'onceward.yaml:4:12 pools.b.slots: got 0, expected a whole number from 1 to 256',
  ]);
});

test('aliases that multiply beyond measure are refused', () => {
  const row = (anchor: string, of: string) => `${anchor}: &${anchor} [${`${of},`.repeat(10)}]\n`;
  const text = row('a', 'x') + row('b', '*a') + row('c', '*b') + row('d', '*c');

  assert.match(problemsOf(text)[0] ?? '', /not valid YAML: Excessive alias count/);
});

test('an empty file lacks its version', () => {
  assert.equal(problemsOf(''), ['onceward.yaml:1:1 version: missing; expected 1']);
});

test('a file beyond one MiB is refused unread', () => {
  assert.equal(problemsOf('#'.repeat(1_048_577)), [
    'onceward.yaml: got 1048577 characters, expected at most 1048576',
  ]);
});

test.run();
