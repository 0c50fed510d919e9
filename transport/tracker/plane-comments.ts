// Comments on Plane work items: what people say, and ours, each known by an external id that Plane itself keeps unique.
// It must never take who a comment says it is from: only `actor` is set by the server.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { OncewardError } from '../errors.ts';
import { type Comment, commentSchema } from '../plane/answers.ts';
import { hasStatus } from '../plane/client.ts';
import { htmlToText, markdownToHtml } from '../plane/rich-text.ts';
import { type PlanePlace, type ProjectFacts, projectRequest } from './plane-project.ts';
import type { CommentDraft, IssueComment } from './tracker.ts';

/** Of one work item, a hundred each, the newest first. */
const MAX_PAGES = 5;
const MAX_REMEMBERED = 2_000;
const SOURCE = 'onceward';

export interface PlaneComments {
  /** Those of one work item; from memory when it has not changed since they were read. */
  of(item: { id: string; updatedAtMs: number }): Promise<readonly Comment[]>;
  put(ref: string, draft: CommentDraft): Promise<'created' | 'edited' | 'unchanged'>;
}

export function planeComments(place: PlanePlace): PlaneComments {
  const { client, workspace, project } = place;
  const remembered = new Map<string, { updatedAtMs: number; comments: readonly Comment[] }>();
  const below = (ref: string, ...rest: string[]) => ['work-items', ref, 'comments', ...rest];

  const read = (ref: string): Promise<readonly Comment[]> => {
    const path = ['projects', project, ...below(ref)];
    const query = { order_by: '-created_at' };
    return client.list({ workspace, path, query, entry: commentSchema, maxPages: MAX_PAGES });
  };
  const edit = async (ref: string, id: string, html: string) => {
    const body = { comment_html: html };
    const request = { method: 'PATCH' as const, path: below(ref, id), body, answer: z.unknown() };
    await client.ask(projectRequest(place, request));
  };
  const remove = async (ref: string, id: string) => {
    const request = { method: 'DELETE' as const, path: below(ref, id), answer: z.unknown() };
    await client.ask(projectRequest(place, request)).catch((error: unknown) => {
      if (!hasStatus(error, 404)) throw error;
    });
  };
  /** Null when it was created; otherwise the id of the one that has this external id already. */
  const create = async (ref: string, html: string, externalId: string) => {
    const external = { external_source: SOURCE, external_id: externalId };
    const body = { comment_html: html, ...external };
    const request = { method: 'POST' as const, path: below(ref), body, answer: z.unknown() };
    try {
      await client.ask(projectRequest(place, request));
      return null;
    } catch (error) {
      const id = hasStatus(error, 409) ? error.details['id'] : undefined;
      if (typeof id !== 'string') throw error;
      return id;
    }
  };

  return {
    async of({ id, updatedAtMs }) {
      const known = remembered.get(id);
      if (known?.updatedAtMs === updatedAtMs) return known.comments;
      const comments = await read(id);
      remembered.delete(id);
      remembered.set(id, { updatedAtMs, comments });
      const oldest = remembered.size > MAX_REMEMBERED ? remembered.keys().next().value : undefined;
      if (oldest !== undefined) remembered.delete(oldest);
      return comments;
    },
    async put(ref, { key, body }) {
      const externalId = createHash('sha256').update(key).digest('hex');
      const html = `${markerOf(key)}\n${markdownToHtml(body) || '<p></p>'}`;
      const all = await read(ref);
      const [first, ...repeats] = all
        .filter(
          ({ external_source, external_id }) =>
            external_source === SOURCE && external_id === externalId,
        )
        .sort((a, b) => a.createdAtMs - b.createdAtMs);
      for (const repeat of repeats) await remove(ref, repeat.id);
      if (first === undefined) {
        const id = await create(ref, html, externalId);
        if (id === null) return 'created';
        await edit(ref, id, html);
        return 'edited';
      }
      // Plane rewrites HTML that it is given: only what people read can be compared.
      if (htmlToText(first.comment_html ?? '') === htmlToText(html)) {
        return repeats.length === 0 ? 'unchanged' : 'edited';
      }
      await edit(ref, first.id, html);
      return 'edited';
    },
  };
}

/** As the port has it; `ref` is that of the work item. */
export function issueComment(
  comment: Comment,
  about: { ref: string; url: string | null; facts: ProjectFacts; commanders: readonly string[] },
): IssueComment {
  const { ref, url, facts, commanders } = about;
  const actor = comment.actor ?? '';
  const member = facts.members.get(actor);
  const names = [actor, member?.display_name, member?.email].map((name) => name?.toLowerCase());
  const isListed = commanders.some((name) => name !== '' && names.includes(name.toLowerCase()));
  const html = comment.comment_html ?? '';
  return {
    ...{ id: comment.id, ref, isOnPullRequest: false, url },
    author: member?.display_name || actor || 'unknown',
    isAuthorised: isListed || member?.mayDecide === true,
    isOwn: comment.external_source === SOURCE || html.trimStart().startsWith('<!-- onceward:'),
    body: htmlToText(html),
    createdAtMs: comment.createdAtMs,
    updatedAtMs: comment.updatedAtMs,
  };
}

function markerOf(key: string): string {
  if (key === '' || key.length > 400) {
    throw new OncewardError('OUTSIDE_REFUSED', `a comment has a key of 1 to 400 characters`);
  }
  return `<!-- onceward:${key
    .replace(/[\r\n]+/g, ' ')
    .replaceAll('--', '- -')
    .replaceAll('>', '&gt;')} -->`;
}
