// Takes the place of services/workers/workspace.ts: a worktree of the simulated clone, and no files.
import type { JobFacts } from '../../../services/workers/job-facts.ts';
import { runPaths } from '../../../services/workers/run-paths.ts';
import type { WorkerDeps } from '../../../services/workers/worker-deps.ts';
import type { Workspace } from '../../../services/workers/workspace.ts';
import type { Repository } from '../../../transport/git/repository.ts';

export async function prepareWorkspace(
  job: JobFacts,
  repository: Repository,
  { stateDir }: Pick<WorkerDeps, 'stateDir'>,
): Promise<Workspace> {
  const worktree = await repository.openWorktree(job.item);
  const environment = { ONCEWARD_ITEM: job.item };
  return { worktree, paths: runPaths(stateDir, job), environment };
}
