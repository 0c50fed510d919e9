// What the records say of an item that has a folder here: whether it goes on, how it ended, or nothing at all.
// It must never take a record that cannot be read for one that is not there.
import { itemAddress } from '../../machines/address.ts';
import { isFinished } from '../../machines/decide.ts';
import { isToken } from '../../machines/identifier.ts';
import { type ActorRecord, stateName } from '../../machines/record.ts';
import { itemContextOf } from '../../machines/typed-context.ts';
import type { Bucket } from '../../transport/ports.ts';
import { decodeEntry, type Loaded } from '../actors/record-cache.ts';
import { decodeArchived } from '../queries/found-actor.ts';

export interface Finished {
  status: 'finished';
  /** `done`, `failed` or `cancelled`. */
  state: string;
  /** Server time. */
  endedAtMs: number;
  repository: string;
  baseBranch: string;
  /** The commit that was seen to land, under whatever name it is on the base; null when none was. */
  landedSha: string | null;
}

export type ItemLife =
  | { status: 'unknown' }
  | { status: 'unreadable'; message: string }
  | { status: 'active'; state: string }
  | Finished;

/** Where records are looked up: the live bucket first, then the archive. */
export interface ItemRecords {
  items: Pick<Bucket, 'read'>;
  archive: Pick<Bucket, 'read'>;
}

/** Never throws: what cannot be read is `unreadable`. */
export async function lifeOfItem(
  { items, archive }: ItemRecords,
  { project, item }: { project: string; item: string },
): Promise<ItemLife> {
  // Whatever else lies there was not put there for an item.
  if (!isToken(project) || !isToken(item)) return { status: 'unknown' };
  try {
    const entry = await items.read(`${project}.${item}`);
    if (entry !== null && entry.value !== null) return lifeOf(decodeEntry(entry));
    const copy = await archive.read(itemAddress(project, item));
    const archived = copy === null ? null : decodeArchived(copy);
    return archived === null ? { status: 'unknown' } : lifeOf(archived.loaded);
  } catch (error) {
    return {
      status: 'unreadable',
      message: error instanceof Error ? error.message : String(error),
    };
  }
}

function lifeOf(loaded: Loaded): ItemLife {
  if (loaded.status === 'stored') return livingOrNot(loaded.stored.record);
  const message = 'message' in loaded ? loaded.message : loaded.status;
  return { status: 'unreadable', message };
}

function livingOrNot(record: ActorRecord): ItemLife {
  const state = stateName(record.state);
  if (!isFinished(record)) return { status: 'active', state };
  const { endedAtMs, pipeline, isLanded, headSha } = itemContextOf(record);
  const { repository, baseBranch } = pipeline;
  return {
    status: 'finished',
    state,
    endedAtMs: endedAtMs ?? record.sinceMs,
    repository,
    baseBranch,
    landedSha: isLanded ? headSha : null,
  };
}
