// One entry of the items or of the archive as the row that is kept of it.
// It must never hold on to the record: what is not in the row is let go.
import type { ItemContext } from '../../machines/item/context.ts';
import { stateName } from '../../machines/record.ts';
import type { Entry } from '../../transport/ports.ts';
import { type Loaded, skimEntry } from '../actors/record-cache.ts';
import { measuredIn } from './cost.ts';
import { decodeArchived } from './found-actor.ts';
import type { ItemRow } from './rows.ts';

export interface IndexedItem {
  row: ItemRow;
  /** The stages of its pipeline, in their order. */
  stages: readonly string[];
}

/** An entry of the items' bucket, its key `<project>.<item>`. */
export function readLiveItem(entry: Entry): IndexedItem | null {
  const named = { key: entry.key, revision: entry.revision, isArchived: false };
  return indexed(named, () => skimEntry(entry));
}

/** An entry of the archive, its key `item.<project>.<item>`. */
export function readArchivedItem(entry: Entry): IndexedItem | null {
  const key = entry.key.slice('item.'.length);
  const named = { key, revision: entry.revision, isArchived: true };
  return indexed(named, () => decodeArchived(entry)?.loaded ?? { status: 'absent' });
}

interface Named {
  key: string;
  revision: number;
  isArchived: boolean;
}

/** One that has not the shape it says it has must not take all others from the board. */
function indexed(named: Named, load: () => Loaded): IndexedItem | null {
  try {
    const loaded = load();
    if (loaded.status === 'absent') return null;
    return read(named, loaded);
  } catch {
    return read(named, { status: 'corrupt', message: 'not of the shape of an item' });
  }
}

function read({ key, revision, isArchived }: Named, loaded: Loaded): IndexedItem | null {
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
    usage: measuredIn(context),
  };
}

const UNREADABLE = {
  ...{ title: '', sinceMs: null, stage: null, attempt: null, endedRuns: 0 },
  ...{ openedAtMs: null, endedAtMs: null, parking: null, holder: null, usage: null },
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
