// Finds where in the YAML text a path of the document stands.
// It must never fail: a path that is not there leads to the closest place above it.
import { type Document, isAlias, isMap, isScalar, isSeq, type LineCounter, type Node } from 'yaml';
import { oneLine } from '../../machines/one-line.ts';
import { valueAt } from './plain-data.ts';
import type { Finding, Path, Problem } from './problems.ts';

export interface Source {
  file: string;
  /** The parsed document, made with the line counter. */
  document: Document.Parsed;
  lines: LineCounter;
  /** The document as plain data, for the names of list entries. */
  data: unknown;
}

/** Gives a finding its place: file, line, column and dotted path. */
export function located(source: Source, finding: Finding): Problem {
  const offset = finding.offset ?? offsetOf(source.document, finding);
  const { line, col } = source.lines.linePos(offset);
  return {
    file: source.file,
    line: Math.max(line, 1),
    column: Math.max(col, 1),
    // Keys and values are the author's, and may be anything; a problem is one line for a terminal.
    path: oneLine(dotted(source.data, finding.path)),
    message: oneLine(finding.message),
    got: finding.got === undefined ? null : oneLine(finding.got),
    expected: finding.expected === undefined ? null : oneLine(finding.expected),
    nearest: finding.nearest ?? null,
  };
}

/** The text of a key as plain data will have it. */
export function keyText(key: unknown): string {
  return isScalar(key) ? String(key.value ?? '') : String(key);
}

function offsetOf(document: Document.Parsed, { path, spot }: Finding): number {
  let node: unknown = document.contents;
  let place = startOf(node) ?? 0;
  for (const step of path) {
    const next = stepInto(document, node, step);
    if (next === undefined) return place;
    node = next.value;
    place = startOf(next.key) ?? startOf(next.value) ?? place;
  }
  // An empty value has no text of its own: its key is what a reader can see.
  return spot === 'key' || isEmpty(node) ? place : (startOf(node) ?? place);
}

function stepInto(document: Document.Parsed, node: unknown, step: string | number) {
  const target = isAlias(node) ? node.resolve(document) : node;
  if (isSeq(target)) {
    const value = target.items[Number(step)];
    return value === undefined ? undefined : { key: undefined, value };
  }
  if (!isMap(target)) return undefined;
  // The last of equal keys is the one that plain data keeps.
  return target.items.findLast((pair) => keyText(pair.key) === String(step));
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}

function isEmpty(node: unknown): boolean {
  return node === null || (isScalar(node) && node.value === null && node.source === '');
}

// List entries are written by their name where they have one: a number helps nobody to find them.
function dotted(data: unknown, path: Path): string {
  return path
    .map((step, index) => {
      if (typeof step === 'string') return step;
      const name = valueAt(data, [...path.slice(0, index + 1), 'name']);
      return typeof name === 'string' ? name : String(step);
    })
    .join('.');
}
