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
  const widths = widthsOf(headers === null ? cells : [headers, ...cells], columns.length);
  const layout = { ...options, widths };
  const body = rows.map((row, index) =>
    joined(cells[index] ?? [], layout, (column) => columns[column]?.style?.(row)),
  );
  if (headers === null) return body;
  return [joined(headers, layout, () => 'dim'), ...body];
}

interface Layout extends TableOptions {
  widths: readonly number[];
}

// Padded and cut before it is styled: what a terminal does not show must not be counted.
function joined(
  cells: readonly string[],
  { widths, style, maxColumns }: Layout,
  styleOf: (column: number) => TextStyle | undefined,
): string {
  let room = maxColumns ?? Number.POSITIVE_INFINITY;
  let line = '';
  // Piece by piece: with an array for each of a hundred thousand lines it takes twice as long.
  for (let index = 0; index < cells.length && room > 0; index += 1) {
    const cell = cells[index] ?? '';
    const text = maxColumns === undefined ? cell : shortened(cell, room);
    const width = widths[index] ?? 0;
    room -= width + GAP.length;
    const named = styleOf(index);
    if (index > 0) line += GAP;
    line += named === undefined ? text : style(named, text);
    const isLast = index === cells.length - 1 || room <= 0;
    if (!isLast) line += ' '.repeat(Math.max(0, width - displayWidth(text)));
  }
  return line;
}

function widthsOf(lines: readonly (readonly string[])[], count: number): number[] {
  const widths = Array.from({ length: count }, () => 0);
  for (const line of lines) {
    for (let index = 0; index < count; index += 1) {
      widths[index] = Math.max(widths[index] ?? 0, displayWidth(line[index] ?? ''));
    }
  }
  return widths;
}
