// The other way to merge: each pull request by GitHub's own button, as soon as its own checks are green. On a copy of
// a repository, with the branches as they were pushed first. It must never merge what has not passed alone.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startGitHubEmulator } from '../../support/github-emulator.ts';
import { landPullRequest, mirrorBranch } from '../../support/github-mirror.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { passes } from './ci-robot.ts';

const REPOSITORY = 'acme/button';

export interface ButtonMerges {
  /** Branches whose own checks were red, or that were in conflict with the base by then. */
  red: string[];
  refused: string[];
  merged: string[];
  /** Whether the tests pass on the base in the end. */
  isGreen: boolean;
}

export async function mergeByButton(given: {
  gitDir: string;
  baseSha: string;
  /** By branch, in the order in which they are merged. */
  heads: Readonly<Record<string, string>>;
}): Promise<ButtonMerges> {
  const gitDir = join(temporaryDirectory(), 'button.git');
  const run = promisify(execFile);
  await run('git', ['clone', '--quiet', '--bare', given.gitDir, gitDir]);
  const point = (branch: string, sha: string) =>
    run('git', ['--git-dir', gitDir, 'update-ref', `refs/heads/${branch}`, sha]);
  await point('main', given.baseSha);
  const github = await startGitHubEmulator({ repositories: [REPOSITORY], isEmpty: true });
  const place = { repository: REPOSITORY, gitDir };
  const ask = (path: string, body: unknown) =>
    github.as(github.tokens.owner, 'POST', `/repos/${REPOSITORY}${path}`, body);
  const merges: ButtonMerges = { red: [], refused: [], merged: [], isGreen: false };

  const mergeOne = async (branch: string, sha: string): Promise<void> => {
    const { number } = await ask('/pulls', { title: branch, head: branch, base: 'main' });
    const conclusion = (await passes(gitDir, sha)) ? 'success' : 'failure';
    const check = { name: 'build', head_sha: sha, status: 'completed', conclusion };
    await ask('/check-runs', check);
    if (conclusion === 'failure') return void merges.red.push(branch);
    // In conflict: the button is grey.
    const merged = await landPullRequest(github, { ...place, number }).catch(() => null);
    (merged === null ? merges.refused : merges.merged).push(branch);
  };
  try {
    await mirrorBranch(github, { ...place, branch: 'main' });
    for (const [branch, sha] of Object.entries(given.heads)) {
      await point(branch, sha);
      await mirrorBranch(github, { ...place, branch });
      await mergeOne(branch, sha);
    }
    return { ...merges, isGreen: await passes(gitDir, 'main') };
  } finally {
    await github.close();
  }
}
