// The board as lines of a terminal, exactly as many as fit and none wider. Pure.
// It must never let a text from outside through that a terminal would obey.
import type { TextStyle } from '../command-context.ts';
import { displayWidth } from '../display-width.ts';
import { printable, shortened } from '../printable.ts';
import { styleOfState } from '../state-style.ts';
import { type Column, tableLines } from '../table.ts';
import type { Times } from '../times.ts';
import type { Board, BoardItem } from './board.ts';
import { alarmPart, headLines, type Part, queuePart, stagePart } from './summary-parts.ts';
import { type Detail, selectedIndex, type View } from './view.ts';

export interface Canvas {
  columns: number;
  rows: number;
  style: (style: TextStyle, text: string) => string;
  times: Times;
}

export interface Frame {
  lines: string[];
  /** How many rows of the list, or of the open item, are in sight. */
  pageRows: number;
}

/** Rows that the list gets before the parts above it get any. */
const LEAST_LIST_ROWS = 6;
const LIST_HEADER_ROWS = 1;
const FOOTER_ROWS = 1;
const MARK = '> ';

export function drawBoard(board: Board, view: View, canvas: Canvas): Frame {
  const { columns, rows, style } = canvas;
  const head = headLines(board, view, canvas);
  const parts = [stagePart(board, canvas), queuePart(board, canvas), alarmPart(board, canvas)];
  const isDetail = view.detail !== null;
  const room = rows - head.length - FOOTER_ROWS - LEAST_LIST_ROWS;
  const above = [...head, ...fitting(isDetail ? [] : parts, room)];
  const pageRows = Math.max(1, rows - above.length - FOOTER_ROWS - LIST_HEADER_ROWS);
  const body =
    view.detail === null
      ? listLines(board, view, { ...canvas, rows: pageRows })
      : detailLines(view.detail, { ...canvas, rows: pageRows });
  const filled = [...above, ...body].slice(0, Math.max(0, rows - FOOTER_ROWS));
  const empty = Array.from({ length: Math.max(0, rows - FOOTER_ROWS - filled.length) }, () => '');
  const footer = style('dim', shortened(footerOf(view), columns));
  return { lines: [...filled, ...empty, footer].slice(-rows), pageRows };
}

/** As many parts as there is room for, the first before the others. */
function fitting(parts: readonly Part[], room: number): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    if (part.length > 0 && lines.length + part.length + 1 <= room) lines.push(...part, '');
  }
  return lines;
}

function listLines(board: Board, view: View, { columns, rows, style, times }: Canvas): string[] {
  const { items } = board;
  const selected = selectedIndex(
    view,
    items.map(({ address }) => address),
  );
  const first = Math.max(0, Math.min(selected - Math.floor(rows / 2), items.length - rows));
  const shown = items.slice(first, first + rows);
  const isSelected = (row: BoardItem) => row === items[selected];
  const [header = '', ...body] = tableLines(shown, columnsOf(times, isSelected), {
    style: (name, text) => style(name, text),
    maxColumns: columns - MARK.length,
  });
  const empty = board.isComplete ? 'no item matches' : 'reading …';
  return [
    `  ${header}`,
    ...(body.length === 0 ? [`  ${style('dim', empty)}`] : []),
    ...body.map((line, index) => {
      const row = shown[index];
      if (row === undefined || !isSelected(row)) return `  ${line}`;
      // The mark is seen without colours, too.
      const padding = ' '.repeat(Math.max(0, columns - MARK.length - displayWidth(line)));
      return style('inverse', `${MARK}${line}${padding}`);
    }),
  ];
}

function columnsOf(times: Times, isSelected: (row: BoardItem) => boolean): Column<BoardItem>[] {
  return [
    { header: 'item', cell: ({ address }) => address },
    {
      header: 'state',
      cell: ({ state, reason }) => (reason === null ? state : `${state}: ${reason}`),
      // A style within the inverse line would end it.
      style: (row) => (isSelected(row) ? undefined : styleOfState(row.state)),
    },
    { header: 'stage', cell: ({ stage }) => stage ?? '' },
    { header: 'attempt', cell: ({ attempt }) => String(attempt ?? '') },
    { header: 'for', cell: ({ sinceMs }) => (sinceMs === null ? '' : times.lasting(sinceMs)) },
    { header: 'holder', cell: ({ holder }) => holder ?? '' },
    { header: 'title', isProse: true, cell: ({ title }) => title },
  ];
}

function detailLines(
  { address, lines, offset }: Detail,
  { columns, rows, style }: Canvas,
): string[] {
  const told = lines ?? ['reading …'];
  const first = Math.max(0, Math.min(offset, told.length - rows));
  const shown = told.slice(first, first + rows).map((line) => shortened(printable(line), columns));
  return [style('bold', shortened(printable(`why ${address}`), columns)), ...shown];
}

function footerOf({ filter, isTyping, detail }: View): string {
  if (isTyping) return `/${printable(filter)}_   enter keep it   esc drop it`;
  if (detail !== null) return 'esc back   ↑↓ scroll   p pause';
  const filtered = filter === '' ? '' : `   filtered by "${printable(filter)}", esc to drop`;
  return `q quit   p pause   ↑↓ select   enter why   / filter${filtered}`;
}
