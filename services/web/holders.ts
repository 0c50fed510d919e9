// Who holds the current runs of a few items: the claimant, or the worker. Read by key, for what is in sight alone.
// It must never be asked for a whole board: each one is a request.
import type { RunContext } from '../../machines/run/context.ts';
import type { Inspector } from '../../transport/nats/inspector.ts';
import type { Clock } from '../../transport/ports.ts';
import { decodeEntry } from '../actors/record-cache.ts';
import type { ItemRow } from '../queries/rows.ts';

export interface Holders {
  /** The same rows, each with its holder. @throws BROKER_UNAVAILABLE, OUTCOME_UNKNOWN */
  fill(rows: readonly ItemRow[]): Promise<ItemRow[]>;
}

/** A worker may come without any change of the item. */
const FRESH_MS = 1_000;
const MAX_KEPT = 2_000;

interface Known {
  holder: string | null;
  readAtMs: number;
}

export function createHolders(
  session: Pick<Inspector, 'bucket'>,
  clock: Pick<Clock, 'monotonicMs'>,
): Holders {
  const known = new Map<string, Known>();

  const holderOf = async (key: string): Promise<string | null> => {
    const kept = known.get(key);
    if (kept !== undefined && clock.monotonicMs() - kept.readAtMs < FRESH_MS) return kept.holder;
    const readAtMs = clock.monotonicMs();
    const entry = await session.bucket('onceward-runs').read(key);
    const loaded = entry === null ? null : decodeEntry(entry);
    const holder = loaded?.status === 'stored' ? holderIn(loaded.stored.record.context) : null;
    if (known.size >= MAX_KEPT) known.clear();
    known.set(key, { holder, readAtMs });
    return holder;
  };
  const filled = async (row: ItemRow): Promise<ItemRow> => {
    const { project, item, stage, attempt, isArchived } = row;
    if (isArchived || stage === null || attempt === null) return row;
    return { ...row, holder: await holderOf(`${project}.${item}.${stage}.${attempt}`) };
  };
  return { fill: (rows) => Promise.all(rows.map(filled)) };
}

function holderIn(context: object): string | null {
  const { claim, worker } = context as Partial<RunContext>;
  return claim?.claimant ?? worker ?? null;
}
