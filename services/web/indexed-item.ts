// One entry of the items or of the archive as the row that is kept of it.
// It must never hold on to the record: what is not in the row is let go.
import type { ItemContext } from '../../machines/item/context.ts';
import { stateName } from '../../machines/record.ts';
import type { Entry } from '../../transport/ports.ts';
import { type Loaded, skimEntry } from '../actors/record-cache.ts';
import { decodeArchived } from '../queries/found-actor.ts';
import type { ItemRow } from '../queries/rows.ts';
import type { IndexedItem } from './item-index.ts';

/** An entry of the items' bucket, its key `<project>.<item>`. */
export function readLiveItem(entry: Entry): IndexedItem | null {
  return indexed(entry.key, skimEntry(entry), { revision: entry.revision, isArchived: false });
}

/** An entry of the archive, its key `item.<project>.<item>`. */
export function readArchivedItem(entry: Entry): IndexedItem | null {
  const loaded = decodeArchived(entry)?.loaded;
  if (loaded === undefined) return null;
  const key = entry.key.slice('item.'.length);
  return indexed(key, loaded, { revision: entry.revision, isArchived: true });
}

function indexed(
  key: string,
  loaded: Loaded,
  { revision, isArchived }: { revision: number; isArchived: boolean },
): IndexedItem | null {
  const [project = '', item = ''] = key.split('.');
  const named = { address: `${project}/${item}`, project: shared(project), item, isArchived };
  if (loaded.status !== 'stored') {
    const state = shared(loaded.status);
    return { row: { ...UNREADABLE, ...named, state, revision }, stages: [] };
  }
  const { record, revision: storedRevision } = loaded.stored;
  if (record.machine !== 'item') return null;
  const context = record.context as unknown as ItemContext;
  const stages = context.pipeline.stages.map(({ name }) => name);
  const row = { ...named, ...rowOf(context), revision: storedRevision, sinceMs: record.sinceMs };
  return { row: { ...row, state: shared(stateName(record.state)) }, stages };
}

function rowOf(context: ItemContext) {
  const { title, current, next, runs, openedAtMs, endedAtMs, parking } = context;
  const stage = current?.stage ?? next;
  return {
    title,
    stage: stage === null ? null : shared(stage),
    attempt: current?.attempt ?? null,
    endedRuns: runs.length,
    ...{ openedAtMs, endedAtMs, parking },
    holder: null,
  };
}

const UNREADABLE = {
  ...{ title: '', sinceMs: null, stage: null, attempt: null, endedRuns: 0 },
  ...{ openedAtMs: null, endedAtMs: null, parking: null, holder: null },
} satisfies Partial<ItemRow>;

/** The same few names stand in very many rows. */
const MAX_SHARED = 10_000;
const known = new Map<string, string>();

function shared(name: string): string {
  const kept = known.get(name);
  if (kept !== undefined) return kept;
  if (known.size < MAX_SHARED) known.set(name, name);
  return name;
}
