// Who holds the current runs of items: the claimant, or the worker. Of a few they are read one by one, of many all
// runs are looked at. It must never be asked in a loop.
import type { ItemContext } from '../../machines/item/context.ts';
import type { RunContext } from '../../machines/run/context.ts';
import type { Entry } from '../../transport/ports.ts';
import { skimEntry } from '../actors/record-cache.ts';
import type { Session } from './session.ts';

/** A request for each costs as much as reading this many among a hundred thousand. */
const MAX_SINGLE_READS = 400;
const READS_AT_ONCE = 32;

/** The key of the run that may advance an item; null while no run is open. */
export function runKeyOf(address: string, context: ItemContext | null): string | null {
  const current = context?.current;
  if (!current) return null;
  return `${address.replaceAll('/', '.')}.${current.stage}.${current.attempt}`;
}

/** By key of the run; who is not in the map holds nothing, or cannot be read. @throws BROKER_UNAVAILABLE */
export async function readHolders(
  session: Pick<Session, 'bucket'>,
  runKeys: readonly string[],
  project: string | undefined,
): Promise<Map<string, string>> {
  const bucket = session.bucket('onceward-runs');
  const holders = new Map<string, string>();
  const note = (entry: Entry | null) => {
    const holder = entry === null ? null : holderOf(entry);
    if (entry !== null && holder !== null) holders.set(entry.key, holder);
  };
  if (runKeys.length > MAX_SINGLE_READS) {
    const wanted = new Set(runKeys);
    const visit = (entry: Entry) => void (wanted.has(entry.key) && note(entry));
    await bucket.scan(visit, project === undefined ? '>' : `${project}.>`);
    return holders;
  }
  const waiting = runKeys.values();
  const side = async () => {
    for (const key of waiting) note(await bucket.read(key));
  };
  await Promise.all(Array.from({ length: READS_AT_ONCE }, side));
  return holders;
}

function holderOf(entry: Entry): string | null {
  const loaded = skimEntry(entry);
  if (loaded.status !== 'stored') return null;
  const { claim, worker } = loaded.stored.record.context as unknown as RunContext;
  return claim?.claimant ?? worker ?? null;
}
