// What a pipeline may not ask of a stage of kind `merge`: nothing lands untested, and no gate looks for a process.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { z } from 'zod';
import { pipelineSchema, type stageSchema } from '../../machines/pipeline.ts';
import { pipelineProblems } from '../../machines/pipeline-problems.ts';

function problems(stage: Partial<z.input<typeof stageSchema>>): string[] {
  const stages = [{ name: 'land', kind: 'merge' as const, ...stage }];
  return pipelineProblems(pipelineSchema.parse({ stages })).map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  );
}

test('a merge is tested by a command, or by the checks of the forge', () => {
  const command = { kind: 'command' as const, command: 'npm test' };

  assert.equal(problems({ gates: [command] }), []);
  assert.equal(problems({ merge: { checks: {} } }), []);
  assert.equal(problems({}), [
    'stages.0.gates: stage "land" of kind merge tests nothing: give it a gate of kind command, or merge.checks',
  ]);
  assert.equal(problems({ gates: [{ kind: 'verdict', path: 'v.json' }, command] }), [
    'stages.0.gates: stage "land" of kind merge takes no gate of kind verdict: there is no process',
  ]);
});

test('one item at a time is rebased, and only a merge has rules for merging', () => {
  const gates = [{ kind: 'command' as const, command: 'npm test' }];

  assert.equal(problems({ gates, merge: { method: 'rebase' } }), []);
  assert.equal(problems({ gates, merge: { method: 'rebase', batchSize: 2 } }), [
    'stages.0.merge: stage "land" of kind merge rebases one item at a time',
  ]);
  assert.equal(problems({ kind: 'external', merge: {} }), [
    'stages.0.merge: stage "land" of kind external merges nothing',
  ]);
});

test.run();
