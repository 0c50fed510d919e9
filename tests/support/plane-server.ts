// A small Plane over real HTTP on loopback: keys, pages, rate limits and errors as developers.plane.so documents them.
// It must never be kinder than Plane: what is not documented is answered with 404.
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Answer, type Fields, type PlaneWorld, planeWorld } from './plane-world.ts';

/** https://developers.plane.so/api-reference/introduction#rate-limiting */
const WINDOW_MS = 60_000;
const MAX_PER_PAGE = 100;

export interface PlaneServerOptions {
  /** Of a minute. Defaults to 60, as Plane has it. */
  requestsPerMinute?: number;
  /** Self-hosted servers list members of a project without roles. Defaults to true. */
  hasProjectRoles?: boolean;
  /** Whether the key may read members of the workspace. Defaults to true. */
  isAdmin?: boolean;
}

/** How one request goes wrong: a status with headers, or the connection breaks `before` or `after` it was done. */
export type PlannedFault =
  | { status: number; headers?: Record<string, string> }
  | 'before'
  | 'after';

export interface PlaneServer {
  url: string;
  token: string;
  workspace: string;
  world: PlaneWorld;
  /** `METHOD path` of every request, without the part they have in common. */
  requests: string[];
  /** For the next requests of this method, one each. */
  faults: { method: string; fault: PlannedFault }[];
  close(): Promise<void>;
}

export async function startPlaneServer(options: PlaneServerOptions = {}): Promise<PlaneServer> {
  const { requestsPerMinute = 60 } = options;
  const world = planeWorld();
  const [token, workspace] = [`plane_api_${randomUUID().replaceAll('-', '')}`, 'acme'];
  const [requests, faults] = [[] as string[], [] as PlaneServer['faults']];
  const spentAtMs: number[] = [];

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const { method = 'GET', headers } = request;
    const url = new URL(request.url ?? '/', 'http://plane');
    const body = await bodyOf(request);
    requests.push(`${method} ${url.pathname.replace(/^.*\/projects\/[^/]+/, '')}`);
    const at = faults.findIndex((planned) => planned.method === method);
    const fault = at < 0 ? undefined : faults.splice(at, 1)[0]?.fault;
    if (fault === 'before') return response.destroy();
    if (typeof fault === 'object') {
      return reply(response, { status: fault.status, body: {} }, fault.headers);
    }
    if (headers['x-api-key'] !== token) {
      const detail = 'Given API token is not valid';
      return reply(response, { status: 401, body: { detail } });
    }
    const limits = spend(spentAtMs, requestsPerMinute);
    if (limits['Retry-After'] !== undefined) {
      const detail = `Request was throttled. Expected available in ${limits['Retry-After']} seconds.`;
      return reply(response, { status: 429, body: { detail } }, limits);
    }
    const answer = answerOf({ method, url, body }, { world, workspace, options });
    return fault === 'after' ? response.destroy() : reply(response, answer, limits);
  };

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    ...{ url: `http://127.0.0.1:${port}`, token, workspace, world, requests, faults },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Asked {
  method: string;
  url: URL;
  body: Fields;
}

interface Served {
  world: PlaneWorld;
  workspace: string;
  options: PlaneServerOptions;
}

const NOT_FOUND: Answer = {
  status: 404,
  body: { error: 'The requested resource does not exist.' },
};

function answerOf(asked: Asked, served: Served): Answer {
  const { world, workspace, options } = served;
  const [api, v1, root, slug, part, id, ...rest] = asked.url.pathname.split('/').filter(Boolean);
  if (api !== 'api' || v1 !== 'v1' || root !== 'workspaces' || slug !== workspace) return NOT_FOUND;
  // https://developers.plane.so/api-reference/members/get-workspace-members
  if (part === 'members' && id === undefined) {
    if (options.isAdmin === false) return { status: 403, body: { detail: 'Not permitted.' } };
    return { status: 200, body: world.users };
  }
  if (part !== 'projects' || id !== world.project.id) return NOT_FOUND;
  return projectAnswer(rest, asked, served);
}

function projectAnswer(path: string[], asked: Asked, { world, options }: Served): Answer {
  const { method, body } = asked;
  switch (`${method} ${path[0] ?? ''}`) {
    case 'GET ': // https://developers.plane.so/api-reference/project/get-project-detail
      return { status: 200, body: world.project };
    case 'GET states': // https://developers.plane.so/api-reference/state/list-states
      return paged(world.states, asked);
    case 'GET labels': // https://developers.plane.so/api-reference/label/list-labels
      return paged(world.labels, asked);
    case 'POST labels':
      return world.createLabel(body);
    case 'GET project-members': {
      // https://developers.plane.so/api-reference/members/get-project-members
      const hasRoles = options.hasProjectRoles ?? true;
      const members = world.users.map(({ role, ...user }) => (hasRoles ? { ...user, role } : user));
      return { status: 200, body: members };
    }
    default:
      return path[0] === 'work-items' ? itemAnswer(path.slice(1), asked, world) : NOT_FOUND;
  }
}

