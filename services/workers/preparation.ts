// Everything that has to stand before the command of a run is started: isolation, workspace, logs, invocation.
// It must never start the command, nor leave a log open where something else is missing.

import { hasCode } from '../../transport/errors.ts';
import type { Repository } from '../../transport/git/repository.ts';
import type { Enter } from './isolation/entering.ts';
import { prepareIsolation, UNAVAILABLE } from './isolation/isolation.ts';
import type { JobFacts, Trouble } from './job-facts.ts';
import { type Launch, prepareLaunch } from './launch.ts';
import { openRunLogs, type RunLogs } from './run-logs.ts';
import type { WorkerDeps } from './worker-deps.ts';
import { prepareWorkspace, type Workspace } from './workspace.ts';

export interface Preparation {
  workspace: Workspace;
  /** Open: whoever is given them closes them. */
  logs: RunLogs;
  launch: Launch;
  enter: Enter;
}

/** All of it, or why there is none of it. */
export async function prepareRun(run: {
  job: JobFacts;
  repository: Repository;
  deps: WorkerDeps;
}): Promise<Preparation | Trouble> {
  const { job, repository, deps } = run;
  const { enter, reason } = await prepareIsolation(job, deps);
  // Never with less than was asked for: another worker may have it.
  if (enter === null) return { cause: UNAVAILABLE, summary: reason };
  const full = await deps.disk?.refusal(repository.worktreePath(job.item));
  if (typeof full === 'string') return { cause: 'disk-full', summary: full };
  let logs: RunLogs | null = null;
  try {
    const workspace = await prepareWorkspace(job, repository, deps);
    logs = await openRunLogs(workspace.paths, job, deps);
    const launch = await prepareLaunch({ ...run, ...logs, workspace });
    return { enter, workspace, logs, launch };
  } catch (error) {
    await logs?.close().catch((failure: unknown) => deps.onTrouble?.(failure));
    return troubleOf(error);
  }
}

// A prompt is mended by people, on the base branch: repeating the run, or charging it to whoever works on the
// item, mends nothing.
function troubleOf(error: unknown): Trouble {
  const summary = error instanceof Error ? error.message : String(error);
  return {
    cause: hasCode(error, 'PROMPT_INVALID') ? 'prompt-invalid' : 'workspace-failed',
    summary,
  };
}
