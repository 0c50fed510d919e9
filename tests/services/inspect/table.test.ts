// The aligner: what a table looks like, on a terminal and off it.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { runListing } from '../../../services/inspect/run-listing.ts';
import { type Column, tableLines } from '../../../services/inspect/table.ts';
import { timesOf } from '../../../services/inspect/times.ts';
import type { RunRow } from '../../../services/queries/rows.ts';

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
  assert.is(cut[1], `${'a'.repeat(30)}  bbbb…bbb`);
  const narrow = tableLines(rows, COLUMNS, { ...plain, maxColumns: 10 });
  assert.is(narrow[1], 'aaaa…aaa');
  assert.is(tableLines(rows, COLUMNS, plain)[1]?.length, 62);
});

test('on a terminal of 100 columns a list of runs keeps something of every column', () => {
  const worker = 'worker-build-machine-7.example-4711-x7Yp2';
  const row = {
    ...{ address: 'shop/order-1234/build/1', state: 'claimed', sinceMs: 0, revision: 7 },
    ...{ isArchived: false, worker, machine: 'build-machine-7.example', epoch: 1 },
    exit: { code: 0, signal: null, cause: 'exit-code', atMs: 0 },
    claim: { claimant: worker } as RunRow['claim'],
    nextTimer: { event: 'grace-elapsed', dueAtMs: 252_000 },
    usage: null,
  };
  const { columns } = runListing([row], timesOf({ timeStyle: undefined }, 0));
  const shown = columns.filter(({ isWide }) => isWide !== true);
  const [header = '', line = ''] = tableLines([row], shown, { ...plain, maxColumns: 100 });

  assert.ok(Math.max(header.length, line.length) <= 100);
  assert.equal(
    header.split(/ {2,}/),
    shown.map((column) => column.header.toUpperCase()),
  );
  assert.equal(line.split(/ {2,}/), [
    ...['shop/order-1234/build/1', 'claimed', 'worker…-x7Yp2', '1', '0', '0ms ago'],
    ...['worker…-x7Yp2', 'grace-… 4m12s'],
  ]);
});

test('what names a row is shortened last, prose at its end', () => {
  const columns: Column<Row>[] = [
    { header: 'name', cell: ({ name }) => name },
    { header: 'title', isProse: true, cell: ({ state }) => state },
  ];
  const rows = [{ name: 'shop/order-1234/build/1', state: 'A title that says a lot' }];
  const at = (maxColumns: number) => tableLines(rows, columns, { ...plain, maxColumns })[1];

  assert.equal(
    [at(60), at(40), at(30)],
    [
      'shop/order-1234/build/1  A title that says a lot',
      'shop/order-1234/build/1  A title that s…',
      'shop/order…4/build/1  A title…',
    ],
  );
});

test('styles do not count towards the width', () => {
  const style = (name: string, text: string) => `<${name}>${text}</>`;
  const lines = tableLines([{ name: 'a', state: 'done' }], COLUMNS, { ...plain, style });
  assert.equal(lines, ['<dim>NAME</>  <dim>STATE</>', 'a     <green>done</>']);
});

test.run();
