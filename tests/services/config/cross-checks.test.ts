// The checks across sections: each with one planted mistake and its exact place.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readConfigurationText } from '../../../services/config/load.ts';
import { formatProblem } from '../../../services/config/problems.ts';

function problemsOf(text: string): string[] {
  const reading = readConfigurationText(text, { file: 'onceward.yaml' });
  return reading.outcome === 'valid' ? [] : reading.problems.map(formatProblem);
}

function withStages(...stages: string[]): string {
  const lines = stages.map((stage) => `      - ${stage}\n`);
  return `version: 1\npipelines:\n  standard:\n    stages:\n${lines.join('')}`;
}

const SHOP = '  shop: { repository: ./shop.git, pipeline: standard }\n';

test('a project names a pipeline that exists', () => {
  const text = `${withStages('{ name: a, kind: external }')}projects:\n${SHOP}`;

  assert.equal(problemsOf(text), []);
  assert.equal(problemsOf(text.replace('pipeline: standard', 'pipeline: standrad')), [
    'onceward.yaml:7:45 projects.shop.pipeline: there is no pipeline "standrad" ' +
      '(there is: standard); did you mean "standard"?',
  ]);
});

test('a project may not name what every object inherits', () => {
  assert.equal(problemsOf('version: 1\nprojects:\n  a: { repository: r, pipeline: toString }\n'), [
    'onceward.yaml:3:33 projects.a.pipeline: there is no pipeline "toString" (there is: none)',
  ]);
});

test('a stage names a pool that exists', () => {
  const text = `${withStages('{ name: a, kind: external, pool: hevy }')}pools:\n  heavy: {}\n`;

  assert.equal(problemsOf(text.replace('hevy', 'heavy')), []);
  assert.equal(problemsOf(text), [
    'onceward.yaml:5:42 pipelines.standard.stages.a.pool: there is no pool "hevy" ' +
      '(there is: default, heavy); did you mean "heavy"?',
  ]);
});

test('an agent names an account that exists; the one of its adapter need not be written down', () => {
  const stages = withStages('{ name: a, kind: agent, agent: { adapter: codex, account: taem } }');
  const text = `${stages}accounts:\n  team: {}\n`;

  assert.equal(problemsOf(text.replace('taem', 'team')), []);
  assert.equal(problemsOf(text.replace(', account: taem', '')), []);
  assert.equal(problemsOf(text), [
    'onceward.yaml:5:67 pipelines.standard.stages.a.agent.account: there is no account "taem" ' +
      '(there is: team); did you mean "team"?',
  ]);
});

test('a worker may lose a sign of life without ending its commands', () => {
  const text = 'version: 1\nsettings: { progressMs: 5000, workerLeaseMs: 9999 }\n';

  assert.equal(problemsOf(text.replace('9999', '10000')), []);
  assert.equal(problemsOf(text), [
    'onceward.yaml:2:46 settings.workerLeaseMs: got 9999, expected at least twice progressMs, 10000',
  ]);
});

test('a stage with a process needs a command', () => {
  assert.equal(problemsOf(withStages('{ name: a, kind: agent }')), [
    'onceward.yaml:5:9 pipelines.standard.stages.a.command: stage "a" of kind agent needs a command or an agent',
  ]);
});

test('a stage without a process takes no command', () => {
  assert.equal(problemsOf(withStages('{ name: a, kind: approval, command: make }')), [
    'onceward.yaml:5:45 pipelines.standard.stages.a.command: ' +
      'stage "a" of kind approval takes no command',
  ]);
});

test('stage names are unique in a pipeline', () => {
  const text = withStages('{ name: a, kind: external }', '{ name: a, kind: external }');

  assert.equal(problemsOf(text), [
    'onceward.yaml:6:17 pipelines.standard.stages.a.name: stage "a" stands twice',
  ]);
});

test('onFail names a stage of the same pipeline', () => {
  const text = withStages(
    '{ name: build, kind: external }',
    '{ name: test, kind: external, onFail: biuld }',
  );

  assert.equal(problemsOf(text), [
    'onceward.yaml:6:47 pipelines.standard.stages.test.onFail: onFail names "biuld", ' +
      'which is no stage of this pipeline (build, test); did you mean "build"?',
  ]);
});

test('onReject only goes back', () => {
  const text = withStages(
    '{ name: approval, kind: approval, onReject: build }',
    '{ name: build, kind: external }',
  );

  assert.equal(problemsOf(text), [
    'onceward.yaml:5:53 pipelines.standard.stages.approval.onReject: ' +
      'onReject names "build", which comes later; it may only go back',
  ]);
});

test('a sound stage is checked although another one is broken', () => {
  const text = withStages('{ name: a, kind: agnt }', '{ name: b, kind: external, onFail: c }');

  assert.equal(problemsOf(text), [
    'onceward.yaml:5:26 pipelines.standard.stages.a.kind: got "agnt", expected one of ' +
      'agent, command, approval, checks, merge, deploy, external; did you mean "agent"?',
    'onceward.yaml:6:44 pipelines.standard.stages.b.onFail: onFail names "c", ' +
      'which is no stage of this pipeline (a, b)',
  ]);
});

test('a reference to a stage with a forbidden name is not reported as well', () => {
  const text = withStages(
    '{ name: a b, kind: external }',
    '{ name: c, kind: external, onFail: x }',
  );

  assert.equal(problemsOf(text.replace('onFail: x', 'onFail: c')), [
    'onceward.yaml:5:17 pipelines.standard.stages.a b.name: got "a b", ' +
      'expected 1 to 64 of A-Z a-z 0-9 _ - (no dots, no spaces)',
  ]);
});

test('the first wait of a retry is not longer than the longest', () => {
  const text = 'version: 1\nsettings:\n  retryBackoffMs: 2000\n  retryBackoffCapMs: 1000\n';

  assert.equal(problemsOf(text), [
    'onceward.yaml:3:19 settings.retryBackoffMs: ' +
      'got 2000, expected at most retryBackoffCapMs, 1000',
  ]);
});

test.run();
