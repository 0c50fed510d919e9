// The items that concern somebody outside, as their records have them: those under way in memory, followed by a feed;
// all others are looked up. It must never be written to, and is only as new as the feed: whoever acts on it asks the actor.
import { itemAddress, runAddress } from '../../../machines/address.ts';
import { isFinished } from '../../../machines/decide.ts';
import type { ItemContext } from '../../../machines/item/context.ts';
import { type Stored, stateName } from '../../../machines/record.ts';
import type { RunContext } from '../../../machines/run/context.ts';
import { itemContextOf, runContextOf } from '../../../machines/typed-context.ts';
import type { Bucket, BucketName, Entry } from '../../../transport/ports.ts';
import { decodeEntry } from '../../actors/record-cache.ts';
import { decodeArchived } from '../../queries/found-actor.ts';

export interface ItemView {
  project: string;
  item: string;
  revision: number;
  /** As people read it: `active.working`. */
  state: string;
  isFinished: boolean;
  context: ItemContext;
  stored: Stored;
}

export interface RunView {
  address: string;
  revision: number;
  state: string;
  context: RunContext;
}

type Reading = (name: BucketName) => Pick<Bucket, 'read'>;

export interface ItemViews {
  /** Takes an entry of `onceward-items`; what cannot be read is passed over. */
  take(entry: Entry): void;
  /**
   * Of these projects every item concerns a forge; of all others only those that came from a tracker. Returns those
   * whose items have to be taken anew.
   */
  setForges(projects: ReadonlySet<string>): string[];
  /** None but these is there, as keys of `onceward-items`: what else was followed is over. */
  keepOnly(keys: ReadonlySet<string>): void;
  /** One under way; undefined for every other. */
  find(project: string, item: string): ItemView | undefined;
  /** Those under way, in no order. */
  active(project: string): readonly ItemView[];
  /** As it is now, finished ones included; null when there is none. @throws BROKER_UNAVAILABLE, OUTCOME_UNKNOWN */
  item(project: string, item: string): Promise<ItemView | null>;
  /** As `item`. */
  run(run: {
    project: string;
    item: string;
    stage: string;
    attempt: number;
  }): Promise<RunView | null>;
}

export function createItemViews(bucket: Reading): ItemViews {
  const byProject = new Map<string, Map<string, ItemView>>();
  let forges: ReadonlySet<string> = new Set();

  const find = async (name: BucketName, key: string, address: string): Promise<Stored | null> => {
    const entry = await bucket(name).read(key);
    if (entry !== null && entry.value !== null) return storedIn(entry);
    const copy = await bucket('onceward-archive').read(address);
    const archived = copy === null ? null : decodeArchived(copy);
    return archived?.loaded.status === 'stored' ? archived.loaded.stored : null;
  };

  return {
    take(entry) {
      const [project = '', item = ''] = entry.key.split('.');
      const items = byProject.get(project) ?? new Map<string, ItemView>();
      const isOurs = forges.has(project) || !isHomemade(entry.value ?? '');
      const stored = entry.value === null || !isOurs ? null : storedIn(entry);
      const view = stored === null ? null : itemViewOf(stored);
      if (view === null || view.isFinished) items.delete(item);
      else items.set(item, view);
      if (items.size > 0) byProject.set(project, items);
      else byProject.delete(project);
    },
    setForges(projects) {
      const added = [...projects].filter((project) => !forges.has(project));
      forges = projects;
      return added;
    },
    keepOnly(keys) {
      for (const [project, items] of byProject) {
        for (const item of items.keys()) if (!keys.has(`${project}.${item}`)) items.delete(item);
      }
    },
    find: (project, item) => byProject.get(project)?.get(item),
    active: (project) => [...(byProject.get(project)?.values() ?? [])],
    async item(project, item) {
      const stored = await find('onceward-items', `${project}.${item}`, itemAddress(project, item));
      return stored === null ? null : itemViewOf(stored);
    },
    async run({ project, item, stage, attempt }) {
      const address = runAddress(project, item, stage, attempt);
      const stored = await find('onceward-runs', address.slice('run.'.length), address);
      if (stored === null) return null;
      const { record, revision } = stored;
      return { address, revision, state: stateName(record.state), context: runContextOf(record) };
    },
  };
}

/** There may be very many of them: they are not decoded. In a text of people the quotes would be escaped. */
function isHomemade(value: string): boolean {
  return value.includes('"origin":null');
}

function storedIn(entry: Entry): Stored | null {
  const loaded = decodeEntry(entry);
  return loaded.status === 'stored' ? loaded.stored : null;
}

function itemViewOf(stored: Stored): ItemView {
  const { record, revision } = stored;
  const context = itemContextOf(record);
  const { project, item } = context;
  const state = stateName(record.state);
  return { project, item, revision, state, isFinished: isFinished(record), context, stored };
}
