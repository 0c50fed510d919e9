// Reads lists page by page, up to a bound that the caller names.
// It must never go on without end because somebody else writes faster than we read.

export const PAGE_SIZE = 100;

/** Everything on up to `maxPages` pages. A page that is not full is the last. */
export async function readPages<T>(
  maxPages: number,
  read: (page: number) => Promise<readonly T[]>,
): Promise<T[]> {
  const all: T[] = [];
  for (let page = 1; page <= maxPages; page += 1) {
    const items = await read(page);
    all.push(...items);
    if (items.length < PAGE_SIZE) break;
  }
  return all;
}
