// Rows as aligned text: upper-case headers, two spaces between columns, no borders.
// It must never cut anything off unless it is given a width.
import type { TextStyle } from './command-context.ts';
import { displayWidth } from './display-width.ts';
import { printable, shortened } from './printable.ts';

export interface Column<Row> {
  header: string;
  /** Shown with `-o wide` only. */
  isWide?: boolean;
  cell(row: Row): string;
  style?(row: Row): TextStyle | undefined;
}

export interface TableOptions {
  style: (style: TextStyle, text: string) => string;
  /** Longest line in columns of a terminal; undefined keeps every cell whole. */
  maxColumns: number | undefined;
  /** Defaults to true. */
  hasHeaders?: boolean;
}

const GAP = '  ';

/** One line for the headers and one for each row, without trailing spaces. */
export function tableLines<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  options: TableOptions,
): string[] {
  const { hasHeaders = true } = options;
  const headers = hasHeaders ? columns.map(({ header }) => header.toUpperCase()) : null;
  const cells = rows.map((row) => columns.map((column) => printable(column.cell(row)) || '-'));
  const widths = columns.map((_, index) =>
    widest(headers === null ? cells : [headers, ...cells], index),
  );
  const body = rows.map((row, index) =>
    joined(cells[index] ?? [], {
      ...options,
      widths,
      styleOf: (column) => columns[column]?.style?.(row),
    }),
  );
  if (headers === null) return body;
  return [joined(headers, { ...options, widths, styleOf: () => 'dim' }), ...body];
}

interface LineOptions extends TableOptions {
  widths: readonly number[];
  styleOf: (column: number) => TextStyle | undefined;
}

// Padded and cut before it is styled: what a terminal does not show must not be counted.
function joined(cells: readonly string[], options: LineOptions): string {
  const { widths, styleOf, style, maxColumns } = options;
  let room = maxColumns ?? Number.POSITIVE_INFINITY;
  const parts = cells.flatMap((cell, index) => {
    if (room <= 0) return [];
    const text = Number.isFinite(room) ? shortened(cell, room) : cell;
    const width = widths[index] ?? 0;
    room -= width + GAP.length;
    const isLast = index === cells.length - 1 || room <= 0;
    const named = styleOf(index);
    const styled = named === undefined ? text : style(named, text);
    return [isLast ? styled : styled + ' '.repeat(Math.max(0, width - displayWidth(text)))];
  });
  return parts.join(GAP);
}

function widest(lines: readonly (readonly string[])[], column: number): number {
  return lines.reduce((width, line) => Math.max(width, displayWidth(line[column] ?? '')), 0);
}
