// What the variables of a prompt stand for in one run.
// It must never look anything up: all of it is known once the workspace stands.
import { join } from 'node:path';
import type { Worktree } from '../../transport/git/worktree.ts';
import type { JobFacts } from './job-facts.ts';
import { fillTemplate } from './path-template.ts';
import type { PromptValues } from './prompt.ts';
import type { RunPaths } from './run-paths.ts';

export function promptValues(
  job: JobFacts,
  { worktree, paths }: { worktree: Worktree; paths: RunPaths },
): PromptValues {
  const { project, item, stage, attempt, baseBranch, title, body, feedback } = job;
  const gate = stage.gates.find(({ kind }) => kind === 'verdict');
  return {
    ...{ project, item, baseBranch, title, body, feedback },
    stage: stage.name,
    attempt: String(attempt),
    branch: worktree.branch,
    headSha: worktree.startSha,
    worktree: worktree.path,
    contextFile: paths.contextFile,
    commentFile: paths.commentFile,
    // In the run's folder, where the gate looks first.
    verdictPath:
      gate?.kind === 'verdict' ? join(paths.runFolder, fillTemplate(gate.path, job)) : '',
  };
}
