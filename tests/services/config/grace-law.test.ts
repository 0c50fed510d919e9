// The law of grace: graceMs exceeds the longest finalization, or the configuration is refused.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { stageSchema } from '../../../machines/pipeline.ts';
import { longestFinalizationMs, resolveStage } from '../../../services/config/grace-law.ts';
import { readConfigurationText } from '../../../services/config/load.ts';
import { formatProblem } from '../../../services/config/problems.ts';

// Finalization 100 s, a command gate of 30 s, and two gates of 5 s each: 140 s.
function configured({ graceMs = 300_000, kind = 'agent', stage = '' } = {}): string {
  return `\
version: 1
settings:
  finalizeTimeoutMs: 100000
  graceMs: ${graceMs}
pipelines:
  standard:
    stages:
      - name: build
        kind: ${kind}
${kind === 'external' ? '' : '        command: make\n'}${stage}\
        gates:
          - kind: exit
          - { kind: artifact, path: a.md }
          - { kind: command, command: make test, timeoutMs: 30000 }
`;
}

function problemsOf(text: string, graceMs?: number): string[] {
  const reading = readConfigurationText(text, { file: 'onceward.yaml', graceMs });
  return reading.outcome === 'valid' ? [] : reading.problems.map(formatProblem);
}

const refused = (got: string) =>
  `got ${got}, expected more than the longest finalization, 140000 ` +
  '(finalizeTimeoutMs 100000 + gates 40000): a live run could be reaped';

test('a grace of one millisecond more than the longest finalization is accepted', () => {
  assert.equal(problemsOf(configured({ graceMs: 140_001 })), []);
});

test('a grace equal to the longest finalization is refused with both numbers', () => {
  assert.equal(problemsOf(configured({ graceMs: 140_000 })), [
    `onceward.yaml:8:9 pipelines.standard.stages.build.graceMs: ${refused('140000')}`,
  ]);
});

test('a stage’s own grace is held to the law at its own line', () => {
  assert.equal(problemsOf(configured({ stage: '        graceMs: 140000\n' })), [
    `onceward.yaml:11:18 pipelines.standard.stages.build.graceMs: ${refused('140000')}`,
  ]);
});

test('a stage’s own grace redeems settings that are too short', () => {
  const text = configured({ graceMs: 1_000, stage: '        graceMs: 140001\n' });

  assert.equal(problemsOf(text), []);
});

test('a grace from the environment is held to the law', () => {
  assert.equal(problemsOf(configured(), 140_001), []);
  assert.equal(problemsOf(configured(), 90_000), [
    'onceward.yaml:8:9 pipelines.standard.stages.build.graceMs: ' +
      refused('90000 (from ONCEWARD_GRACE_MS)'),
  ]);
});

test('a stage without a process has no finalization to wait for', () => {
  assert.equal(problemsOf(configured({ graceMs: 1_000, kind: 'external' })), []);
});

test('every stage that breaks the law is reported', () => {
  const second = '      - { name: test, kind: command, command: make }\n';

  const [first, other, ...rest] = problemsOf(configured({ graceMs: 90_000 }) + second);
  assert.match(first ?? '', 'stages.build.graceMs: got 90000');
  assert.match(other ?? '', 'onceward.yaml:15:9 pipelines.standard.stages.test.graceMs: got 90000');
  assert.equal(rest, []);
});

test('the law is not judged by a number that is itself refused', () => {
  const text = configured().replace('finalizeTimeoutMs: 100000', 'finalizeTimeoutMs: x');

  assert.equal(problemsOf(text), [
    'onceward.yaml:3:22 settings.finalizeTimeoutMs: got "x", ' +
      'expected a whole number from 1000 to 3600000',
  ]);
});

test('the law is not judged by gates that are themselves refused', () => {
  const text = configured({ graceMs: 90_000 }).replace('timeoutMs: 30000', 'timeoutMs: 3');

  assert.equal(problemsOf(text), [
    'onceward.yaml:14:61 pipelines.standard.stages.build.gates.2.timeoutMs: got 3, ' +
      'expected a whole number from 1000 to 3600000',
  ]);
});

test('a resolved stage has its own grace, otherwise that of the settings', () => {
  const stage = stageSchema.parse({ name: 'build', kind: 'command', command: 'make' });

  assert.is(resolveStage(stage, { graceMs: 7_000 }).graceMs, 7_000);
  assert.is(resolveStage({ ...stage, graceMs: 9_000 }, { graceMs: 7_000 }).graceMs, 9_000);
});

test('the longest finalization of a stage without gates is that of push and comment', () => {
  assert.is(longestFinalizationMs({ gates: [] }, { finalizeTimeoutMs: 100_000 }), 100_000);
});

test.run();
