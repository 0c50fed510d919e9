// How wide the columns of a table may be where there is not room for all of them. Pure.
// It must never take a column away, nor narrow one that is narrow already.

export interface ColumnWidths {
  /** As wide as their widest cell. */
  widths: readonly number[];
  /** What each needs for its header. */
  headers: readonly number[];
}

/** A column of this width still tells names apart that are shortened in the middle. */
const LEAST_COLUMNS = 8;

/**
 * The wide columns give way, down to one common width; the first, which says what the row is about, only after the
 * others have. Where even that does not fit, they are as narrow as they are of use.
 */
export function fittedWidths({ widths, headers }: ColumnWidths, room: number): number[] {
  const shared = (cap: number, firstCap: number) =>
    widths.map((width, index) =>
      Math.max(headers[index] ?? 0, Math.min(width, index === 0 ? firstCap : cap)),
    );
  const isFitting = (some: readonly number[]) => sum(some) <= room;
  if (isFitting(widths)) return [...widths];
  const [first = 0] = widths;
  for (let cap = room; cap > LEAST_COLUMNS; cap -= 1) {
    const fitted = shared(cap, first);
    if (isFitting(fitted)) return fitted;
  }
  for (let cap = Math.min(first, room); cap > LEAST_COLUMNS; cap -= 1) {
    const fitted = shared(LEAST_COLUMNS, cap);
    if (isFitting(fitted)) return fitted;
  }
  return shared(LEAST_COLUMNS, LEAST_COLUMNS);
}

function sum(some: readonly number[]): number {
  return some.reduce((total, one) => total + one, 0);
}
