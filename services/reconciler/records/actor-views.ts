// The actors of one kind of all projects, as their records have them, followed by a feed.
// It must never be written to, and is only as new as the feed: whoever acts on it tells the actor, which knows better.
import { type ActorRecord, stateName } from '../../../machines/record.ts';
import type { Entry } from '../../../transport/ports.ts';
import { decodeEntry } from '../../actors/record-cache.ts';

export interface ActorView<Context> {
  address: string;
  project: string;
  revision: number;
  /** `idle`, `validating`, … */
  state: string;
  context: Context;
}

export interface ActorViews<Context> {
  /** Takes an entry of their bucket; what cannot be read is passed over. */
  take(entry: Entry): void;
  /** None but these is there, as keys of their bucket. */
  keepOnly(keys: ReadonlySet<string>): void;
  find(key: string): ActorView<Context> | undefined;
  /** In the order of their addresses. */
  of(project: string): readonly ActorView<Context>[];
}

export function createActorViews<Context extends { project: string }>(
  machine: ActorRecord['machine'],
  contextOf: (record: ActorRecord) => Context,
): ActorViews<Context> {
  const views = new Map<string, ActorView<Context>>();
  const viewOf = (entry: Entry): ActorView<Context> | null => {
    const loaded = entry.value === null ? null : decodeEntry(entry);
    if (loaded?.status !== 'stored' || loaded.stored.record.machine !== machine) return null;
    const { record, revision } = loaded.stored;
    const context = contextOf(record);
    const { project } = context;
    const address = `${machine}.${entry.key}`;
    return { address, project, revision, state: stateName(record.state), context };
  };
  return {
    take(entry) {
      const view = viewOf(entry);
      if (view === null) views.delete(entry.key);
      else views.set(entry.key, view);
    },
    keepOnly(keys) {
      for (const key of views.keys()) if (!keys.has(key)) views.delete(key);
    },
    find: (key) => views.get(key),
    of: (project) => [...views.values()].filter((view) => view.project === project).sort(byAddress),
  };
}

function byAddress(one: { address: string }, other: { address: string }): number {
  return one.address < other.address ? -1 : 1;
}
