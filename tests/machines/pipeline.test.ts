// What a schema cannot see in a pipeline: names that refer to each other, and fields that fit the kind.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { gateSchema, pipelineSchema } from '../../machines/pipeline.ts';
import { pipelineProblems } from '../../machines/pipeline-problems.ts';

function problemsOf(...stages: Record<string, unknown>[]): string[] {
  const pipeline = pipelineSchema.parse({ stages });
  return pipelineProblems(pipeline).map(({ path, message }) => `${path.join('.')}: ${message}`);
}

const external = (name: string, more = {}) => ({ name, kind: 'external', ...more });

test('a sound pipeline has no problems', () => {
  const build = { name: 'build', kind: 'agent', command: 'true' };

  assert.equal(problemsOf(build, external('check', { onFail: 'build' })), []);
});

test('two stages of one name are found', () => {
  assert.equal(problemsOf(external('a'), external('a')), ['stages.1.name: stage "a" stands twice']);
});

test('a stage that runs a process needs a command, and no other may have one', () => {
  assert.equal(problemsOf({ name: 'a', kind: 'command' }, external('b', { command: 'true' })), [
    'stages.0.command: stage "a" of kind command needs a command',
    'stages.1.command: stage "b" of kind external takes no command',
  ]);
});

test('going back leads to this stage or an earlier one', () => {
  assert.equal(problemsOf(external('a', { onFail: 'b' }), external('b', { onReject: 'c' })), [
    'stages.0.onFail: onFail names "b", which comes later; it may only go back',
    'stages.1.onReject: onReject names "c", which is no stage of this pipeline (a, b)',
  ]);
});

test('a gate reads no file outside the repository', () => {
  const paths = ['/etc/passwd', '../secret', 'docs/../../secret', ''];

  assert.equal(
    paths.filter((path) => gateSchema.safeParse({ kind: 'artifact', path }).success),
    [],
  );
});

test('a pattern has few enough wildcards to be matched quickly', () => {
  const isValid = (path: string) => gateSchema.safeParse({ kind: 'artifact', path }).success;

  assert.equal(['**/a/**/b-*-*.md', '*/*/*/*/?????'].map(isValid), [true, true]);
  assert.equal(['*a*a*', '**/a/**/b/**', '../*', '/a/*'].map(isValid), [
    false,
    false,
    false,
    false,
  ]);
});

test('several artifacts are asked of a pattern only', () => {
  const isValid = (path: string) =>
    gateSchema.safeParse({ kind: 'artifact', path, min: 2 }).success;

  assert.equal(['a/*.md', 'a.md'].map(isValid), [true, false]);
});

test.run();
