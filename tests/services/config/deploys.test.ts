// What is wrong with the deploys of a pipeline, each in its place, and what is only worth a thought.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { deployHints } from '../../../services/config/deploy-hints.ts';
import { readConfigurationText } from '../../../services/config/load.ts';
import { formatProblem } from '../../../services/config/problems.ts';

const BUILD = '{ name: build, kind: command, command: make }';
const LAND =
  '{ name: land, kind: merge, gates: [{ kind: command, command: make }], onFail: build }';
const IMAGE = 'image: { name: registry.test/acme/shop }';
const COMMANDS = 'build: { command: b }, deploy: { command: d }';

function deploy(environment: string, more = '', outside = ', onFail: build'): string {
  const rules = `environment: ${environment}, ${IMAGE}, ${COMMANDS}${more}`;
  return `{ name: ${environment}, kind: deploy, deploy: { ${rules} }${outside} }`;
}

function read(...stages: string[]) {
  const lines = stages.map((stage) => `      - ${stage}\n`).join('');
  const text = `version: 1\npipelines:\n  standard:\n    stages:\n${lines}`;
  return readConfigurationText(text, { file: 'onceward.yaml' });
}

function problemsOf(...stages: string[]): string[] {
  const reading = read(...stages);
  const found = reading.outcome === 'valid' ? [] : reading.problems.map(formatProblem);
  return found.map((line) => line.replace(/^onceward.yaml:\d+:\d+ pipelines.standard.stages./, ''));
}

function hintsOf(...stages: string[]): string[] {
  const reading = read(...stages);
  if (reading.outcome !== 'valid') throw new Error(JSON.stringify(reading.problems));
  return deployHints(reading.configuration);
}

test('a deploy that requires what came before it is sound', () => {
  const stages = [BUILD, LAND, deploy('staging'), deploy('production', ', requires: staging')];

  assert.equal(problemsOf(...stages), []);
  assert.equal(hintsOf(...stages), []);
});

test('a stage of kind deploy says where to, and no other stage does', () => {
  const rules = `deploy: { environment: a, ${IMAGE}, ${COMMANDS} }`;

  assert.equal(problemsOf('{ name: a, kind: deploy }', `{ name: b, kind: external, ${rules} }`), [
    'a.deploy: stage "a" of kind deploy needs deploy: where to, and how',
    'b.deploy: stage "b" of kind external deploys nothing',
  ]);
});

test('what is required stands before it; a name that is close is offered', () => {
  assert.equal(problemsOf(deploy('staging'), deploy('production', ', requires: stagign')), [
    'staging.onFail: onFail names "build", which is no stage of this pipeline (staging, production)',
    'production.deploy.requires: stage "production" of kind deploy requires "stagign", ' +
      'which no stage before it deploys to (staging); did you mean "staging"?',
    'production.onFail: onFail names "build", which is no stage of this pipeline (staging, production)',
  ]);
});

test('an environment stands once in a pipeline', () => {
  const again = deploy('staging').replace('name: staging', 'name: again');

  assert.equal(problemsOf(BUILD, deploy('staging'), again), [
    'again.deploy.environment: stage "again" of kind deploy has the environment of another stage',
  ]);
});

test('a deploy that cannot be read is one problem, also where another one requires it', () => {
  const broken = deploy('staging', ', retries: { infra: many }');

  assert.equal(problemsOf(BUILD, broken, deploy('production', ', requires: staging')), [
    'staging.deploy.retries.infra: got "many", expected a whole number from 0 to 100',
  ]);
});

test('a misspelt key of a probe is named, with the one that was meant', () => {
  const watch = `, watch: { probes: [{ name: home, kind: http, url: 'http://a.test', intervalSm: 1 }] }`;

  assert.equal(problemsOf(BUILD, deploy('production', watch)), [
    'production.deploy.watch.probes.home.intervalSm: unknown key "intervalSm"; did you mean "intervalMs"?',
  ]);
});

test('the name of an image has a registry and no tag', () => {
  const tagged = deploy('production').replace('acme/shop', 'acme/shop:1');

  assert.equal(problemsOf(BUILD, tagged), [
    'production.deploy.image.name: got "registry.test/acme/shop:1", expected a registry and a repository, ' +
      'such as registry.example.com/acme/shop',
  ]);
});

test('a deploy behind another one that requires none is worth a thought', () => {
  assert.equal(hintsOf(BUILD, LAND, deploy('staging'), deploy('production')), [
    'pipelines.standard.stages.production: production takes images that no environment has tested; ' +
      'add "requires: staging" to ask for one',
  ]);
});

test('a deploy before its commit lands is worth a thought', () => {
  assert.equal(hintsOf(BUILD, deploy('staging'), LAND), [
    'pipelines.standard.stages.staging: only what has landed is deployed, and stage "land" lands it later; ' +
      'deploy behind it',
  ]);
});

test('a watch that cannot end before its deadline is worth a thought', () => {
  const watch = (count: number) =>
    `, watch: { deadlineMs: 60000, probes: [{ name: home, kind: http, url: 'http://a.test', initialDelayMs: 0, intervalMs: 30000, count: ${count} }] }`;

  assert.equal(hintsOf(BUILD, LAND, deploy('production', watch(3))), []);
  assert.equal(hintsOf(BUILD, LAND, deploy('production', watch(4))), [
    'pipelines.standard.stages.production: probe "home" needs 90000 ms at least, longer than ' +
      'watch.deadlineMs 60000: every watch would end at a person',
  ]);
});

test('a failure that goes back to where nothing is pushed is worth a thought', () => {
  const hint =
    'pipelines.standard.stages.production: after a failure it goes back to stage "production", ' +
    'which pushes nothing new; name a stage that does with onFail';

  assert.equal(hintsOf(BUILD, LAND, deploy('production', '', '')), [hint]);
  assert.equal(hintsOf(BUILD, LAND, deploy('production', '', ', onFail: land')), [
    hint.replace('stage "production"', 'stage "land"'),
  ]);
});

test.run();
