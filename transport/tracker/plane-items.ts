// The work items of a Plane project, read again only as far as they changed.
// It must never take what it remembers for what is true: whatever changed is read, and all of it now and then.
import { type WorkItem, workItemSchema } from '../plane/answers.ts';
import { hasStatus } from '../plane/client.ts';
import { type PlanePlace, projectRequest } from './plane-project.ts';

/** How often all of it is read again: what was deleted or archived is missing from the list, and nothing says so. */
const WHOLE_MS = 1_800_000;
/** Of a hundred each, those that changed last first. */
const MAX_PAGES = 20;
/** Of what changed last, this much is read again: changes become visible out of order. */
const OVERLAP_MS = 60_000;

export interface PlaneItems {
  /** All that are known, after reading what changed. Most often a single request. */
  refresh(): Promise<ReadonlyMap<string, WorkItem>>;
  /** One of them as it is now; null when it is not there, archived, or a draft. */
  read(id: string): Promise<WorkItem | null>;
  /** What is in memory, which may be old. */
  known(): ReadonlyMap<string, WorkItem>;
}

export function planeItems(place: PlanePlace): PlaneItems {
  const { client, workspace, project } = place;
  let known = new Map<string, WorkItem>();
  let wholeAtMs = Number.NEGATIVE_INFINITY;

  const list = (untilMs: number) =>
    client.list({
      ...{ workspace, path: ['projects', project, 'work-items'], entry: workItemSchema },
      ...{ query: { order_by: '-updated_at' }, maxPages: MAX_PAGES },
      isEnough: (page) => (page.at(-1)?.updatedAtMs ?? 0) < untilMs,
    });

  return {
    async refresh() {
      const isWhole = client.nowMs() - wholeAtMs >= WHOLE_MS;
      const newestMs = [...known.values()].reduce((at, item) => Math.max(at, item.updatedAtMs), 0);
      const changed = await list(isWhole ? 0 : newestMs - OVERLAP_MS);
      if (isWhole) {
        known = new Map();
        wholeAtMs = client.nowMs();
      }
      for (const item of changed) known.set(item.id, item);
      return known;
    },
    async read(id) {
      const request = { path: ['work-items', id], answer: workItemSchema };
      const item = await client.ask(projectRequest(place, request)).catch((error: unknown) => {
        if (hasStatus(error, 404)) return null;
        throw error;
      });
      if (item === null || item.archived_at !== null) {
        known.delete(id);
        return null;
      }
      known.set(id, item);
      return item;
    },
    known: () => known,
  };
}
