// A statement fits into a record whatever was configured, and is only taken for the very image it speaks of.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type Artifact,
  artifactSchema,
  MAX_STATEMENT_CHARACTERS,
} from '../../../../machines/deployment/artifact.ts';
import {
  type BuildFacts,
  makeStatement,
  statementProblems,
} from '../../../../services/workers/deploying/statement.ts';

const SHA = 'a'.repeat(40);
const DIGEST = `sha256:${'b'.repeat(64)}`;
const IMAGE = 'registry.example.com/acme/shop';
const FACTS: BuildFacts = {
  ...{ image: IMAGE, digest: DIGEST, sha: SHA, repository: '/shop.git', baseBranch: 'main' },
  ...{ command: 'make image', worker: 'worker-1', invocation: 'deployment.shop.staging/1/7' },
  ...{ startedAtMs: 1_000, finishedAtMs: 2_000 },
};

function artifactOf(facts: Partial<BuildFacts> = {}): Artifact {
  const statement = makeStatement({ ...FACTS, ...facts });
  return {
    ...{ sha: SHA, image: IMAGE, digest: DIGEST, statement },
    ...{ environment: 'staging', builtAtMs: 2_000 },
  };
}

test('a statement on the very image has no problems', () => {
  assert.equal(statementProblems(artifactOf()), []);
});

test('a statement on another image, digest or commit says which, and what was expected', () => {
  const digest = `sha256:${'c'.repeat(64)}`;
  const sha = 'd'.repeat(40);

  assert.equal(statementProblems(artifactOf({ image: 'other/shop' })), [
    `its name is other/shop, expected ${IMAGE}`,
  ]);
  assert.equal(statementProblems(artifactOf({ digest })), [
    `its digest is ${digest}, expected ${DIGEST}`,
  ]);
  assert.equal(statementProblems(artifactOf({ sha })), [`its commit is ${sha}, expected ${SHA}`]);
});

test('what is no statement, or leaves out who has built it and with what, is refused', () => {
  const good = artifactOf();
  const without = (text: string) => ({ ...good, statement: good.statement.replace(text, '') });

  const problems = [
    { ...good, statement: 'signed, somebody' },
    without(',"command":"make image"'),
    without('"builder":{"id":"onceward:worker:worker-1"},'),
  ].map(statementProblems);

  assert.equal(
    problems.map(([first]) => first?.split(':').slice(0, 2).join(':')),
    [
      'it is no statement on a build: it',
      'it is no statement on a build: predicate.buildDefinition.externalParameters.command',
      'it is no statement on a build: predicate.runDetails.builder',
    ],
  );
});

test('whatever was configured, the statement fits into a record, and speaks of the image', () => {
  const longest = artifactOf({
    repository: `https://example.com/${'r'.repeat(1_900)}`,
    baseBranch: 'b'.repeat(250),
    command: '\u0001"'.repeat(1_000),
  });

  assert.ok(longest.statement.length <= MAX_STATEMENT_CHARACTERS);
  assert.ok(artifactSchema.safeParse(longest).success);
  assert.equal(statementProblems(longest), []);
});

test('a command that was cut stands with the digest of the whole', () => {
  const command = 'make image '.repeat(150);

  const one = artifactOf({ command: `${command}a` });
  const other = artifactOf({ command: `${command}b` });

  assert.is.not(one.statement, other.statement);
  assert.match(one.statement, /make image .*… sha256:[0-9a-f]{64}/);
});

test.run();
