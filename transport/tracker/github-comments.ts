// Comments on issues of GitHub: what people say, and the ones of ours, of which there is one for each key.
// It must never edit or delete what somebody else has written, whatever marker it carries.
import { OncewardError } from '../errors.ts';
import type { GitHubClient } from '../github/client.ts';
import { isRefusedWith } from '../github/failure.ts';
import { isMarked, isSameText, markedBody, markerOf } from '../github/marked-body.ts';
import { PAGE_SIZE, readPages } from '../github/pages.ts';
import { isCollaborator, isHuman, isOurs, loginOf } from '../github/people.ts';
import type { RepositoryName } from '../github/repository-name.ts';
import type { CommentDraft, IssueComment } from './tracker.ts';

export interface CommentPlace {
  client: GitHubClient;
  repository: RepositoryName;
  /** Logins that may decide here whatever else they are. */
  commanders: readonly string[];
  /** Ids of comments of ours, by ref and marker. */
  known: Map<string, number>;
}

interface Comment {
  id: number;
  body?: string | undefined;
  user: { login: string; type?: string } | null;
}

/** Asked for in steps of this: as long as nobody says anything, the question stays the same and costs nothing. */
const SINCE_STEP_MS = 300_000;
const MAX_NEWS_PAGES = 10;
const MAX_ISSUE_PAGES = 30;
const MAX_KNOWN = 10_000;

export async function commentsSince(
  { client, repository, commanders }: CommentPlace,
  sinceMs: number,
): Promise<IssueComment[]> {
  const fromMs = Math.max(0, Math.floor(sinceMs / SINCE_STEP_MS) * SINCE_STEP_MS);
  const since = new Date(fromMs).toISOString().replace(/\.\d+Z$/, 'Z');
  const found = await readPages(MAX_NEWS_PAGES, async (page) => {
    const { data } = await client.octokit.rest.issues.listCommentsForRepo({
      ...repository,
      since,
      sort: 'updated',
      direction: 'asc',
      per_page: PAGE_SIZE,
      page,
    });
    return data;
  });
  const listed = commanders.map((login) => login.toLowerCase());
  // GitHub tells whole seconds: what was said within that of `sinceMs` counts.
  const fresh = found.filter(({ updated_at }) => Date.parse(updated_at) + 999 >= sinceMs);
  return fresh.map((comment) => {
    const author = loginOf(comment.user);
    const mayDecide = isHuman(comment.user) && isCollaborator(comment.author_association);
    return {
      id: String(comment.id),
      ref: comment.issue_url.split('/').at(-1) ?? '',
      isOnPullRequest: /\/pull\/\d+#/.test(comment.html_url),
      author,
      isAuthorised: mayDecide || listed.includes(author.toLowerCase()),
      isOwn: isMarked(comment.body),
      body: comment.body ?? '',
      url: comment.html_url,
      createdAtMs: Date.parse(comment.created_at),
      updatedAtMs: Date.parse(comment.updated_at),
    };
  });
}

export async function putComment(
  place: CommentPlace,
  ref: string,
  draft: CommentDraft,
): Promise<'created' | 'edited' | 'unchanged'> {
  const marker = markerOf(draft.key);
  const body = markedBody(marker, draft.body);
  const number = issueNumber(ref);
  const known = draft.isDoubted ? undefined : await readKnown(place, number, marker);
  const found = known ?? (await theOne(place, number, marker));
  if (found !== undefined) {
    if (isSameText(found.body, body)) return 'unchanged';
    await place.client.octokit.rest.issues.updateComment({
      ...place.repository,
      comment_id: found.id,
      body,
    });
    return 'edited';
  }
  await place.client.octokit.rest.issues.createComment({
    ...place.repository,
    issue_number: number,
    body,
  });
  await theOne(place, number, marker);
  return 'created';
}

/** Another host may have written the same, or an answer was lost: all who look keep the first. */
async function theOne(
  place: CommentPlace,
  number: number,
  marker: string,
): Promise<Comment | undefined> {
  const [first, ...later] = await own(place, number, marker);
  for (const { id } of later) await deleteComment(place, id);
  if (first !== undefined) remember(place, number, marker, first.id);
  return first;
}

/** Ours with this marker, oldest first. */
async function own(place: CommentPlace, number: number, marker: string): Promise<Comment[]> {
  const { client, repository } = place;
  const comments = await readPages(MAX_ISSUE_PAGES, async (page) => {
    const { data } = await client.octokit.rest.issues.listComments({
      ...repository,
      issue_number: number,
      per_page: PAGE_SIZE,
      page,
    });
    return data;
  });
  const candidates = comments.filter(({ body }) => isMarked(body, marker));
  if (candidates.length === 0) return [];
  const login = await client.login();
  return candidates
    .filter(({ user }) => isOurs(user, login))
    .sort((one, other) => one.id - other.id);
}

async function readKnown(
  { client, repository, known }: CommentPlace,
  number: number,
  marker: string,
): Promise<Comment | undefined> {
  const id = known.get(`${number} ${marker}`);
  if (id === undefined) return undefined;
  try {
    return (await client.octokit.rest.issues.getComment({ ...repository, comment_id: id })).data;
  } catch (error) {
    if (!isRefusedWith(error, 404, 410)) throw error;
    known.delete(`${number} ${marker}`);
    return undefined;
  }
}

async function deleteComment({ client, repository }: CommentPlace, id: number): Promise<void> {
  try {
    await client.octokit.rest.issues.deleteComment({ ...repository, comment_id: id });
  } catch (error) {
    if (!isRefusedWith(error, 404, 410)) throw error;
  }
}

function remember({ known }: CommentPlace, number: number, marker: string, id: number): void {
  const key = `${number} ${marker}`;
  known.delete(key);
  known.set(key, id);
  for (const oldest of known.keys()) {
    if (known.size <= MAX_KNOWN) break;
    known.delete(oldest);
  }
}

function issueNumber(ref: string): number {
  if (/^[1-9]\d{0,9}$/.test(ref)) return Number(ref);
  throw new OncewardError('OUTSIDE_REFUSED', `"${ref}" is no number of an issue`);
}
