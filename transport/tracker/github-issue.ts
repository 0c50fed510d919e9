// An issue of GitHub as the tracker port says it: marks and priorities are read from its labels.
// It must never read a dependency out of prose: only what GitHub itself counts holds an issue up.
import type { Octokit } from 'octokit';
import { loginOf } from '../github/people.ts';
import { FINAL_MARKS, type Issue, type Mark, type Priority } from './tracker.ts';

export type GitHubIssue = Awaited<ReturnType<Octokit['rest']['issues']['get']>>['data'];

export interface IssueLabels {
  /** The label by which work is asked for. */
  intake: string;
  /** Before a mark: `onceward:`. */
  prefix: string;
}

const MARKS: readonly Mark[] = [...FINAL_MARKS, 'parked', 'approval', 'active'];
const PRIORITY_LABELS: readonly RegExp[] = [
  /^(p0|priority:\s?(urgent|critical))$/i,
  /^(p1|priority:\s?high)$/i,
  /^(p2|priority:\s?medium)$/i,
  /^(p3|priority:\s?low)$/i,
];
const MAX_LABELS = 64;
/** Between medium and low, where nobody has said anything. */
const UNSAID_PRIORITY = 2.5;

/** The label that shows a mark. */
export function markLabel(labels: IssueLabels, mark: Mark): string {
  return `${labels.prefix}${mark}`;
}

/** Labels of our marks. */
export function markLabels(labels: IssueLabels): string[] {
  return MARKS.map((mark) => markLabel(labels, mark));
}

export function labelNames(issue: Pick<GitHubIssue, 'labels'>): string[] {
  return issue.labels.map((label) => (typeof label === 'string' ? label : (label.name ?? '')));
}

/** GitHub knows a label in whatever case it is written. */
export function hasLabel(names: readonly string[], label: string): boolean {
  return names.some((name) => name.toLowerCase() === label.toLowerCase());
}

export function isPullRequest(issue: GitHubIssue): boolean {
  return issue.pull_request !== undefined && issue.pull_request !== null;
}

export function issueOf(issue: GitHubIssue, labels: IssueLabels): Issue {
  const names = labelNames(issue);
  const blockers = issue.issue_dependencies_summary?.blocked_by ?? 0;
  return {
    ref: String(issue.number),
    item: `gh-${issue.number}`,
    url: issue.html_url,
    title: issue.title,
    body: issue.body ?? '',
    author: loginOf(issue.user),
    isOpen: issue.state === 'open',
    closedAtMs: issue.closed_at === null ? null : Date.parse(issue.closed_at),
    isWanted: hasLabel(names, labels.intake),
    mark: MARKS.find((mark) => hasLabel(names, markLabel(labels, mark))) ?? null,
    priority: priorityOf(names),
    blockedBy: blockers > 0 ? [blockers === 1 ? '1 open issue' : `${blockers} open issues`] : [],
    labels: names.slice(0, MAX_LABELS),
    updatedAtMs: Date.parse(issue.updated_at),
  };
}

/** Most urgent first, then the oldest. */
export function byUrgency(one: Issue, other: Issue): number {
  const urgency = (issue: Issue) => issue.priority ?? UNSAID_PRIORITY;
  return urgency(one) - urgency(other) || Number(one.ref) - Number(other.ref);
}

function priorityOf(names: readonly string[]): Priority | null {
  const found = PRIORITY_LABELS.findIndex((pattern) => names.some((name) => pattern.test(name)));
  return found === -1 ? null : (found as Priority);
}
