// Which issues of a repository concern us, at the price of one request while nothing changes.
// It must never take an issue for gone because one listing does not show it: that one is read by itself.
import type { GitHubClient } from '../github/client.ts';
import { isRefusedWith } from '../github/failure.ts';
import { PAGE_SIZE, readPages } from '../github/pages.ts';
import type { RepositoryName } from '../github/repository-name.ts';
import {
  byUrgency,
  type GitHubIssue,
  type IssueLabels,
  isPullRequest,
  issueOf,
  markLabels,
} from './github-issue.ts';
import { FINAL_MARKS, type Issue, type Mark } from './tracker.ts';

export interface IssueSource {
  client: GitHubClient;
  repository: RepositoryName;
  labels: IssueLabels;
}

const MAX_ISSUES = 1_000;
const MAX_WANTED_PAGES = 10;
const MAX_MARKED_PAGES = 2;
/** Issues that left the list of the wanted, read by themselves at one call; the rest wait for the next. */
const MAX_READ_ALONE = 50;
/**
 * Marked issues without the label of the intake are found by listing each mark, which costs six requests: at the
 * first call and at every tenth after it. In between they are known from having been wanted before.
 */
const CALLS_PER_SWEEP = 10;

/** A function that answers which open issues are wanted or marked. */
export function issueListing(source: IssueSource): () => Promise<readonly Issue[]> {
  let calls = 0;
  let wanted = new Map<string, Issue>();
  let unwanted = new Map<string, Issue>();
  const left = new Set<string>();
  return async () => {
    const fresh = await listed(source, source.labels.intake, MAX_WANTED_PAGES);
    for (const ref of wanted.keys()) if (!fresh.has(ref)) left.add(ref);
    wanted = fresh;
    if (calls % CALLS_PER_SWEEP === 0) unwanted = await marked(source);
    for (const ref of wanted.keys()) unwanted.delete(ref);
    // What is under way must be known as it is, though nobody wants it any more: it may have been closed.
    for (const [ref, { mark }] of unwanted) if (isUnderWay(mark)) left.add(ref);
    calls += 1;
    for (const ref of [...left].slice(0, MAX_READ_ALONE)) {
      const issue = await readIssue(source, ref);
      left.delete(ref);
      if (issue === null || !issue.isOpen) unwanted.delete(ref);
      // One that is still wanted only slipped from one page to the other while they were read.
      else if (issue.isWanted) wanted.set(ref, issue);
      else if (issue.mark !== null) unwanted.set(ref, issue);
    }
    for (const ref of wanted.keys()) unwanted.delete(ref);
    return [...wanted.values(), ...unwanted.values()].sort(byUrgency).slice(0, MAX_ISSUES);
  };
}

function isUnderWay(mark: Mark | null): boolean {
  return mark !== null && !FINAL_MARKS.includes(mark);
}

/** One issue, open or closed; null when there is none, or it is a pull request. */
export async function readIssue(source: IssueSource, ref: string): Promise<Issue | null> {
  const issue = await readRaw(source, ref);
  return issue === null ? null : issueOf(issue, source.labels);
}

/** The same as GitHub tells it. */
export async function readRaw(source: IssueSource, ref: string): Promise<GitHubIssue | null> {
  const { client, repository } = source;
  if (!/^[1-9]\d{0,9}$/.test(ref)) return null;
  try {
    const { data } = await client.octokit.rest.issues.get({
      ...repository,
      issue_number: Number(ref),
    });
    // One that was moved to another repository is another issue there.
    return isPullRequest(data) || String(data.number) !== ref ? null : data;
  } catch (error) {
    // 410: deleted.
    if (isRefusedWith(error, 404, 410)) return null;
    throw error;
  }
}

async function marked(source: IssueSource): Promise<Map<string, Issue>> {
  const found = new Map<string, Issue>();
  for (const label of markLabels(source.labels)) {
    for (const [ref, issue] of await listed(source, label, MAX_MARKED_PAGES)) found.set(ref, issue);
  }
  return found;
}

async function listed(
  { client, repository, labels }: IssueSource,
  label: string,
  maxPages: number,
): Promise<Map<string, Issue>> {
  const issues = await readPages(maxPages, async (page) => {
    const { data } = await client.octokit.rest.issues.listForRepo({
      ...repository,
      labels: label,
      state: 'open',
      sort: 'created',
      direction: 'asc',
      per_page: PAGE_SIZE,
      page,
    });
    return data;
  });
  const ours = issues.filter((issue) => !isPullRequest(issue as GitHubIssue));
  return new Map(
    ours.map((issue) => [String(issue.number), issueOf(issue as GitHubIssue, labels)]),
  );
}
