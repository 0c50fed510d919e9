// The prompt of a run names what its workspace has.
import { existsSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { defaultTemplate } from '../../../services/workers/default-prompt.ts';
import { renderPrompt } from '../../../services/workers/prompt.ts';
import { promptValues } from '../../../services/workers/prompt-values.ts';
import { prepareWorkspace } from '../../../services/workers/workspace.ts';
import { within } from '../../support/within.ts';
import { createWorker } from './worker-fixture.ts';

async function setup(stage: NonNullable<Parameters<typeof createWorker>[0]>['stage'] = {}) {
  const { job, deps } = await createWorker({ stage });
  const { repository: url, project, baseBranch } = job;
  const repository = deps.repositories.open({ project, url, baseBranch });
  const workspace = await prepareWorkspace(job, repository, deps);
  return { job, workspace, values: promptValues(job, workspace) };
}

test(
  'the default prompt names the worktree, the branch and the files of the run',
  within(20_000, async () => {
    const { workspace, values } = await setup();
    const { worktree, paths } = workspace;
    const template = defaultTemplate('build');

    const prompt = renderPrompt({ template, source: 'default', values });

    const named = [worktree.path, 'onceward/7', 'main', paths.commentFile, 'Sums are wrong'];
    assert.equal(
      named.filter((part) => !prompt.includes(part)),
      [],
    );
    assert.ok(existsSync(values.worktree) && existsSync(values.contextFile));
  }),
);

test(
  'a verdict is asked for in the folder of the run, where the gate looks first',
  within(20_000, async () => {
    const gates = [{ kind: 'verdict' as const, path: 'docs/{item}/review.json' }];
    const { workspace, values } = await setup({ gates });

    assert.is(values.verdictPath, `${workspace.paths.runFolder}/docs/7/review.json`);
    assert.is((await setup()).values.verdictPath, '');
  }),
);

test.run();
