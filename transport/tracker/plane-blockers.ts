// What a Plane work item waits for: the work items it is blocked by that are not completed.
// It must never say that nothing holds an item up before it has been read.
import { relationsSchema, workItemSchema } from '../plane/answers.ts';
import { hasStatus } from '../plane/client.ts';
import { type PlanePlace, projectRequest } from './plane-project.ts';

/** A relation that is added or removed changes the work item only most of the time. */
const KEPT_MS = 300_000;
/** Reading relations of many at once would use up the limit of a minute. */
const MAX_READINGS = 10;
const MAX_REMEMBERED = 2_000;
/** Of one work item. */
const MAX_BLOCKERS = 20;
const NOT_READ = 'its relations, which are read in a moment';

interface Blocker {
  id: string;
  project: string | null;
}

interface Remembered {
  blockers: readonly Blocker[];
  updatedAtMs: number;
  readAtMs: number;
}

export interface KnownItem {
  name: string;
  isCompleted: boolean;
}

export interface PlaneBlockers {
  /** For each work item what holds it up, in words. */
  of(
    items: readonly { id: string; updatedAtMs: number }[],
    known: (id: string) => KnownItem | undefined,
  ): Promise<ReadonlyMap<string, readonly string[]>>;
}

export function planeBlockers(place: PlanePlace): PlaneBlockers {
  const { client } = place;
  const remembered = new Map<string, Remembered>();
  const elsewhere = new Map<string, { found: KnownItem; readAtMs: number }>();

  const isFresh = (id: string, updatedAtMs: number) => {
    const entry = remembered.get(id);
    if (entry === undefined) return false;
    return entry.updatedAtMs === updatedAtMs && client.nowMs() - entry.readAtMs < KEPT_MS;
  };
  const read = async (id: string, updatedAtMs: number) => {
    const blockers = await readBlockers(place, id);
    remember(remembered, id, { blockers, updatedAtMs, readAtMs: client.nowMs() });
  };
  const lookUp = async (blocker: Blocker): Promise<KnownItem> => {
    const entry = elsewhere.get(blocker.id);
    if (entry !== undefined && client.nowMs() - entry.readAtMs < KEPT_MS) return entry.found;
    const found = await readElsewhere(place, blocker);
    remember(elsewhere, blocker.id, { found, readAtMs: client.nowMs() });
    return found;
  };

  return {
    async of(items, known) {
      const stale = items.filter(({ id, updatedAtMs }) => !isFresh(id, updatedAtMs));
      for (const { id, updatedAtMs } of stale.slice(0, MAX_READINGS)) await read(id, updatedAtMs);
      const unread = new Set(stale.slice(MAX_READINGS).map(({ id }) => id));
      const words = new Map<string, readonly string[]>();
      for (const { id } of items) {
        const blockers = unread.has(id) ? null : (remembered.get(id)?.blockers ?? null);
        words.set(id, blockers === null ? [NOT_READ] : await wordsOf(blockers, known));
      }
      return words;
    },
  };

  async function wordsOf(
    blockers: readonly Blocker[],
    known: (id: string) => KnownItem | undefined,
  ): Promise<string[]> {
    const words: string[] = [];
    for (const blocker of blockers) {
      const found = known(blocker.id) ?? (await lookUp(blocker));
      if (!found.isCompleted) words.push(found.name);
    }
    return words;
  }
}

async function readBlockers(place: PlanePlace, id: string): Promise<readonly Blocker[]> {
  const request = { path: ['work-items', id, 'relations'], answer: relationsSchema };
  return place.client
    .ask(projectRequest(place, request))
    .then(({ blocked_by: blockers }) => blockers.slice(0, MAX_BLOCKERS))
    .catch((error: unknown) => {
      // Servers older than relations in the API: there they hold nothing up.
      if (hasStatus(error, 404)) return [];
      throw error;
    });
}

/** Of another project of the workspace, or one that is archived. */
async function readElsewhere(place: PlanePlace, { id, project }: Blocker): Promise<KnownItem> {
  const { client, workspace } = place;
  const path = ['projects', project ?? place.project, 'work-items', id];
  try {
    const item = await client.ask({ workspace, path, answer: workItemSchema });
    return { name: item.name, isCompleted: item.completed_at !== null };
  } catch (error) {
    if (!hasStatus(error, 403, 404)) throw error;
    return { name: `work item ${id}, which cannot be read`, isCompleted: false };
  }
}

function remember<T>(entries: Map<string, T>, id: string, entry: T): void {
  entries.delete(id);
  entries.set(id, entry);
  const oldest = entries.size > MAX_REMEMBERED ? entries.keys().next().value : undefined;
  if (oldest !== undefined) entries.delete(oldest);
}
