// The formats of an answer, what each command declares, and how moments and widths are said.
import type { Command } from 'commander';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { GlobalOptions, OutputFormat } from '../../../services/inspect/command-context.ts';
import { COMMAND_GROUPS } from '../../../services/inspect/command-groups.ts';
import { cutToWidth, displayWidth } from '../../../services/inspect/display-width.ts';
import {
  type Listing,
  printDocument,
  printEntry,
  printListing,
} from '../../../services/inspect/output.ts';
import { shortened } from '../../../services/inspect/printable.ts';
import { buildProgram } from '../../../services/inspect/program.ts';
import type { Column } from '../../../services/inspect/table.ts';
import { timesOf } from '../../../services/inspect/times.ts';
import { rejects } from '../../support/rejects.ts';
import { within } from '../../support/within.ts';
import { type TestContextOptions, testContext } from './command-fixture.ts';

interface Row {
  address: string;
  state: string;
}

const ROWS: Row[] = [
  { address: 'shop/1', state: 'done' },
  { address: 'shop/1', state: 'parked' },
  { address: 'shop/漢', state: 'x\u001b[2J' },
];
const LISTING: Listing<Row> = {
  name: 'items',
  about: { isComplete: true },
  rows: ROWS,
  columns: [
    { header: 'item', cell: ({ address }) => address },
    { header: 'n', isWide: true, cell: () => '7' },
    { header: 'state', cell: ({ state }) => state },
  ],
  document: (row) => row,
};
const NOW_MS = Date.UTC(2026, 0, 2, 3, 4, 5, 6);

function listed(output: OutputFormat, more: TestContextOptions = {}): string {
  const { context, out } = testContext({ output, ...more });
  printListing(context, LISTING);
  return out();
}

/** How many rows had been laid out, or made a document of, whenever something was written. */
function madeBeforeEachWrite(output: OutputFormat, rows: readonly Row[]): number[] {
  const { context } = testContext({ output });
  const written: number[] = [];
  let made = 0;
  const count = () => {
    made += 1;
  };
  const out = { ...context.out, text: () => void written.push(made) };
  const column: Column<Row> = {
    ...{ header: 'item', cell: ({ address }) => address, style: () => void count() },
  };
  const document = (row: Row) => {
    count();
    return row;
  };
  printListing(
    { ...context, out, hasHeaders: false },
    { name: 'items', rows, columns: [column], document },
  );
  return written;
}

/** The options with which a command line reaches its command. */
async function parsed(line: string): Promise<GlobalOptions> {
  let seen: GlobalOptions | undefined;
  const program = buildProgram({
    version: '1',
    dispatch: async (_, __, options) => {
      seen = options;
    },
    writeOut: () => {},
    writeErr: () => {},
    onUsageError: () => {},
  });
  await program.parseAsync(line.split(' '), { from: 'user' });
  assert.ok(seen);
  return seen;
}

function commands(): readonly Command[] {
  const silent = { writeOut: () => {}, writeErr: () => {}, onUsageError: () => {} };
  return buildProgram({ version: '', dispatch: async () => {}, ...silent }).commands;
}

test('a table has the columns that fit everybody, a wide one all of them', () => {
  assert.is(listed('table').split('\n')[0], 'ITEM     STATE');
  assert.is(listed('wide').split('\n')[0], 'ITEM     N  STATE');
  assert.is(listed('table', { hasHeaders: false }).split('\n')[0], 'shop/1   done');
});

test('a table is cut to the terminal, a wide one is not', () => {
  const narrow = { isTerminal: true };
  const long = { ...LISTING, rows: [{ address: 'shop/1', state: 'x'.repeat(90) }] };
  const lengths = (['table', 'wide'] as const).map((output) => {
    const { context, out } = testContext({ output, ...narrow });
    printListing(context, long);
    return out().split('\n')[1]?.length;
  });
  assert.equal(lengths, [40, 'shop/1  7  '.length + 90]);
});

test('names are addresses alone, each once', () => {
  assert.is(listed('name'), 'shop/1\nshop/漢\n');
});

test('JSON is one document, JSON lines one for each row, and each says its version', () => {
  const document = JSON.parse(listed('json'));
  assert.equal(document, { v: 1, isComplete: true, items: ROWS });
  const lines = listed('jsonl').trimEnd().split('\n');
  assert.equal(
    lines.map((line) => JSON.parse(line)),
    ROWS.map((row) => ({ v: 1, ...row })),
  );
});

