// The merge queues of all projects, as their records have them, followed by a feed.
// It must never be written to, and is only as new as the feed: whoever acts on it tells the queue, which knows better.
import type { MergeContext } from '../../../machines/merge/context.ts';
import { stateName } from '../../../machines/record.ts';
import { mergeContextOf } from '../../../machines/typed-context.ts';
import type { Entry } from '../../../transport/ports.ts';
import { decodeEntry } from '../../actors/record-cache.ts';

export interface MergeView {
  address: string;
  project: string;
  revision: number;
  /** `idle`, `validating`, … */
  state: string;
  context: MergeContext;
}

export interface MergeViews {
  /** Takes an entry of `onceward-merges`; what cannot be read is passed over. */
  take(entry: Entry): void;
  /** None but these is there, as keys of `onceward-merges`. */
  keepOnly(keys: ReadonlySet<string>): void;
  find(key: string): MergeView | undefined;
  /** In the order of their addresses. */
  of(project: string): readonly MergeView[];
}

export function createMergeViews(): MergeViews {
  const views = new Map<string, MergeView>();
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

function viewOf(entry: Entry): MergeView | null {
  const loaded = entry.value === null ? null : decodeEntry(entry);
  if (loaded?.status !== 'stored' || loaded.stored.record.machine !== 'merge') return null;
  const { record, revision } = loaded.stored;
  const context = mergeContextOf(record);
  const address = `merge.${entry.key}`;
  return { address, project: context.project, revision, state: stateName(record.state), context };
}

function byAddress(one: MergeView, other: MergeView): number {
  return one.address < other.address ? -1 : 1;
}
