// What the services ask of a forge: pull requests, checks and reviews. Types only.
// An adapter reads the truth; it must never judge a check or a review.

export interface PullRequest {
  number: number;
  url: string;
  state: 'open' | 'merged' | 'closed';
  /** The branch, without `refs/heads/`. */
  headRef: string;
  headSha: string;
  baseRef: string;
  title: string;
  /** What is on the base branch for it; null unless it was merged. */
  mergeSha: string | null;
  /** Who merged it, where the forge says so. */
  mergedBy: string | null;
  updatedAtMs: number;
}

export interface PullRequestDraft {
  headRef: string;
  baseRef: string;
  title: string;
  /** Markdown without the marker, which the adapter adds. */
  body: string;
  /** Recognises a repeat: 1 to 400 characters. */
  key: string;
}

/** As GitHub names them; statuses are mapped to them: `error` stays. */
export type Conclusion =
  | 'success'
  | 'failure'
  | 'neutral'
  | 'cancelled'
  | 'skipped'
  | 'timed_out'
  | 'action_required'
  | 'stale'
  | 'startup_failure'
  | 'error';

export interface Check {
  /** What branch protection calls it. */
  name: string;
  kind: 'check-run' | 'status';
  /** Unique within the commit and kind. */
  id: string;
  /** Null while it is pending. */
  conclusion: Conclusion | null;
  url: string | null;
  /** What it says of itself: title, summary and annotations, at most 2 000 characters. */
  summary: string;
  /** Epoch milliseconds; null where the forge does not say. */
  startedAtMs: number | null;
  /** When anything of it changed last, epoch milliseconds. */
  changedAtMs: number;
  /** What a re-run is asked of; null where it cannot be run again. */
  rerun: { kind: 'workflow-run' | 'check-run'; id: string; attempt: number } | null;
  /**
   * Only of failed ones, where the forge tells: steps that ended, none when the runner never came to the first.
   * Null where it does not tell.
   */
  stepsEnded: number | null;
}

export interface CommitChecks {
  sha: string;
  /** The newest of each name. */
  checks: readonly Check[];
}

export interface Review {
  id: string;
  author: string;
  /** False for programs. */
  isHuman: boolean;
  /** May push here, as far as the forge says. */
  isCollaborator: boolean;
  state: 'approved' | 'changes_requested' | 'commented' | 'dismissed';
  /** The commit it was given for. */
  sha: string;
  body: string;
  url: string | null;
  submittedAtMs: number;
}

export interface ReviewThread {
  id: string;
  author: string;
  isHuman: boolean;
  isCollaborator: boolean;
  /** Null where the forge does not tell. */
  isResolved: boolean | null;
  /** Ours: its first comment carries a marker of ours. */
  isOwn: boolean;
  path: string | null;
  line: number | null;
  /** All that was said in it, oldest first, with the names of who said it; at most 4 000 characters. */
  body: string;
  url: string | null;
  /** Which review it belongs to; null where the forge does not tell. */
  reviewId: string | null;
  createdAtMs: number;
}

export interface Reviews {
  /** Oldest first. */
  reviews: readonly Review[];
  threads: readonly ReviewThread[];
}

export interface Forge {
  readonly kind: 'git' | 'github';
  /** False for a plain remote: there are no pull requests, checks or reviews, and what asks for them throws. */
  readonly hasPullRequests: boolean;
  /**
   * The newest pull request of each head branch `onceward/…`, of those that changed last, at most 300. Answers from
   * memory what has not changed. @throws OUTSIDE_UNAVAILABLE, RATE_LIMITED, OUTSIDE_REFUSED
   */
  pullRequests(): Promise<readonly PullRequest[]>;
  /** The open one with this head branch, else the newest; null when there is none. @throws as `pullRequests` */
  pullRequest(headRef: string): Promise<PullRequest | null>;
  /** Finds it by its head branch, opens it once, or makes it say this. @throws as `pullRequests` */
  putPullRequest(
    draft: PullRequestDraft,
  ): Promise<{ pullRequest: PullRequest; outcome: 'created' | 'edited' | 'unchanged' }>;
  /** Checks and statuses of exactly this commit. @throws as `pullRequests` */
  checks(sha: string): Promise<CommitChecks>;
  /** What branch protection requires; null where nothing is required, or it may not be read. @throws as `pullRequests` */
  requiredChecks(branch: string): Promise<readonly string[] | null>;
  /** Asks for the failed jobs of it to run again. @throws as `pullRequests` */
  rerun(target: NonNullable<Check['rerun']>): Promise<void>;
  /** @throws as `pullRequests` */
  reviews(number: number): Promise<Reviews>;
  /** The commit a branch is at, as the forge sees it; null when it is not there. @throws as `pullRequests` */
  branchHead(branch: string): Promise<string | null>;
}
