// What GitHub makes of a push to a base branch that holds the head of an open pull request: it was merged, by whoever
// has pushed. emulate knows its own button only. It must never close one whose head is not on the base.
import type { Answer, GitHubEmulator } from './github-emulator.ts';

export interface PushedBase {
  repository: string;
  branch: string;
  /** Where the branch is pushed to. */
  sha: string;
  /** Token of whoever pushes. */
  by: string;
  /** True when that commit is part of the one that is pushed. */
  isPartOfIt: (sha: string) => Promise<boolean>;
}

/**
 * To be called when the emulated branch is about to be moved there: emulate's button moves it elsewhere first.
 * @see https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/incorporating-changes-from-a-pull-request/about-pull-request-merges#indirect-merges
 */
export async function noteIndirectMerges(
  emulator: GitHubEmulator,
  { repository, branch, sha, by, isPartOfIt }: PushedBase,
): Promise<void> {
  const query = new URLSearchParams({ state: 'open', base: branch, per_page: '100' });
  const path = `/repos/${repository}/pulls`;
  const open: Answer[] = await emulator.as(by, 'GET', `${path}?${query}`);
  for (const { number, head, base } of open) {
    if (base.ref !== branch || !(await isPartOfIt(head.sha))) continue;
    // Before emulate says that it is merged, it must be known as what.
    emulator.noteMerge(repository, number, sha);
    await emulator.as(by, 'PUT', `${path}/${number}/merge`, {});
  }
}
