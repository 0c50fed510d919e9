// GitHub Issues as a tracker: a label asks for work, `onceward:` labels show where it stands.
// It must never decide what becomes of an item; docs/github.md says what each call costs.
import { OncewardError } from '../errors.ts';
import type { GitHubClient } from '../github/client.ts';
import { repositoryName } from '../github/repository-name.ts';
import { commentsSince, putComment } from './github-comments.ts';
import type { IssueLabels } from './github-issue.ts';
import { putIssue } from './github-issue-opening.ts';
import { issueListing, readIssue } from './github-listing.ts';
import { markIssue } from './github-marks.ts';
import type { Tracker } from './tracker.ts';

export interface GitHubTrackerOptions {
  client: GitHubClient;
  /** `owner/name` */
  repository: string;
  /** Asks for work; 1 to 50 characters without a comma. */
  label: string;
  /** Logins that may decide here even if they are no collaborators, or programs. Defaults to none. */
  commanders?: readonly string[];
  /** Whether `done` closes the issue. Defaults to true. */
  closeWhenDone?: boolean;
  /** Before each mark. Defaults to `onceward:`. */
  statePrefix?: string;
}

const STATE_PREFIX = 'onceward:';

/** @throws OUTSIDE_REFUSED when `repository` is no `owner/name`, or GitHub cannot look for the label */
export function githubTracker(options: GitHubTrackerOptions): Tracker {
  if (options.label.includes(',')) {
    throw new OncewardError('OUTSIDE_REFUSED', `label "${options.label}" has a comma`, {
      remedy: 'rename the label: GitHub takes what stands on both sides of a comma for two',
    });
  }
  const { client, commanders = [], closeWhenDone = true } = options;
  const repository = repositoryName(options.repository);
  const labels: IssueLabels = {
    intake: options.label,
    prefix: options.statePrefix ?? STATE_PREFIX,
  };
  const source = { client, repository, labels };
  const comments = { client, repository, commanders, known: new Map<string, number>() };
  const marks = { ...source, closeWhenDone, made: new Set<string>() };
  return {
    kind: 'github',
    issues: issueListing(source),
    issue: (ref) => readIssue(source, ref),
    comments: (sinceMs) => commentsSince(comments, sinceMs),
    putComment: (ref, draft) => putComment(comments, ref, draft),
    putIssue: (draft) => putIssue(source, draft),
    mark: (ref, mark) => markIssue(marks, ref, mark),
  };
}
