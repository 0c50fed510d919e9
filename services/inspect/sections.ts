// A record as readable sections: titles, pairs, small tables. Layout only; it knows no machine.
import type { CommandContext } from './command-context.ts';
import { printable } from './printable.ts';
import { type Column, tableLines } from './table.ts';

export type Pair = readonly [name: string, value: string | null];

export interface Sections {
  /** Name and value on a line; pairs without a value are left out. */
  pairs(pairs: readonly Pair[]): void;
  /** A titled table, left out when it has no rows. */
  table<Row>(title: string, rows: readonly Row[], columns: readonly Column<Row>[]): void;
  lines(): string[];
}

const INDENT = '  ';

export function createSections({ style }: Pick<CommandContext, 'style'>): Sections {
  const written: string[] = [];
  return {
    pairs(pairs) {
      const shown = pairs.filter((pair): pair is readonly [string, string] => !!pair[1]);
      const width = Math.max(...shown.map(([name]) => name.length), 0) + 2;
      for (const [name, value] of shown) {
        written.push(style('dim', `${name}:`.padEnd(width)) + printable(value));
      }
    },
    table(title, rows, columns) {
      if (rows.length === 0) return;
      const lines = tableLines(rows, columns, { style, maxColumns: undefined });
      written.push('', style('bold', title), ...lines.map((line) => INDENT + line));
    },
    lines: () => written,
  };
}
