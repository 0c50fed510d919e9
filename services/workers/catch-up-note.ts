// What a run is told of its branch having been caught up with the base, above all where that failed.
// It must never let a path of the repository pass for a line of its own: each is quoted.
import type { CatchUp } from '../../transport/git/catch-up.ts';
import type { Worktree } from '../../transport/git/worktree.ts';
import type { JobFacts, Trouble } from './job-facts.ts';

/** In the feedback; context.json has up to 100. */
const MAX_PATHS = 30;
const MAX_PATH_CHARACTERS = 200;

/** What the run is told in `feedback.md` and `context.json`: earlier feedback, and a conflict. */
export function feedbackOf(
  { feedback, baseBranch }: Pick<JobFacts, 'feedback' | 'baseBranch'>,
  { catchUp, branch }: Pick<Worktree, 'catchUp' | 'branch'>,
): string {
  if (catchUp?.outcome !== 'conflict') return feedback;
  const note = [
    conflictLines(catchUp, { branch, baseBranch }),
    `The worktree is at the branch without that merge. Merge ${catchUp.baseSha} yourself, settle the ` +
      'conflicts and commit, or the branch cannot land.',
  ].join('\n');
  return feedback === '' ? `${note}\n` : `${feedback}\n\n${note}\n`;
}

/** Why a command is not started: it can settle nothing. Null where it may be. */
export function conflictOf(
  { stage, baseBranch }: Pick<JobFacts, 'stage' | 'baseBranch'>,
  { catchUp, branch }: Pick<Worktree, 'catchUp' | 'branch'>,
): Trouble | null {
  if (stage.kind !== 'command' || catchUp?.outcome !== 'conflict') return null;
  return { cause: 'conflict', summary: conflictLines(catchUp, { branch, baseBranch }) };
}

function conflictLines(
  { conflicts, conflictCount, baseSha }: CatchUp,
  { branch, baseBranch }: { branch: string; baseBranch: string },
): string {
  const what = `merging ${baseBranch} (${baseSha}) into ${branch}`;
  if (conflictCount === 0) return `${what}: the two have no commit in common`;
  const shown = conflicts.slice(0, MAX_PATHS).map((path) => `- ${quoted(path)}`);
  const more = conflictCount - shown.length;
  const rest = more > 0 ? [`- and ${more} more`] : [];
  return [`${what}: conflicts in ${conflictCount} files:`, ...shown, ...rest].join('\n');
}

function quoted(path: string): string {
  const isCut = path.length > MAX_PATH_CHARACTERS;
  return JSON.stringify(isCut ? `${path.slice(0, MAX_PATH_CHARACTERS)}…` : path);
}
