// How many items of a project have not ended.
// It must never pass over what cannot be read: something is there, and nobody knows that it has ended.
import { isFinished } from '../../machines/decide.ts';
import type { Bucket } from '../../transport/ports.ts';
import { decodeEntry } from '../actors/record-cache.ts';

/** Linear in the number of items of the project that are not archived. @throws BROKER_UNAVAILABLE */
export async function countActiveItems(
  items: Pick<Bucket, 'scan'>,
  project: string,
): Promise<number> {
  let count = 0;
  await items.scan((entry) => {
    const loaded = decodeEntry(entry);
    const isOver =
      loaded.status === 'archived' ||
      loaded.status === 'absent' ||
      (loaded.status === 'stored' && isFinished(loaded.stored.record));
    if (!isOver) count += 1;
  }, `${project}.>`);
  return count;
}
