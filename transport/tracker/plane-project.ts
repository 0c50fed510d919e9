// What a Plane project is made of: its identifier, states, labels and members, kept in memory for a while.
// It must never take somebody for a member whose role nobody told.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import {
  type Label,
  labelSchema,
  type Member,
  membersSchema,
  projectSchema,
  type State,
  stateSchema,
} from '../plane/answers.ts';
import { hasStatus, type PlaneClient, type PlaneRequest } from '../plane/client.ts';

const KEPT_MS = 600_000;
/** Of states and of labels, 100 on each. */
const MAX_PAGES = 5;
/** Plane: 20 admin, 15 member, 5 guest. */
const MEMBER_ROLE = 15;
const LABEL_COLOUR = '#6b7280';

export interface PlanePlace {
  client: PlaneClient;
  workspace: string | undefined;
  /** A UUID. */
  project: string;
}

export interface ProjectFacts {
  identifier: string;
  states: ReadonlyMap<string, State>;
  labels: ReadonlyMap<string, Label>;
  members: ReadonlyMap<string, Member & { mayDecide: boolean }>;
}

export interface PlaneProject {
  /** At most ten minutes old, or read anew. */
  facts(isFresh?: boolean): Promise<ProjectFacts>;
  /** The label with this name, made if there is none. */
  label(name: string): Promise<Label>;
}

/** Asks below the project. */
export function projectRequest<T>(
  { workspace, project }: PlanePlace,
  { path, ...rest }: PlaneRequest<T>,
): PlaneRequest<T> {
  return { ...rest, workspace, path: ['projects', project, ...path] };
}

export function planeProject(place: PlanePlace): PlaneProject {
  const { client } = place;
  let kept: { facts: ProjectFacts; readAtMs: number } | null = null;
  const facts = async (isFresh = false): Promise<ProjectFacts> => {
    if (!isFresh && kept !== null && client.nowMs() - kept.readAtMs < KEPT_MS) return kept.facts;
    const read = await readFacts(place);
    kept = { facts: read, readAtMs: client.nowMs() };
    return read;
  };
  return {
    facts,
    async label(name) {
      const known = namedLabel(await facts(), name);
      if (known !== undefined) return known;
      const made = { name, id: await createLabel(place, name) };
      if (kept !== null) {
        const labels = new Map(kept.facts.labels).set(made.id, made);
        kept = { ...kept, facts: { ...kept.facts, labels } };
      }
      return made;
    },
  };
}

async function readFacts(place: PlanePlace): Promise<ProjectFacts> {
  const { client, workspace, project } = place;
  const below = (...path: string[]) => ({
    ...{ workspace, path: ['projects', project, ...path], maxPages: MAX_PAGES },
  });
  const { identifier } = await client.ask(
    projectRequest(place, { path: [], answer: projectSchema }),
  );
  const states = await client.list({ ...below('states'), entry: stateSchema });
  const labels = await client.list({ ...below('labels'), entry: labelSchema });
  return {
    identifier: identifier.replace(/[^A-Za-z0-9_]/g, '-'),
    states: new Map(states.map((state) => [state.id, state])),
    labels: new Map(labels.map((label) => [label.id, label])),
    members: await readMembers(place),
  };
}

async function readMembers(place: PlanePlace): Promise<ProjectFacts['members']> {
  const { client, workspace } = place;
  const answer = membersSchema;
  const read = (name: string) => client.ask(projectRequest(place, { path: [name], answer }));
  // Older servers know them by the shorter name only.
  const members = await read('project-members').catch((error: unknown) => {
    if (hasStatus(error, 404)) return read('members');
    throw error;
  });
  const isTold = members.every(({ role }) => typeof role === 'number');
  // Self-hosted servers list a project's members without roles; those of the workspace have one.
  const roles = isTold ? members : await readWorkspaceMembers({ client, workspace });
  const roleOf = new Map(roles.map(({ id, role }) => [id, role ?? 0]));
  return new Map(
    members.map((member) => {
      const mayDecide = (roleOf.get(member.id) ?? 0) >= MEMBER_ROLE;
      return [member.id, { ...member, mayDecide }];
    }),
  );
}

async function readWorkspaceMembers(
  place: Pick<PlanePlace, 'client' | 'workspace'>,
): Promise<Member[]> {
  const { client, workspace } = place;
  return client
    .ask({ workspace, path: ['members'], answer: membersSchema })
    .catch((error: unknown) => {
      // Only admins may read them. Whose role nobody tells may not decide, unless listed.
      if (hasStatus(error, 401, 403, 404)) return [];
      throw error;
    });
}

function namedLabel({ labels }: ProjectFacts, name: string): Label | undefined {
  return [...labels.values()].find((label) => label.name === name);
}

async function createLabel(place: PlanePlace, name: string): Promise<string> {
  const body = {
    ...{ name, color: LABEL_COLOUR, external_source: 'onceward' },
    external_id: createHash('sha256').update(name).digest('hex'),
  };
  const answer = z.looseObject({ id: z.string() });
  const request = { method: 'POST' as const, path: ['labels'], body, answer };
  try {
    return (await place.client.ask(projectRequest(place, request))).id;
  } catch (error) {
    // Somebody else has just made it.
    const id = hasStatus(error, 409) ? error.details['id'] : undefined;
    if (typeof id !== 'string') throw error;
    return id;
  }
}
