// Opens an issue on GitHub that asks for work, of which there is one for each key.
// It must never open a second one because an answer was lost, nor close one that somebody else has written.
import { isMarked, markedBody, markerOf } from '../github/marked-body.ts';
import { PAGE_SIZE, readPages } from '../github/pages.ts';
import { isOurs } from '../github/people.ts';
import { type GitHubIssue, isPullRequest, issueOf } from './github-issue.ts';
import type { IssueSource } from './github-listing.ts';
import type { Issue, IssueDraft } from './tracker.ts';

/** The newest are looked through: what is repeated was begun a short time ago. */
const MAX_PAGES = 3;
const MAX_TITLE_CHARACTERS = 256;

export async function putIssue(source: IssueSource, draft: IssueDraft): Promise<Issue> {
  const marker = markerOf(draft.key);
  const there = await theOne(source, marker);
  if (there !== undefined) return issueOf(there, source.labels);
  const { client, repository, labels } = source;
  const { data } = await client.octokit.rest.issues.create({
    ...repository,
    title: draft.title.slice(0, MAX_TITLE_CHARACTERS),
    body: markedBody(marker, draft.body),
    labels: [labels.intake],
  });
  return issueOf((await theOne(source, marker)) ?? data, labels);
}

/** Another host may have written the same, or an answer was lost: all who look keep the first. */
async function theOne(source: IssueSource, marker: string): Promise<GitHubIssue | undefined> {
  const [first, ...later] = await own(source, marker);
  for (const { number } of later) await close(source, number);
  return first;
}

/** Ours with this marker, oldest first. */
async function own({ client, repository }: IssueSource, marker: string): Promise<GitHubIssue[]> {
  const issues = await readPages(MAX_PAGES, async (page) => {
    const { data } = await client.octokit.rest.issues.listForRepo({
      ...repository,
      state: 'all',
      sort: 'created',
      direction: 'desc',
      per_page: PAGE_SIZE,
      page,
    });
    return data;
  });
  const candidates = issues
    .map((issue) => issue as GitHubIssue)
    .filter((issue) => isMarked(issue.body, marker) && !isPullRequest(issue));
  if (candidates.length === 0) return [];
  const login = await client.login();
  return candidates
    .filter(({ user }) => isOurs(user, login))
    .sort((one, other) => one.number - other.number);
}

/** Closed without the label: it asks for nothing, and is no end of anything. */
async function close({ client, repository }: IssueSource, number: number): Promise<void> {
  await client.octokit.rest.issues.update({
    ...repository,
    issue_number: number,
    state: 'closed',
    state_reason: 'not_planned',
    labels: [],
  });
}
