// Lays out everything a command needs: the item's worktree, the run's folder, its files and environment.
// It must never leave a half-made workspace unnoticed: either all of it stands, or it throws.
import { mkdir, writeFile } from 'node:fs/promises';
import type { Repository } from '../../transport/git/repository.ts';
import type { Worktree } from '../../transport/git/worktree.ts';
import { credentialsOf } from './agent-credentials.ts';
import { agentEnvironment } from './agent-environment.ts';
import type { JobFacts } from './job-facts.ts';
import { type RunPaths, runPaths } from './run-paths.ts';
import type { WorkerDeps } from './worker-deps.ts';

export interface Workspace {
  worktree: Worktree;
  paths: RunPaths;
  /** The whole environment of the command. */
  environment: Record<string, string>;
}

/**
 * Prepares the folders of a run. Repeating it starts afresh from what the remote has.
 * @throws GIT_FAILED, PATH_REFUSED, and errors of the file system
 */
export async function prepareWorkspace(
  job: JobFacts,
  repository: Repository,
  { stateDir, environment, accounts }: Pick<WorkerDeps, 'stateDir' | 'environment' | 'accounts'>,
): Promise<Workspace> {
  const credentials = credentialsOf(job, { accounts: accounts(), environment });
  const paths = runPaths(stateDir, job);
  const worktree = await repository.openWorktree(job.item);
  // Only the owner may look into a HOME.
  await mkdir(paths.homeFolder, { recursive: true, mode: 0o700 });
  await mkdir(paths.runFolder, { recursive: true });
  await writeFile(paths.bodyFile, job.body);
  await writeFile(paths.feedbackFile, job.feedback);
  const context = contextOf(job, paths, worktree);
  await writeFile(paths.contextFile, `${JSON.stringify(context, null, 2)}\n`);
  return {
    worktree,
    paths,
    environment: agentEnvironment(job, {
      ...{ paths, worktree: worktree.path, host: environment, credentials },
    }),
  };
}

function contextOf(job: JobFacts, paths: RunPaths, worktree: Worktree): Record<string, unknown> {
  const { project, item, stage, attempt, epoch, title, body, feedback, baseBranch } = job;
  return {
    address: job.address,
    project,
    item,
    title,
    body,
    feedback,
    stage: { name: stage.name, kind: stage.kind, gates: stage.gates },
    attempt,
    epoch,
    baseBranch,
    branch: worktree.branch,
    headSha: worktree.startSha,
    baseSha: worktree.baseSha,
    paths: {
      worktree: worktree.path,
      runFolder: paths.runFolder,
      bodyFile: paths.bodyFile,
      feedbackFile: paths.feedbackFile,
      commentFile: paths.commentFile,
      log: paths.logPath,
    },
  };
}
