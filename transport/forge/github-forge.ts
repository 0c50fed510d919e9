// GitHub as a forge: pull requests, checks and reviews of one repository.
// It must never judge what it reads; docs/github.md says what each call costs.
import type { GitHubClient } from '../github/client.ts';
import { repositoryName } from '../github/repository-name.ts';
import type { Forge } from './forge.ts';
import { rerun } from './github-actions.ts';
import { commitChecks, requiredChecks } from './github-checks.ts';
import { unlessRefused } from './github-place.ts';
import { pullRequestListing } from './github-pull-listing.ts';
import { findPullRequest, putPullRequest } from './github-pulls.ts';
import { pullRequestReviews } from './github-reviews.ts';

export interface GitHubForgeOptions {
  client: GitHubClient;
  /** `owner/name` */
  repository: string;
  /** Of the branches that are ours. Defaults to `onceward/`. */
  branchPrefix?: string;
}

const BRANCH_PREFIX = 'onceward/';

/** @throws OUTSIDE_REFUSED when `repository` is no `owner/name` */
export function githubForge(options: GitHubForgeOptions): Forge {
  const { client, branchPrefix = BRANCH_PREFIX } = options;
  const repository = repositoryName(options.repository);
  const place = { client, repository };
  return {
    kind: 'github',
    hasPullRequests: true,
    pullRequests: pullRequestListing(place, branchPrefix),
    pullRequest: (headRef) => findPullRequest(place, headRef),
    putPullRequest: (draft) => putPullRequest(place, draft),
    checks: (sha) => commitChecks(place, sha),
    requiredChecks: (branch) => requiredChecks(place, branch),
    rerun: (target) => rerun(place, target),
    reviews: (number) => pullRequestReviews(place, number),
    async branchHead(branch) {
      // 409: a repository without any commit.
      const answer = await unlessRefused(
        [404, 409],
        client.octokit.rest.git.getRef({ ...repository, ref: `heads/${branch}` }),
      );
      return answer?.data.object.sha ?? null;
    },
  };
}
