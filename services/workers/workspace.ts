// Lays out everything a command needs: the item's worktree, the run's folder, its files and environment.
// It must never leave a half-made workspace unnoticed: either all of it stands, or it throws.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assertOwnFolders } from '../../transport/git/own-folders.ts';
import type { Repository } from '../../transport/git/repository.ts';
import type { Worktree } from '../../transport/git/worktree.ts';
import { credentialsOf } from './agent-credentials.ts';
import { agentEnvironment } from './agent-environment.ts';
import { feedbackOf } from './catch-up-note.ts';
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
  // Stages of before this setting say nothing of it.
  const { catchUp = 'merge' } = job.stage;
  const worktree = await repository.openWorktree(job.item, { catchUp });
  const feedback = feedbackOf(job, worktree);
  // What an earlier command has put there, a link above all, is no part of this run.
  for (const path of [paths.runFolder, join(paths.homeFolder, 'in'), paths.logPath]) {
    await assertOwnFolders(stateDir, path);
  }
  await rm(paths.runFolder, { recursive: true, force: true, maxRetries: 3 });
  // Only the owner may look into a HOME.
  await mkdir(paths.homeFolder, { recursive: true, mode: 0o700 });
  await mkdir(paths.runFolder, { recursive: true });
  await writeFile(paths.bodyFile, job.body);
  await writeFile(paths.feedbackFile, feedback);
  const context = contextOf({ ...job, feedback }, paths, worktree);
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
    catchUp: worktree.catchUp,
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
