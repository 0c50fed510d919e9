// How much a folder takes on the disk.
// It must never follow a link, nor fail because something vanishes while it looks.
import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';

export interface DiskUsage {
  bytes: number;
  /** True when there was more than was looked at: it takes at least so much. */
  isCut: boolean;
}

const BLOCK_BYTES = 512;
/** More than any checkout with its packages; what lies beyond is not counted. */
const MAX_ENTRIES = 500_000;

/** What everything below a path takes, in whole blocks. A path that is not there takes nothing. */
export async function diskUsage(path: string, maxEntries = MAX_ENTRIES): Promise<DiskUsage> {
  const waiting = [path];
  let bytes = 0;
  let entries = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (entries >= maxEntries) return { bytes, isCut: true };
    entries += 1;
    const status = await lstat(next).catch(() => null);
    if (status === null) continue;
    bytes += status.blocks * BLOCK_BYTES;
    if (status.isDirectory())
      waiting.push(...(await namesIn(next)).map((name) => join(path, name)));
  }
  return { bytes, isCut: false };

  async function namesIn(folder: string): Promise<string[]> {
    const below = folder.slice(path.length);
    const names: string[] = [];
    try {
      for await (const entry of await opendir(folder)) names.push(join(below, entry.name));
    } catch {
      // It vanished, or is not ours to look into: what was seen of it counts.
    }
    return names;
  }
}
