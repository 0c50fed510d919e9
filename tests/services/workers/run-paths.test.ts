// No name of a run leads out of the state directory.
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { JobFacts } from '../../../services/workers/job-facts.ts';
import { runPaths } from '../../../services/workers/run-paths.ts';
import { hasCode } from '../../../transport/errors.ts';

const isRefused = (error: unknown) => hasCode(error, 'PATH_REFUSED');

function pathsOf({ project = 'shop', item = '7', stage = 'build' }) {
  return runPaths('/state', {
    ...({ project, item, stage: { name: stage }, attempt: 1, epoch: 1 } as unknown as JobFacts),
  });
}

test('every path of a run lies below the folder of its item', () => {
  const { runFolder, homeFolder, logPath } = pathsOf({});

  assert.ok(runFolder.startsWith(join('/state', 'runs', 'shop', '7')));
  assert.ok(homeFolder.startsWith(join('/state', 'runs', 'shop', '7')));
  assert.ok(logPath.startsWith(join('/state', 'logs', 'shop', '7')));
});

test('a project, an item or a stage whose name is a way out is refused', () => {
  assert.throws(() => pathsOf({ project: '..' }), isRefused);
  assert.throws(() => pathsOf({ item: '../../etc' }), isRefused);
  assert.throws(() => pathsOf({ item: '.' }), isRefused);
  assert.throws(() => pathsOf({ stage: '../../../x' }), isRefused);
  assert.throws(() => pathsOf({ stage: 'a\0b' }), isRefused);
});

test.run();
