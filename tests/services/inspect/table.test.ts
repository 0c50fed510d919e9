// The aligner: what a table looks like, on a terminal and off it.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Column, tableLines } from '../../../services/inspect/table.ts';

interface Row {
  name: string;
  state: string;
}

const COLUMNS: Column<Row>[] = [
  { header: 'name', cell: ({ name }) => name },
  { header: 'state', cell: ({ state }) => state, style: () => 'green' },
];
const plain = { style: (_: unknown, text: string) => text, maxColumns: undefined };

test('headers are upper-case, columns two spaces apart, and an empty cell is a dash', () => {
  const rows = [
    { name: 'shop/7', state: '' },
    { name: 'a', state: 'done' },
  ];
  assert.equal(tableLines(rows, COLUMNS, plain), ['NAME    STATE', 'shop/7  -', 'a       done']);
});

test('a table without rows is its headers', () => {
  assert.equal(tableLines([], COLUMNS, plain), ['NAME  STATE']);
});

test('control characters never reach the terminal', () => {
  const rows = [{ name: 'a\u001b[2J\nb', state: 'x\u202ey' }];
  assert.equal(tableLines(rows, COLUMNS, plain)[1], 'a [2J b  x y');
});

test('a given width is kept, and without one nothing is cut', () => {
  const rows = [{ name: 'a'.repeat(30), state: 'b'.repeat(30) }];
  const cut = tableLines(rows, COLUMNS, { ...plain, maxColumns: 40 });
  assert.is(cut[1], `${'a'.repeat(30)}  ${'b'.repeat(7)}…`);
  const narrow = tableLines(rows, COLUMNS, { ...plain, maxColumns: 10 });
  assert.is(narrow[1], `${'a'.repeat(9)}…`);
  assert.is(tableLines(rows, COLUMNS, plain)[1]?.length, 62);
});

test('styles do not count towards the width', () => {
  const style = (name: string, text: string) => `<${name}>${text}</>`;
  const lines = tableLines([{ name: 'a', state: 'done' }], COLUMNS, { ...plain, style });
  assert.equal(lines, ['<dim>NAME</>  <dim>STATE</>', 'a     <green>done</>']);
});

test.run();
