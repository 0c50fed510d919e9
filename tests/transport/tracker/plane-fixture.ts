// A Plane project for tests: the small server by default, or a real one that the environment names.
// It must never leave a work item behind in a real one.
import { z } from 'zod';
import { type PlaneClient, planeClient } from '../../../transport/plane/client.ts';
import {
  type PlaneTrackerOptions,
  planeTracker,
} from '../../../transport/tracker/plane-tracker.ts';
import {
  type PlaneServer,
  type PlaneServerOptions,
  startPlaneServer,
} from '../../support/plane-server.ts';
import type { Fields } from '../../support/plane-world.ts';

const idOnly = z.looseObject({ id: z.string() });
const realClock = { nowMs: () => Date.now() };

/** The small server with a tracker on it, whose clock a test may set ahead. */
export async function planeFixture(
  options: Partial<PlaneTrackerOptions> = {},
  serverOptions: PlaneServerOptions = {},
) {
  const server = await startPlaneServer(serverOptions);
  const { url: apiUrl, token, workspace, world } = server;
  const ahead = { ms: 0 };
  const clock = { nowMs: () => Date.now() + ahead.ms };
  const open = (more: Partial<PlaneTrackerOptions> = {}, key = token) => {
    const client = planeClient({ apiUrl, token: key, workspace, clock });
    return planeTracker({ client, project: world.project.id, ...options, ...more });
  };
  const label = world.createLabel({ name: 'onceward' }).body as { id: string };
  const add = (fields: Fields = {}) =>
    world.createItem({ labels: [label.id], ...fields }).body as Fields & { id: string };
  const say = (item: Fields, html: string, by = 0) =>
    world.createComment(item, { comment_html: html }, world.users[by]?.id).body as Fields;
  const isAsked = (method: string) => server.requests.filter((asked) => asked.startsWith(method));
  return { server, world, ahead, open, tracker: open(), add, say, isAsked };
}

/** What the contract is tested against. */
export async function contractPlace() {
  const { apiUrl, token, workspace, project, server } = await servedPlace();
  const client = planeClient({ apiUrl, token, workspace, clock: realClock });
  const run = `onceward-test-${Date.now()}`;
  const made: string[] = [];
  const below = (...path: string[]) => ['projects', project, ...path];
  const create = async (path: string[], body: Fields) => {
    const answer = await client.ask({
      ...{ method: 'POST', path: below(...path), body, answer: idOnly },
    });
    return answer.id;
  };
  const label = await create(['labels'], { name: run, color: '#123456' });
  return {
    tracker: planeTracker({ client, project, label: run }),
    withKey: (key: string) => {
      const other = planeClient({ apiUrl, token: key, workspace, clock: realClock });
      return planeTracker({ client: other, project });
    },
    inProject: (other: string) => planeTracker({ client, project: other }),
    async add(fields: Fields = {}) {
      const id = await create(['work-items'], { name: run, labels: [label], ...fields });
      made.push(id);
      return id;
    },
    say: (ref: string, html: string) =>
      create(['work-items', ref, 'comments'], { comment_html: html }),
    async block(ref: string, blocker: string) {
      const body = { relation_type: 'blocked_by', issues: [blocker] };
      const path = below('work-items', ref, 'relations');
      await client.ask({ method: 'POST', path, body, answer: z.unknown() });
    },
    async close() {
      for (const ref of made) await remove(client, below('work-items', ref));
      if (server === null) await removeLabels(client, { project, run });
      await server?.close();
    },
  };
}

async function servedPlace() {
  const { ONCEWARD_TEST_PLANE_URL: url, ...environment } = process.env;
  if (url === undefined) {
    const server = await startPlaneServer();
    const { url: apiUrl, token, workspace, world } = server;
    return { apiUrl, token, workspace, project: world.project.id, server };
  }
  return {
    apiUrl: url,
    token: environment['ONCEWARD_TEST_PLANE_TOKEN'] ?? '',
    workspace: environment['ONCEWARD_TEST_PLANE_WORKSPACE'] ?? '',
    project: environment['ONCEWARD_TEST_PLANE_PROJECT'] ?? '',
    server: null as PlaneServer | null,
  };
}

async function removeLabels(
  client: PlaneClient,
  { project, run }: { project: string; run: string },
): Promise<void> {
  const entry = z.looseObject({ id: z.string(), name: z.string() });
  const path = ['projects', project, 'labels'];
  const labels = await client.list({ path, entry, maxPages: 5 });
  for (const { id } of labels.filter(({ name }) => name.startsWith(run))) {
    await remove(client, [...path, id]);
  }
}

async function remove(client: PlaneClient, path: string[]): Promise<void> {
  await client.ask({ method: 'DELETE', path, answer: z.unknown() });
}
