// Connections, trackers and forges in the configuration: what fits together, and that secrets only have names.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { loadConfiguration, readConfigurationText } from '../../../services/config/load.ts';
import { formatProblem } from '../../../services/config/problems.ts';

const GITHUB = '  main: { kind: github, tokenVariable: GITHUB_TOKEN }\n';
const PLANE = '  plane: { kind: plane, workspace: acme, tokenVariable: PLANE_API_KEY }\n';
const UUID = '0b1f8f6c-1111-4222-8333-123456789abc';

const yaml = (connections: string, project = '', stage = '{ name: a, kind: external }') =>
  `version: 1\npipelines:\n  standard:\n    stages:\n      - ${stage}\n` +
  `connections:\n${connections}` +
  `projects:\n  shop:\n    repository: r\n    pipeline: standard\n${project}`;

function problemsOf(text: string): string[] {
  const reading = readConfigurationText(text, { file: 'a.yaml' });
  return reading.outcome === 'valid' ? [] : reading.problems.map(formatProblem);
}

const tracker = (text: string) => `    tracker: ${text}\n`;
const forge = (text: string) => `    forge: ${text}\n`;

test('a project without tracker and forge has a folder, its git remote, and does all it can', () => {
  const { projects, settings } = loadConfiguration(yaml(''), { file: 'a.yaml' });

  assert.equal(projects['shop']?.tracker, { kind: 'folder', commanders: [], maxActive: 20 });
  assert.equal(projects['shop']?.forge, { kind: 'git' });
  assert.equal([...new Set(Object.values(projects['shop']?.actuators ?? {}))], ['enforce']);
  assert.is(settings.reconcileMs, 60_000);
});

test('a tracker and a forge of GitHub are read with their defaults', () => {
  const on = 'kind: github, connection: main, repository: acme/shop';
  const text = yaml(GITHUB, tracker(`{ ${on} }`) + forge(`{ ${on} }`));
  const { connections, projects } = loadConfiguration(text, { file: 'a.yaml' });

  assert.is(connections['main']?.apiUrl, 'https://api.github.com');
  assert.equal(projects['shop']?.tracker, {
    ...{ kind: 'github', connection: 'main', repository: 'acme/shop', label: 'onceward' },
    ...{ commanders: [], maxActive: 20, closeWhenDone: true },
  });
  assert.equal(projects['shop']?.forge, {
    ...{ kind: 'github', connection: 'main', repository: 'acme/shop' },
  });
});

test('a connection that is named exists, and the nearest name is offered', () => {
  const text = yaml(GITHUB, forge('{ kind: github, connection: mian, repository: acme/shop }'));

  assert.equal(problemsOf(text), [
    'a.yaml:12:40 projects.shop.forge.connection: there is no connection of kind github "mian" ' +
      '(there is: main); did you mean "main"?',
  ]);
});

test('a connection is of the kind of its tracker', () => {
  const text = yaml(
    GITHUB + PLANE,
    tracker('{ kind: github, connection: plane, repository: acme/shop }'),
  );

  assert.equal(problemsOf(text), [
    'a.yaml:13:42 projects.shop.tracker.connection: connection "plane" is of kind plane, ' +
      'expected one of kind github (there is: main)',
  ]);
});

test('nothing is concluded from a misspelt section of connections', () => {
  const on = forge('{ kind: github, connection: main, repository: acme/shop }');
  const text = yaml(GITHUB, on).replace('connections:', 'conections:');

  assert.equal(problemsOf(text), [
    'a.yaml:6:1 conections: unknown key "conections"; did you mean "connections"?',
  ]);
});

test('a connection to GitHub has a token or an app, and not both', () => {
  const app = 'app: { id: 1, installationId: 2, privateKeyVariable: KEY }';

  assert.equal(problemsOf(yaml(`  main: { kind: github, ${app} }\n`)), []);
  assert.equal(problemsOf(yaml('  main: { kind: github }\n')), [
    'a.yaml:7:3 connections.main: connection "main" has no credential, expected tokenVariable or app',
  ]);
  assert.equal(problemsOf(yaml(`  main: { kind: github, tokenVariable: T, ${app} }\n`)), [
    'a.yaml:7:43 connections.main.app: connection "main" has a token and an app, expected one of the two',
  ]);
});

