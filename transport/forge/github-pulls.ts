// Pull requests of a repository on GitHub, found by their head branch and opened once.
// It must never open a second one for a key, nor touch one that comes from a fork.
import { isRefusedWith } from '../github/failure.ts';
import { isMarked, isSameText, markedBody, markerOf } from '../github/marked-body.ts';
import { PAGE_SIZE } from '../github/pages.ts';
import type { PullRequest, PullRequestDraft } from './forge.ts';
import { type GitHubPlace, timeOf } from './github-place.ts';

/** As both the listing and the single reading tell it. */
export interface RawPull {
  number: number;
  html_url: string;
  state: string;
  title: string;
  body: string | null;
  merged_at: string | null;
  merge_commit_sha: string | null;
  merged_by?: { login: string } | null;
  updated_at: string;
  head: { ref: string; sha: string; repo: { id: number } | null };
  base: { ref: string; repo: { id: number } };
}

export interface PutPullRequest {
  pullRequest: PullRequest;
  outcome: 'created' | 'edited' | 'unchanged';
}

const MAX_TITLE_CHARACTERS = 256;

export function pullRequestOf(pull: RawPull): PullRequest {
  const isMerged = pull.merged_at !== null;
  return {
    number: pull.number,
    url: pull.html_url,
    state: isMerged ? 'merged' : pull.state === 'open' ? 'open' : 'closed',
    headRef: pull.head.ref,
    headSha: pull.head.sha,
    baseRef: pull.base.ref,
    title: pull.title,
    mergeSha: isMerged ? pull.merge_commit_sha : null,
    mergedBy: pull.merged_by?.login ?? null,
    updatedAtMs: timeOf(pull.updated_at) ?? 0,
  };
}

/** False for one whose branch is in a fork: anybody can name a branch as we do. */
export function isFromHere({ head, base }: RawPull): boolean {
  return head.repo?.id === base.repo.id;
}

/** The open one, else the newest; null when there is none. */
export async function findPullRequest(
  place: GitHubPlace,
  headRef: string,
): Promise<PullRequest | null> {
  const pulls = await withHead(place, headRef);
  const found = pulls.find(({ state }) => state === 'open') ?? pulls[0];
  if (found === undefined) return null;
  if (found.merged_at === null) return pullRequestOf(found);
  // Who merged it is told only of a single one.
  const { data } = await place.client.octokit.rest.pulls.get({
    ...place.repository,
    pull_number: found.number,
  });
  return pullRequestOf(data);
}

/** @throws OUTSIDE_REFUSED when GitHub has nothing to compare, or the head branch is not there */
export async function putPullRequest(
  place: GitHubPlace,
  draft: PullRequestDraft,
): Promise<PutPullRequest> {
  const { headRef } = draft;
  const there = chosen(await withHead(place, headRef), draft);
  if (there !== undefined) return makeSay(place, there, draft);
  try {
    const { data } = await place.client.octokit.rest.pulls.create({
      ...place.repository,
      head: headRef,
      base: draft.baseRef,
      title: titleOf(draft),
      body: bodyOf(draft),
    });
    return { pullRequest: pullRequestOf(data), outcome: 'created' };
  } catch (error) {
    // Opened by another host, or by a request whose answer was lost.
    if (!isRefusedWith(error, 422) || !/already exists/i.test(String(error))) throw error;
    const found = chosen(await withHead(place, headRef), draft);
    if (found === undefined) throw error;
    return makeSay(place, found, draft);
  }
}

/** The open one into this base, else the one that this key has opened, whatever became of it. */
function chosen(pulls: readonly RawPull[], draft: PullRequestDraft): RawPull | undefined {
  const intoBase = pulls.filter(({ base }) => base.ref === draft.baseRef);
  const marker = markerOf(draft.key);
  return (
    intoBase.find(({ state }) => state === 'open') ??
    pulls.find(({ body }) => isMarked(body, marker))
  );
}

async function makeSay(
  place: GitHubPlace,
  pull: RawPull,
  draft: PullRequestDraft,
): Promise<PutPullRequest> {
  const [title, body] = [titleOf(draft), bodyOf(draft)];
  const says = isSameText(pull.title, title) && isSameText(pull.body, body);
  if (says || pull.state !== 'open') {
    return { pullRequest: pullRequestOf(pull), outcome: 'unchanged' };
  }
  const { data } = await place.client.octokit.rest.pulls.update({
    ...place.repository,
    pull_number: pull.number,
    title,
    body,
  });
  return { pullRequest: pullRequestOf(data), outcome: 'edited' };
}

/** Newest first. */
async function withHead(place: GitHubPlace, headRef: string): Promise<RawPull[]> {
  const { client, repository } = place;
  const { data } = await client.octokit.rest.pulls.list({
    ...repository,
    head: `${repository.owner}:${headRef}`,
    state: 'all',
    sort: 'created',
    direction: 'desc',
    per_page: PAGE_SIZE,
  });
  return data.filter((pull) => isFromHere(pull) && pull.head.ref === headRef);
}

function titleOf({ title }: PullRequestDraft): string {
  const line = title.replace(/\s+/g, ' ').trim();
  return line.length > MAX_TITLE_CHARACTERS ? `${line.slice(0, MAX_TITLE_CHARACTERS - 1)}…` : line;
}

function bodyOf({ key, body }: PullRequestDraft): string {
  return markedBody(markerOf(key), body);
}