test('one thing, and an entry of a stream, follow the format, too', () => {
  const shown = (output: OutputFormat) => {
    const { context, out } = testContext({ output });
    printDocument(context, { address: 'shop/1', state: 'done' }, () => ['in words']);
    return out();
  };
  assert.equal([shown('table'), shown('name')], ['in words\n', 'shop/1\n']);
  assert.equal(JSON.parse(shown('jsonl')), { v: 1, address: 'shop/1', state: 'done' });
  const { context, out } = testContext({ output: 'json' });
  printEntry(context, { type: 'exited' }, () => 'in words');
  assert.is(out(), '{"v":1,"type":"exited"}\n');
});

test(
  'a command is asked in its own default format, and in no other than it has declared',
  within(10_000, async () => {
    assert.is((await parsed('ps')).output, 'table');
    assert.is((await parsed('graph run')).output, 'mermaid');
    assert.is((await parsed('-o wide ps')).output, 'wide');
    assert.is((await parsed('ps runs -o name --no-headers')).headers, false);
    const error = await rejects(parsed('doctor -o wide'), 'USAGE');
    assert.match(error.message, 'doctor cannot answer with -o wide: choose one of table, json');
  }),
);

test('every command declares its formats, and stands in one group of the help', () => {
  const named = commands().filter((command) => !command.name().startsWith('__'));
  const undeclared = named.filter(
    // What only gathers other commands answers nothing itself.
    ({ options, commands: below }) =>
      below.length === 0 && !options.some(({ long }) => long === '--output'),
  );
  assert.equal(
    undeclared.map((command) => command.name()),
    [],
  );
  const grouped = Object.values(COMMAND_GROUPS).flat().sort();
  assert.equal(named.map((command) => command.name()).sort(), grouped);
});

test('times are distances in lists and moments on pages, unless one of them is asked for', () => {
  const said = (timeStyle: 'relative' | 'iso' | undefined) => {
    const times = timesOf({ timeStyle }, NOW_MS);
    const [before, after] = [NOW_MS - 61_000, NOW_MS + 5_000];
    return [
      times.lasting(before),
      times.past(before),
      times.due(after),
      times.moment(before),
    ].concat([times.at(before), times.both(before), times.since(before), times.moment(after)]);
  };
  const [then, soon] = ['2026-01-02T03:03:04.006Z', '2026-01-02T03:04:10.006Z'];
  assert.equal(said(undefined), [
    ...['1m01s', '1m01s ago', 'in 5s', then, `at ${then}`, `at ${then}, 1m01s ago`],
    ...[`for 1m01s, since ${then}`, soon],
  ]);
  assert.equal(said('relative'), [
    ...['1m01s', '1m01s ago', 'in 5s', '1m01s ago', '1m01s ago', '1m01s ago', 'for 1m01s', 'in 5s'],
  ]);
  assert.equal(said('iso'), [
    then,
    then,
    soon,
    then,
    `at ${then}`,
    `at ${then}`,
    `since ${then}`,
    soon,
  ]);
});

test('a text is as wide as a terminal shows it', () => {
  assert.equal(
    ['shop', '漢字', 'e\u0301', '🙂', 'ﾊﾝ', '한글', '─'].map(displayWidth),
    [4, 4, 1, 2, 2, 4, 1],
  );
  assert.equal(
    [cutToWidth('漢字', 3), shortened('漢字漢字', 6), shortened('漢字', 4)],
    ['漢', '漢字…', '漢字'],
  );
});

test('a long list is written while it is made: neither its lines nor its documents are all kept', () => {
  const rows = Array.from({ length: 2_500 }, (_, n) => ({ address: `shop/${n}`, state: 'done' }));

  assert.equal(madeBeforeEachWrite('table', rows), [1_000, 2_000, 2_500]);
  assert.equal(madeBeforeEachWrite('jsonl', rows), [1_000, 2_000, 2_500]);
});

test(
  'an empty address, folder or file is refused: it is often a variable that was never set',
  within(5_000, async () => {
    const lines = ['--nats= ps', '--state-dir= ps', '--config= ps'];
    const errors = await Promise.all(lines.map((line) => parsed(line).catch(String)));
    assert.equal(
      errors.map((error) => /it is empty/.test(String(error))),
      [true, true, true],
    );
  }),
);

test.run();
