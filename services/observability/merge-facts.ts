// The merge queues of the fleet as a scrape tells of them: how long each is, and whether it stands still.
// It must never name anything but projects and their branches, which stand in the configuration.
import { fromToken } from '../../machines/identifier.ts';
import { stateName } from '../../machines/record.ts';
import { mergeContextOf } from '../../machines/typed-context.ts';
import type { Bucket } from '../../transport/ports.ts';
import { BUCKET_OF, decodeEntry } from '../actors/record-cache.ts';

export interface MergeFact {
  project: string;
  branch: string;
  entries: number;
  /** Frozen or paused: nothing lands until somebody has looked. */
  isHeldUp: boolean;
}

const HELD_UP: readonly string[] = ['frozen', 'paused'];

/** Those that can be read. @throws BROKER_UNAVAILABLE, OUTCOME_UNKNOWN */
export async function readMergeFacts(world: {
  bucket: (name: 'onceward-merges') => Pick<Bucket, 'scan'>;
}): Promise<MergeFact[]> {
  const facts: MergeFact[] = [];
  await world.bucket(BUCKET_OF.merge).scan((entry) => {
    const loaded = entry.value === null ? null : decodeEntry(entry);
    if (loaded?.status !== 'stored' || loaded.stored.record.machine !== 'merge') return;
    const { record } = loaded.stored;
    const { project, branch, entries } = mergeContextOf(record);
    const isHeldUp = HELD_UP.includes(stateName(record.state));
    facts.push({ project, branch: fromToken(branch), entries: entries.length, isHeldUp });
  });
  return facts;
}
