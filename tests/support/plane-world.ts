// The documented part of a Plane project, in memory: work items, states, labels, members, comments and relations.
// Built from developers.plane.so; where a self-hosted server answers otherwise, from what that one answers.
import { randomUUID } from 'node:crypto';

export type Fields = Record<string, unknown>;
export interface Answer {
  status: number;
  body: unknown;
}

const STATES = [
  ...[
    { name: 'Backlog', group: 'backlog' },
    { name: 'Todo', group: 'unstarted' },
  ],
  ...[
    { name: 'In Progress', group: 'started' },
    { name: 'Done', group: 'completed' },
  ],
  { name: 'Cancelled', group: 'cancelled' },
];

/** One project of one workspace, and who uses it. */
export function planeWorld() {
  const now = momentsInOrder();
  const project = { id: randomUUID(), identifier: 'SHOP', name: 'Shop' };
  const states = STATES.map((state, at) => ({ id: randomUUID(), ...state, sequence: at * 10_000 }));
  const users = ['owner', 'mara', 'guest'].map((name, at) => ({
    ...{ id: randomUUID(), display_name: name, email: `${name}@example.org` },
    role: [20, 15, 5][at] ?? 5,
  }));
  const labels: Fields[] = [];
  const items: Fields[] = [];
  const comments: Fields[] = [];
  const relations: { item: string; blockedBy: string }[] = [];
  const stateNamed = (name: string) => states.find((state) => state.name === name);
  const itemOf = (id: unknown) => items.find((item) => item['id'] === id);

  /** https://developers.plane.so/api-reference/issue/add-issue */
  const createItem = (body: Fields, by = users[0]?.id): Answer => {
    const { external_id: externalId, external_source: source } = body;
    const taken = items.find(
      (item) =>
        externalId && item['external_id'] === externalId && item['external_source'] === source,
    );
    if (taken !== undefined) {
      const error = 'Issue with the same external id and external source already exists';
      return { status: 409, body: { error, id: taken['id'] } };
    }
    const at = now();
    const item: Fields = {
      ...{ id: randomUUID(), name: 'Untitled', description_html: '<p></p>', priority: 'none' },
      ...{ labels: [], assignees: [], completed_at: null, archived_at: null, is_draft: false },
      ...{ state: stateNamed('Backlog')?.id, ...body, sequence_id: items.length + 1 },
      ...{ created_at: at, updated_at: at, created_by: by, project: project.id },
    };
    items.push(item);
    return { status: 201, body: item };
  };

  /** https://developers.plane.so/api-reference/issue/update-issue-detail */
  const patchItem = (item: Fields, body: Fields): Answer => {
    const state = states.find(({ id }) => id === (body['state'] ?? item['state']));
    if (state === undefined) return { status: 400, body: { error: 'State is not valid' } };
    const isMoved = item['state'] !== state.id;
    Object.assign(item, body, { updated_at: now() });
    if (isMoved) item['completed_at'] = state.group === 'completed' ? now() : null;
    return { status: 200, body: item };
  };

  /** https://developers.plane.so/api-reference/label/add-label */
  const createLabel = (body: Fields): Answer => {
    const taken = labels.find((label) => label['name'] === body['name']);
    if (taken !== undefined) {
      const error = 'Label with the same name already exists in the project';
      return { status: 409, body: { error, id: taken['id'] } };
    }
    const label = { id: randomUUID(), ...body };
    labels.push(label);
    return { status: 201, body: label };
  };

  /** https://developers.plane.so/api-reference/issue-comment/add-issue-comment; HTML is cleaned, as the server does. */
  const createComment = (item: Fields, body: Fields, actor = users[0]?.id): Answer => {
    const { external_id: externalId = null, external_source: source = null } = body;
    const taken = comments.find(
      (comment) =>
        externalId !== null &&
        comment['external_id'] === externalId &&
        comment['external_source'] === source,
    );
    if (taken !== undefined) {
      const error =
        'Work item comment with the same external id and external source already exists';
      return { status: 409, body: { error, id: taken['id'] } };
    }
    const at = now();
    const comment: Fields = {
      ...{ id: randomUUID(), issue: item['id'], actor, created_by: body['created_by'] ?? actor },
      ...{ comment_html: cleaned(body['comment_html']), access: 'INTERNAL', edited_at: null },
      ...{ external_id: externalId, external_source: source, created_at: at, updated_at: at },
    };
    comments.push(comment);
    item['updated_at'] = now();
    return { status: 201, body: comment };
  };

  /** https://developers.plane.so/api-reference/issue-comment/update-issue-comment-detail */
  const patchComment = (item: Fields, comment: Fields, body: Fields): Answer => {
    const at = now();
    const html = cleaned(body['comment_html']);
    Object.assign(comment, { comment_html: html, updated_at: at, edited_at: at });
    item['updated_at'] = now();
    return { status: 200, body: comment };
  };

  /** https://developers.plane.so/api-reference/work-item-relations/list-work-item-relations, as self-hosted servers answer. */
  const relationsOf = (item: Fields): Answer => {
    const blockedBy = relations.filter((relation) => relation.item === item['id']);
    const ids = blockedBy.map((relation) => relation.blockedBy);
    const entries = ids.map((id) => ({ issue_id: id, project_id: project.id }));
    const body = { blocking: [], blocked_by: entries, duplicate: [], relates_to: [] };
    return { status: 200, body };
  };

  const remove = (from: Fields[], entry: Fields): Answer => {
    from.splice(from.indexOf(entry), 1);
    return { status: 204, body: null };
  };

  return {
    ...{ project, states, users, labels, items, comments, relations, stateNamed, itemOf, remove },
    ...{ createItem, patchItem, createLabel, createComment, patchComment, relationsOf },
  };
}

export type PlaneWorld = ReturnType<typeof planeWorld>;

/** Cleaners of HTML drop comments, and with them any marker in one. */
function cleaned(html: unknown): string {
  return String(html ?? '')
    .replace(/<!--[\s\S]*?-->/g, '')
    .trim();
}

/** No two the same: the order of changes is what lists are sorted by. */
function momentsInOrder(): () => string {
  let lastMs = 0;
  return () => {
    lastMs = Math.max(Date.now(), lastMs + 1);
    return new Date(lastMs).toISOString();
  };
}
