// A forge in memory, with pull requests, checks and reviews as they were put there.
import type {
  Check,
  Forge,
  PullRequest,
  PullRequestDraft,
  Reviews,
} from '../../../transport/forge/forge.ts';

export interface StandInForge extends Forge {
  /** Adds a pull request of the branch of an item, or changes it. */
  put(item: string, change?: Partial<PullRequest>): PullRequest;
  /** It does not see what was pushed. */
  fallBehind(isBehind: boolean): void;
  /** What the list leaves out is still found by its branch. */
  hideFromList(isHidden: boolean): void;
  fail(method: 'pullRequests' | 'pullRequest' | 'putPullRequest' | 'reviews', error: unknown): void;
  drafts: PullRequestDraft[];
  checked: string[];
  setReviews(reviews: Reviews): void;
  setChecks(checks: Check[]): void;
}

export function createStandInForge(): StandInForge {
  const pulls: PullRequest[] = [];
  const drafts: PullRequestDraft[] = [];
  const checked: string[] = [];
  const failures = new Map<string, unknown>();
  let isHidden = false;
  let isBehind = false;
  let reviews: Reviews = { reviews: [], threads: [] };
  let checks: Check[] = [];
  const call = (method: string) => {
    const failure = failures.get(method);
    if (failure !== undefined && failure !== null) throw failure;
  };
  const newestOf = (headRef: string) =>
    pulls.filter((one) => one.headRef === headRef).sort((a, b) => b.number - a.number)[0];
  return {
    ...{ kind: 'github', hasPullRequests: true, drafts, checked },
    put(item, change = {}) {
      const headRef = `onceward/${item}`;
      const known = newestOf(headRef);
      const isSame = known !== undefined && (change.number ?? known.number) === known.number;
      if (isSame) return Object.assign(known, change);
      const added = { ...pullRequestOf(headRef, pulls.length + 1), ...change };
      pulls.push(added);
      return added;
    },
    fallBehind(behind) {
      isBehind = behind;
    },
    hideFromList(hidden) {
      isHidden = hidden;
    },
    fail: (method, error) => void failures.set(method, error),
    setReviews(given) {
      reviews = given;
    },
    setChecks(given) {
      checks = given;
    },
    async pullRequests() {
      call('pullRequests');
      return isHidden ? [] : pulls.map((one) => ({ ...one }));
    },
    async pullRequest(headRef) {
      call('pullRequest');
      return newestOf(headRef) ?? null;
    },
    async putPullRequest(draft) {
      call('putPullRequest');
      drafts.push(draft);
      const open = pulls.find(
        ({ headRef, state }) => headRef === draft.headRef && state === 'open',
      );
      if (open !== undefined) return { pullRequest: open, outcome: 'unchanged' };
      const pullRequest = pullRequestOf(draft.headRef, pulls.length + 1);
      pulls.push(pullRequest);
      return { pullRequest, outcome: 'created' };
    },
    async checks(sha) {
      checked.push(sha);
      return { sha, checks };
    },
    requiredChecks: async () => null,
    rerun: async () => {},
    async reviews() {
      call('reviews');
      return reviews;
    },
    branchHead: async () => (isBehind ? null : 'b'.repeat(40)),
  };
}

function pullRequestOf(headRef: string, number: number): PullRequest {
  return {
    ...{ number, url: `https://github.test/acme/shop/pull/${number}`, state: 'open', headRef },
    ...{ headSha: 'a'.repeat(40), baseRef: 'main', title: 'x', mergeSha: null, mergedBy: null },
    updatedAtMs: number,
  };
}
