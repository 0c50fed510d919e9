// Rows as aligned text: upper-case headers, two spaces between columns, no borders.
// It must never cut anything off unless it is given a width.
import { fittedWidths } from './column-widths.ts';
import type { TextStyle } from './command-context.ts';
import { displayWidth } from './display-width.ts';
import { printable, shortened, shortenedWithin } from './printable.ts';

export interface Column<Row> {
  header: string;
  /** Shown with `-o wide` only. */
  isWide?: boolean;
  /** Where there is no room, names lose their middle; of prose the beginning tells most. Defaults to false. */
  isProse?: boolean;
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
  return [...eachTableLine(rows, columns, options)];
}

/** The same, one by one. Of very many rows the cells are made twice: keeping them all takes longer. */
export function* eachTableLine<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  options: TableOptions,
): Generator<string, void, undefined> {
  const { hasHeaders = true } = options;
  const headers = columns.map(({ header }) => header.toUpperCase());
  const cuts = columns.map(({ isProse }) => (isProse === true ? shortened : shortenedWithin));
  const layout = { ...options, cuts, widths: widthsOf(rows, columns, options) };
  if (hasHeaders) yield joined(headers, layout, () => 'dim');
  for (const row of rows) {
    const cells = columns.map((column) => cellOf(column, row));
    yield joined(cells, layout, (index) => columns[index]?.style?.(row));
  }
}

function cellOf<Row>(column: Column<Row>, row: Row): string {
  return printable(column.cell(row)) || '-';
}

interface Layout extends TableOptions {
  widths: readonly number[];
  cuts: readonly (typeof shortened)[];
}

// Padded and cut before it is styled: what a terminal does not show must not be counted.
function joined(
  cells: readonly string[],
  { widths, cuts, style, maxColumns }: Layout,
  styleOf: (column: number) => TextStyle | undefined,
): string {
  let room = maxColumns ?? Number.POSITIVE_INFINITY;
  let line = '';
  // Piece by piece: with an array for each of a hundred thousand lines it takes twice as long.
  for (let index = 0; index < cells.length && room > 0; index += 1) {
    const cell = cells[index] ?? '';
    const width = widths[index] ?? 0;
    const cut = cuts[index] ?? shortened;
    const text = maxColumns === undefined ? cell : cut(cell, Math.min(width, room));
    room -= width + GAP.length;
    const named = styleOf(index);
    if (index > 0) line += GAP;
    line += named === undefined ? text : style(named, text);
    const isLast = index === cells.length - 1 || room <= 0;
    if (!isLast) line += ' '.repeat(Math.max(0, width - displayWidth(text)));
  }
  return line;
}

function widthsOf<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  { hasHeaders = true, maxColumns }: TableOptions,
): number[] {
  const headers = columns.map(({ header }) => (hasHeaders ? displayWidth(header) : 0));
  const widths = columns.map((column, index) => {
    let widest = headers[index] ?? 0;
    for (const row of rows) widest = Math.max(widest, displayWidth(cellOf(column, row)));
    return widest;
  });
  if (maxColumns === undefined) return widths;
  return fittedWidths({ widths, headers }, maxColumns - GAP.length * (columns.length - 1));
}
