// The ways to answer: a table for people, addresses for a pipe, one JSON document, or JSON lines for programs.
// It must never mix them: whoever asks for JSON gets nothing else on standard output.
import type { CommandContext, Sink } from './command-context.ts';
import { printable } from './printable.ts';
import { type Column, eachTableLine } from './table.ts';

type Writing = Pick<CommandContext, 'out' | 'output' | 'style'>;

/** Version of the JSON documents, `"v":1`. */
export const DOCUMENT_VERSION = 1;
/** Lines that are written at once: a hundred thousand writes of one take seconds. */
const LINES_OF_A_CHUNK = 1_000;

/** Prints one thing; `lines` says it to people. Its name is its address. */
export function printDocument(
  { out, output }: Writing,
  document: Readonly<Record<string, unknown>>,
  lines: () => readonly string[],
): void {
  if (isForPeople(output)) printLines(out, lines());
  else if (output === 'name') printNames(out, [String(document['address'])]);
  else out.line(encoded(document, output === 'json'));
}

export interface Listing<Row> {
  /** Under which name the JSON document holds the rows. */
  name: string;
  /** What the JSON document says beside the rows. */
  about?: Readonly<Record<string, unknown>>;
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  document(row: Row): object;
  /** What `-o name` prints; defaults to the cell of the first column. */
  nameOf?(row: Row): string;
}

/** Prints rows: as a table, as their names, as one document holding them all, or as one line for each. */
export function printListing<Row>(
  context: Writing & Pick<CommandContext, 'hasHeaders'>,
  listing: Listing<Row>,
): void {
  const { out, output } = context;
  const { name, about, rows, document } = listing;
  if (isForPeople(output)) printLines(out, listingLines(context, listing));
  else if (output === 'name') printNames(out, rows.map(namer(listing)));
  else if (output === 'json') out.line(encoded({ ...about, [name]: rows.map(document) }, true));
  else printLines(out, eachEncoded(rows, document));
}

/** The rows as people read them, as wide as the terminal; `-o wide` has all columns and cuts nothing off. */
function listingLines<Row>(
  { out, output, style, hasHeaders }: Writing & Pick<CommandContext, 'hasHeaders'>,
  { rows, columns }: Listing<Row>,
): Iterable<string> {
  if (output === 'wide')
    return eachTableLine(rows, columns, { style, maxColumns: undefined, hasHeaders });
  const narrow = columns.filter(({ isWide }) => isWide !== true);
  return eachTableLine(rows, narrow, { style, maxColumns: widthOf(out), hasHeaders });
}

/** One entry of a stream that may never end: a line, whatever the format. */
export function printEntry({ out, output }: Writing, document: object, line: () => string): void {
  out.line(isForPeople(output) ? line() : encoded(document, false));
}

function isForPeople(output: CommandContext['output']): boolean {
  return output === 'table' || output === 'wide';
}

/** What `-o name` prints of a row, and what tells people which row is meant. */
export function namer<Row>({ columns, nameOf }: Listing<Row>): (row: Row) => string {
  return nameOf ?? ((row) => columns[0]?.cell(row) ?? '');
}

/** Each once: an actor with two timers is still one actor. */
function printNames(out: Sink, names: readonly string[]): void {
  printLines(out, [...new Set(names.map(printable))]);
}

function* eachEncoded<Row>(rows: readonly Row[], document: (row: Row) => object) {
  for (const row of rows) yield encoded(document(row), false);
}

// A chunk is let go once it is written: whoever lists a hundred thousand rows has them in memory already.
function printLines(out: Sink, lines: Iterable<string>): void {
  let chunk: string[] = [];
  for (const line of lines) {
    chunk.push(line);
    if (chunk.length < LINES_OF_A_CHUNK) continue;
    out.text(`${chunk.join('\n')}\n`);
    chunk = [];
  }
  if (chunk.length > 0) out.text(`${chunk.join('\n')}\n`);
}

/** The width that tables must keep to; undefined where nobody reads along. */
function widthOf(sink: Sink): number | undefined {
  return sink.isTerminal ? sink.columns : undefined;
}

function encoded(document: object, isIndented: boolean): string {
  const versioned = { v: DOCUMENT_VERSION, ...document };
  return isIndented ? JSON.stringify(versioned, null, 2) : JSON.stringify(versioned);
}