test('a secret in place of its name is refused, explained, and not repeated', () => {
  const tokens = ['ghp_abcdefghijklmnopqrstuvwxyz123456', 'github_pat_1', 'plane_api_0123456789'];
  const problems = tokens.map((token) =>
    problemsOf(yaml(`  main: { kind: github, tokenVariable: ${token} }\n`)),
  );
  const webhook = problemsOf(
    yaml('  main: { kind: github, tokenVariable: T, webhookSecretVariable: "s3cret!" }\n'),
  );

  assert.equal(
    problems.map(({ length }) => length),
    [1, 1, 1],
  );
  assert.match(problems[0]?.[0] ?? '', 'this looks like the secret itself');
  assert.not.match(problems.flat().join(), /abcdef|github_pat_1|0123456789/);
  assert.match(webhook[0] ?? '', 'expected the name of an environment variable');
  assert.not.match(webhook.join(), 's3cret');
});

test('a tracker of Plane has a label or a state, and not both', () => {
  const plane = (more: string) =>
    problemsOf(yaml(PLANE, tracker(`{ kind: plane, connection: plane, project: ${UUID}${more} }`)));

  assert.equal(plane(', label: onceward'), []);
  assert.equal(plane(', state: Todo, states: { active: In Progress }'), []);
  assert.match(plane('')[0] ?? '', 'nothing says by what work is asked for');
  assert.match(plane(', label: a, state: b')[0] ?? '', 'projects.shop.tracker.state: label and');
});

test('a mode of an actuator is off, shadow or enforce', () => {
  assert.equal(problemsOf(yaml('', '    actuators: { intake: shadw }\n')), [
    'a.yaml:11:26 projects.shop.actuators.intake: got "shadw", expected one of off, shadow, enforce; ' +
      'did you mean "shadow"?',
  ]);
});

test('a pipeline that waits for checks is for projects whose forge has them', () => {
  const waiting = yaml(GITHUB, '', '{ name: ci, kind: checks }');
  const on = forge('{ kind: github, connection: main, repository: acme/shop }');
  const isAboutForge = (problem: string) => problem.includes('which forge git has none of');

  assert.equal(
    problemsOf(waiting)
      .filter(isAboutForge)
      .map((problem) => problem.split(',')[0]),
    [
      'a.yaml:11:15 projects.shop.pipeline: stage "ci" of pipeline "standard" waits for checks of a pull request',
    ],
  );
  assert.equal(problemsOf(waiting + on).filter(isAboutForge), []);
  assert.is(
    problemsOf(yaml('', forge('{ kind: git }'), '{ name: r, kind: approval, approve: reviews }'))
      .filter(isAboutForge)
      .some((problem) => problem.includes('projects.shop.forge: stage "r"')),
    true,
  );
});

test('what a merge queue asks of a forge is for projects whose forge has it', () => {
  const about = (merge: string) =>
    problemsOf(
      yaml('', '', `{ name: land, kind: merge, gates: [{ kind: command, command: t }]${merge} }`),
    )
      .map((problem) => /waits for (\w+) of a pull request/.exec(problem)?.[1])
      .filter((what) => what !== undefined);

  assert.equal(about(', merge: { checks: {} }'), ['checks']);
  assert.equal(about(', merge: { reviews: {} }'), ['reviews']);
  assert.equal(about(', merge: { batchSize: 2 }'), []);
});

test('a repository of GitHub is an owner and a name', () => {
  const of = (repository: string) =>
    problemsOf(
      yaml(GITHUB, forge(`{ kind: github, connection: main, repository: "${repository}" }`)),
    );

  assert.equal(of('acme/shop.web_1'), []);
  assert.equal(
    ['acme', 'acme/', '../shop', 'acme/..', 'https://github.com/acme/shop'].filter(
      (repository) => of(repository).length !== 1,
    ),
    [],
  );
});

test.run();
