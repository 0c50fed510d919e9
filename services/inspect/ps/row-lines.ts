// Rows that change, line by line, for pipes and logs: what is there first, then each change as it comes.
// It must never rewrite a line that was written.
import type { CommandContext } from '../command-context.ts';
import { namer, printEntry } from '../output.ts';
import { printable } from '../printable.ts';
import { tableLines } from '../table.ts';
import { timesOf } from '../times.ts';
import type { RowChanges } from './followed-rows.ts';
import type { RowKind } from './kinds.ts';

export interface RowLines<Row> {
  /** Headers, where the format has them, and these rows. */
  begin(rows: readonly Row[]): void;
  /** Nothing before it has begun: what changes until then is among the rows it begins with. */
  print(changes: RowChanges<Row>): void;
}

type Printing = Pick<CommandContext, 'out' | 'output' | 'style' | 'hasHeaders' | 'timeStyle'>;

export function createRowLines<Row>(
  context: Printing,
  kind: RowKind<Row>,
  nowMs: () => number,
): RowLines<Row> {
  const { out, output, style, hasHeaders } = context;
  const listingOf = (rows: readonly Row[]) => kind.listing(rows, timesOf(context, nowMs()));
  const columnsOf = (rows: readonly Row[]) => {
    const { columns } = listingOf(rows);
    return output === 'wide' ? columns : columns.filter(({ isWide }) => isWide !== true);
  };
  const linesOf = (rows: readonly Row[], isFirst: boolean) =>
    tableLines(rows, columnsOf(rows), {
      ...{ style, maxColumns: undefined, hasHeaders: isFirst && hasHeaders },
    });
  const print = (row: Row, isGone: boolean) => {
    const listing = listingOf([row]);
    const { document } = listing;
    const name = namer(listing)(row);
    if (output === 'name') {
      if (!isGone) out.line(printable(name));
      return;
    }
    // What has gone is told as it last was.
    const whole = isGone ? { ...document(row), isGone } : document(row);
    printEntry(context, whole, () => {
      const [line = ''] = linesOf([row], false);
      return isGone ? `${printable(name)}  ${style('dim', 'gone')}` : line;
    });
  };
  let hasBegun = false;
  return {
    begin(rows) {
      hasBegun = true;
      if (output === 'table' || output === 'wide') {
        for (const line of linesOf(rows, true)) out.line(line);
      } else {
        for (const row of rows) print(row, false);
      }
    },
    print({ present, gone }) {
      if (!hasBegun) return;
      for (const row of gone) print(row, true);
      for (const row of present) print(row, false);
    },
  };
}
