// The three ways to answer: a table for people, one JSON document, or JSON lines for programs.
// It must never mix them: whoever asks for JSON gets nothing else on standard output.
import type { CommandContext, Sink } from './command-context.ts';
import { type Column, tableLines } from './table.ts';

type Writing = Pick<CommandContext, 'out' | 'output' | 'style'>;

/** Version of the JSON documents, `"v":1`. */
const DOCUMENT_VERSION = 1;

/** Prints one thing; `lines` says it to people. */
export function printDocument(
  { out, output }: Writing,
  document: Record<string, unknown>,
  lines: () => readonly string[],
): void {
  if (output === 'table') for (const line of lines()) out.line(line);
  else out.line(encoded(document, output === 'json'));
}

export interface Listing<Row> {
  /** Under which name the JSON document holds the rows. */
  name: string;
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  document(row: Row): Record<string, unknown>;
}

/** Prints rows: as a table, as one document holding them all, or as one line for each. */
export function printListing<Row>(context: Writing, listing: Listing<Row>): void {
  const { out, output, style } = context;
  const { name, rows, columns, document } = listing;
  if (output === 'table') {
    for (const line of tableLines(rows, columns, { style, maxColumns: widthOf(out) })) {
      out.line(line);
    }
  } else if (output === 'json') out.line(encoded({ [name]: rows.map(document) }, true));
  else for (const row of rows) out.line(encoded(document(row), false));
}

/** One entry of a stream that may never end: a line, whatever the format. */
export function printEntry(
  { out, output }: Writing,
  document: Record<string, unknown>,
  line: () => string,
): void {
  out.line(output === 'table' ? line() : encoded(document, false));
}

/** The width that tables must keep to; undefined where nobody reads along. */
function widthOf(sink: Sink): number | undefined {
  return sink.isTerminal ? sink.columns : undefined;
}

function encoded(document: Record<string, unknown>, isIndented: boolean): string {
  const versioned = { v: DOCUMENT_VERSION, ...document };
  return isIndented ? JSON.stringify(versioned, null, 2) : JSON.stringify(versioned);
}