function itemAnswer([id, part, commentId]: string[], asked: Asked, world: PlaneWorld): Answer {
  const { method, body } = asked;
  if (id === undefined) {
    // https://developers.plane.so/api-reference/issue/list-issues
    if (method === 'POST') return world.createItem(body);
    return paged(
      world.items.filter((item) => item['archived_at'] === null),
      asked,
    );
  }
  const item = world.itemOf(id);
  if (item === undefined || item['archived_at'] !== null) return NOT_FOUND;
  if (part === 'relations') return relationAnswer(item, asked, world);
  if (part === 'comments') return commentAnswer({ item, commentId }, asked, world);
  if (part !== undefined) return NOT_FOUND;
  // https://developers.plane.so/api-reference/issue/get-issue-detail
  if (method === 'GET') return { status: 200, body: item };
  return method === 'PATCH' ? world.patchItem(item, body) : world.remove(world.items, item);
}

function relationAnswer(item: Fields, { method, body }: Asked, world: PlaneWorld): Answer {
  if (method === 'GET') return world.relationsOf(item);
  // https://developers.plane.so/api-reference/work-item-relations/create-work-item-relation
  const blockers = body['issues'] as string[];
  world.relations.push(...blockers.map((blockedBy) => ({ item: String(item['id']), blockedBy })));
  return { status: 201, body: [] };
}

function commentAnswer(
  { item, commentId }: { item: Fields; commentId: string | undefined },
  asked: Asked,
  world: PlaneWorld,
): Answer {
  const { method, body } = asked;
  const comments = world.comments.filter((comment) => comment['issue'] === item['id']);
  if (commentId === undefined) {
    // https://developers.plane.so/api-reference/issue-comment/list-issue-comments
    return method === 'POST' ? world.createComment(item, body) : paged(comments, asked);
  }
  const comment = comments.find((candidate) => candidate['id'] === commentId);
  if (comment === undefined) return NOT_FOUND;
  if (method === 'PATCH') return world.patchComment(item, comment, body);
  return world.remove(world.comments, comment);
}

/** https://developers.plane.so/api-reference/introduction#pagination */
function paged(entries: readonly Fields[], { url }: Asked): Answer {
  const order = url.searchParams.get('order_by') ?? '-created_at';
  const field = order.replace(/^-/, '');
  const perPage = Number(url.searchParams.get('per_page') ?? MAX_PER_PAGE);
  if (!(perPage >= 1 && perPage <= MAX_PER_PAGE)) {
    return { status: 400, body: { detail: 'Invalid per_page value. Cannot exceed 100.' } };
  }
  const page = Number((url.searchParams.get('cursor') ?? '0:0:0').split(':')[1]);
  const sorted = [...entries].sort((a, b) => (String(a[field]) < String(b[field]) ? -1 : 1));
  if (order.startsWith('-')) sorted.reverse();
  const results = sorted.slice(page * perPage, (page + 1) * perPage);
  const hasMore = sorted.length > (page + 1) * perPage;
  const body = {
    ...{ total_results: sorted.length, total_pages: Math.ceil(sorted.length / perPage) },
    ...{ next_cursor: `${perPage}:${page + 1}:0`, prev_cursor: `${perPage}:${page - 1}:1` },
    ...{ next_page_results: hasMore, prev_page_results: page > 0 },
    ...{ count: results.length, extra_stats: null, results },
  };
  return { status: 200, body };
}

function spend(spentAtMs: number[], most: number): Record<string, string> {
  const nowMs = Date.now();
  while ((spentAtMs[0] ?? nowMs) <= nowMs - WINDOW_MS) spentAtMs.shift();
  const waitMs = (spentAtMs[0] ?? nowMs) + WINDOW_MS - nowMs;
  if (spentAtMs.length >= most) return { 'Retry-After': String(Math.ceil(waitMs / 1_000)) };
  spentAtMs.push(nowMs);
  return {
    'X-RateLimit-Remaining': String(most - spentAtMs.length),
    'X-RateLimit-Reset': String(Math.floor((nowMs + WINDOW_MS) / 1_000)),
  };
}

async function bodyOf(request: IncomingMessage): Promise<Fields> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  return text === '' ? {} : (JSON.parse(text) as Fields);
}

function reply(response: ServerResponse, { status, body }: Answer, headers = {}): void {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
  response.end(status === 204 ? '' : JSON.stringify(body));
}
