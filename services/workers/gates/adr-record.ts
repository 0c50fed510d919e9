// One decision record as it is read: its number, its status, its sections and its links.
// It must never guess: what is not there is null, and the rules say so.
import { posix } from 'node:path';
import { type Heading, headingsOf, type Line, type Link, linksOf, proseOf } from './markdown.ts';

export interface AdrRecord {
  path: string;
  /** `7` of `adr-0007-a-title.md`; null when the file is not called like a record. */
  number: number | null;
  /** In small letters, without emphasis; null when there is none. */
  status: Line | null;
  /** The headings below the title. */
  sections: Heading[];
  links: Link[];
  /** Everything but the status, for comparing. */
  rest: Line[];
}

const NAME = /^(?:adr-)?(\d{3,5})(?:-[a-z0-9]+)+\.md$/i;
/** `Status: accepted`, as a line of its own, of a list, emphasised, or in front matter. */
const STATUS_LINE = /^(?:[-*] )? {0,3}[*_]{0,2}status[*_]{0,2}[ \t]*:(.*)$/i;

export function readAdr(path: string, text: string): AdrRecord {
  const prose = proseOf(text);
  const headings = headingsOf(prose);
  const { status, lines } = statusOf(prose, headings);
  return {
    path,
    number: adrNumber(path),
    status,
    sections: headings.filter(({ level }) => level === 2),
    links: linksOf(prose),
    rest: restOf(text, lines),
  };
}

/** The number in the name of a record's file, or null. */
function adrNumber(path: string): number | null {
  const digits = NAME.exec(posix.basename(path))?.[1];
  return digits === undefined ? null : Number(digits);
}

// In the header, or as a section of its own: then all of that section is the status.
function statusOf(
  prose: readonly Line[],
  headings: readonly Heading[],
): { status: Line | null; lines: [from: number, to: number] } {
  const sections = headings.filter(({ level }) => level === 2);
  const bodyFrom = sections[0]?.line ?? Number.POSITIVE_INFINITY;
  const inHeader = prose.find(({ text, line }) => line < bodyFrom && STATUS_LINE.test(text));
  if (inHeader !== undefined) {
    const value = STATUS_LINE.exec(inHeader.text)?.[1] ?? '';
    return { status: statusLine(value, inHeader.line), lines: [inHeader.line, inHeader.line] };
  }
  const section = sections.find(({ text }) => /^status$/i.test(text));
  if (section === undefined) return { status: null, lines: [0, 0] };
  const next = headings.find(({ line }) => line > section.line)?.line ?? Number.POSITIVE_INFINITY;
  const inside = prose.filter(({ line }) => line > section.line && line < next);
  const written = inside.filter(({ text }) => text.trim() !== '');
  const last = written.at(-1);
  if (last === undefined) return { status: null, lines: [section.line, next - 1] };
  // Tools append to the section: the last line is how it stands.
  return { status: statusLine(last.text, last.line), lines: [section.line, next - 1] };
}

function statusLine(value: string, line: number): Line | null {
  const text = value.replace(/[*_]/g, '').trim().toLowerCase();
  return text === '' ? null : { text, line };
}

function restOf(text: string, [from, to]: [from: number, to: number]): Line[] {
  const lines = text.trimEnd().split(/\r?\n/);
  return lines
    .map((line, index) => ({ text: line, line: index + 1 }))
    .filter(({ line }) => line < from || line > to);
}
