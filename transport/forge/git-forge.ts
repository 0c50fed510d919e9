// A plain remote as a forge: there are branches, and nothing else.
// It must never pretend that there are no pull requests: whoever asks for one is told that there cannot be any.
import { hasCode, OncewardError } from '../errors.ts';
import type { Git } from '../git/git.ts';
import type { Forge } from './forge.ts';

export interface GitForgeOptions {
  git: Git;
  /** URL or absolute path of the remote, credentials included. */
  url: string;
}

/** Of one look at the remote, in milliseconds. */
const TIMEOUT_MS = 60_000;

export function gitForge({ git, url }: GitForgeOptions): Forge {
  const refuse = (what: string) => async (): Promise<never> => {
    throw new OncewardError('OUTSIDE_REFUSED', `a plain git remote has no ${what}`, {
      remedy: 'name a forge of kind github in the project, or take the stage out of its pipeline',
    });
  };
  return {
    kind: 'git',
    hasPullRequests: false,
    pullRequests: refuse('pull requests'),
    pullRequest: refuse('pull requests'),
    putPullRequest: refuse('pull requests'),
    checks: refuse('checks'),
    requiredChecks: refuse('required checks'),
    rerun: refuse('checks to run again'),
    reviews: refuse('reviews'),
    branchHead: (branch) => branchHead(git, url, branch),
  };
}

async function branchHead(git: Git, url: string, branch: string): Promise<string | null> {
  const ref = `refs/heads/${branch}`;
  try {
    const { stdout } = await git(['ls-remote', '--', url, ref], { timeoutMs: TIMEOUT_MS });
    // The pattern also matches refs that merely end like ours.
    const line = stdout.split('\n').find((candidate) => candidate.endsWith(`\t${ref}`));
    return line?.split('\t')[0] ?? null;
  } catch (error) {
    if (!hasCode(error, 'GIT_FAILED')) throw error;
    throw new OncewardError('OUTSIDE_UNAVAILABLE', error.message, {
      cause: error,
      details: error.details,
    });
  }
}
