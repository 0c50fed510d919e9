// Reviews of a pull request on GitHub, and what was said at its lines, thread by thread.
// It must never say that a thread is open, or resolved, where GitHub did not tell.
import { hasCode } from '../errors.ts';
import { isMarked } from '../github/marked-body.ts';
import { PAGE_SIZE, readPages } from '../github/pages.ts';
import { type Author, isCollaborator, isHuman, loginOf } from '../github/people.ts';
import type { Review, Reviews, ReviewThread } from './forge.ts';
import { cut, type GitHubPlace, timeOf } from './github-place.ts';

interface ReviewComment {
  id: number;
  in_reply_to_id?: number | null;
  user: Author | null;
  author_association?: string;
  body: string;
  path: string;
  line?: number | null;
  original_line?: number | null;
  html_url: string;
  pull_request_review_id: number | null;
  created_at: string;
}

interface ThreadPage {
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
  nodes: { isResolved: boolean; comments: { nodes: { databaseId: number }[] } }[];
}

interface ThreadsAnswer {
  repository: { pullRequest: { reviewThreads: ThreadPage } | null } | null;
}

const MAX_REVIEW_PAGES = 5;
const MAX_COMMENT_PAGES = 10;
const MAX_THREAD_PAGES = 5;
const MAX_THREAD_CHARACTERS = 4_000;
const STATES = ['approved', 'changes_requested', 'commented', 'dismissed'] as const;
const THREADS = `query ($owner: String!, $repo: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $repo) {
    pullRequest(number: $number) {
      reviewThreads(first: 100, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes { isResolved comments(first: 1) { nodes { databaseId } } }
      }
    }
  }
}`;

export async function pullRequestReviews(place: GitHubPlace, number: number): Promise<Reviews> {
  const { pulls } = place.client.octokit.rest;
  const target = { ...place.repository, pull_number: number, per_page: PAGE_SIZE };
  const reviews = await readPages(MAX_REVIEW_PAGES, async (page) => {
    const { data } = await pulls.listReviews({ ...target, page });
    return data;
  });
  const comments = await readPages<ReviewComment>(MAX_COMMENT_PAGES, async (page) => {
    const { data } = await pulls.listReviewComments({ ...target, page });
    return data;
  });
  const resolved = comments.length === 0 ? null : await resolutions(place, number);
  return {
    reviews: reviews
      .flatMap((review) => reviewOf(review))
      .sort((one, other) => one.submittedAtMs - other.submittedAtMs),
    threads: threadsOf(comments, resolved),
  };
}

interface RawReview {
  id: number;
  user: Author | null;
  author_association?: string;
  state: string;
  commit_id: string | null;
  body: string;
  html_url: string;
  submitted_at?: string;
}

/** None for one that is not yet submitted. */
function reviewOf(review: RawReview): Review[] {
  const state = STATES.find((known) => known === review.state.toLowerCase());
  if (state === undefined) return [];
  return [
    {
      id: String(review.id),
      author: loginOf(review.user),
      isHuman: isHuman(review.user),
      isCollaborator: isCollaborator(review.author_association),
      state,
      sha: review.commit_id ?? '',
      body: review.body,
      url: review.html_url,
      submittedAtMs: timeOf(review.submitted_at) ?? 0,
    },
  ];
}

function threadsOf(
  comments: readonly ReviewComment[],
  resolved: ReadonlyMap<number, boolean> | null,
): ReviewThread[] {
  const threads = new Map<number, ReviewComment[]>();
  for (const comment of [...comments].sort((one, other) => one.id - other.id)) {
    const first = comment.in_reply_to_id ?? comment.id;
    threads.set(first, [...(threads.get(first) ?? []), comment]);
  }
  return [...threads].flatMap(([id, said]) => {
    const [first] = said;
    if (first === undefined) return [];
    const lines = said.map(({ user, body }) => `${loginOf(user)}: ${body}`);
    const { pull_request_review_id: reviewId } = first;
    return [
      {
        id: String(id),
        author: loginOf(first.user),
        isHuman: isHuman(first.user),
        isCollaborator: isCollaborator(first.author_association),
        isResolved: resolved?.get(id) ?? null,
        isOwn: isMarked(first.body),
        path: first.path === '' ? null : first.path,
        line: first.line ?? first.original_line ?? null,
        body: cut(lines.join('\n\n'), MAX_THREAD_CHARACTERS),
        url: first.html_url,
        reviewId: reviewId === null ? null : String(reviewId),
        createdAtMs: timeOf(first.created_at) ?? 0,
      },
    ];
  });
}

/** Whether each thread is resolved, by the id of its first comment; null where GraphQL is not to be had. */
async function resolutions(
  { client, repository }: GitHubPlace,
  number: number,
): Promise<Map<number, boolean> | null> {
  const resolved = new Map<number, boolean>();
  let after: string | null = null;
  for (let page = 1; page <= MAX_THREAD_PAGES; page += 1) {
    const answer: ThreadsAnswer | null = await client.octokit
      .graphql<ThreadsAnswer>(THREADS, { ...repository, number, after })
      .catch(unlessTransient);
    const threads: ThreadPage | undefined = answer?.repository?.pullRequest?.reviewThreads;
    if (threads === undefined) return page === 1 ? null : resolved;
    for (const { isResolved, comments } of threads.nodes) {
      const [first] = comments.nodes;
      if (first !== undefined) resolved.set(first.databaseId, isResolved);
    }
    if (!threads.pageInfo.hasNextPage) break;
    after = threads.pageInfo.endCursor;
  }
  return resolved;
}

/** Only the forge's no means that it will not tell; an outage may end. */
function unlessTransient(error: unknown): null {
  if (hasCode(error, 'OUTSIDE_UNAVAILABLE', 'RATE_LIMITED')) throw error;
  return null;
}
