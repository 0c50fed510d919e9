// The rules of a folder of decision records, on texts alone.
// It must never ask for what may not be done: a record that was accepted is not to be mended.
import { posix } from 'node:path';
import type { AdrRecord } from './adr-record.ts';
import { linkedPath } from './linked-path.ts';
import type { Line, Link } from './markdown.ts';
import type { Problem } from './problem-list.ts';

export interface AdrFolder {
  records: readonly AdrRecord[];
  index: { path: string; links: readonly Link[] };
  /** The records as they were where the branch began, of those that had been decided then. */
  decided: ReadonlyMap<string, AdrRecord>;
}

const SECTIONS = ['Context', 'Decision', 'Alternatives', 'Consequences', 'Links'];
const STATUSES = /^(?:proposed|accepted|rejected|deprecated|superseded\b.*)$/;
const DECIDED = /^(?:accepted|deprecated|superseded)\b/;
/** Of what a document says, in a message. */
const MAX_QUOTED = 60;
const EXPECTED_STATUS = 'proposed, accepted, rejected, superseded by adr-NNNN or deprecated';

/** True for a record whose text is not to be changed any more. */
export function isDecided({ status }: AdrRecord): boolean {
  return status !== null && DECIDED.test(status.text);
}

/** Everything wrong with the folder but its links. */
export function adrProblems(folder: AdrFolder): Problem[] {
  const { records, decided } = folder;
  const open = records.filter(({ path }) => !decided.has(path));
  return [
    ...open.flatMap((record) => [...nameProblems(record), ...sectionProblems(record)]),
    ...numberProblems(records, decided),
    ...records.flatMap((record) => statusProblems(record, records)),
    ...decidedProblems(folder),
    ...indexProblems(folder),
  ];
}

function nameProblems({ path, number }: AdrRecord): Problem[] {
  if (number !== null) return [];
  return [about(path, 'is not called like a record, expected adr-NNNN-title-in-small-words.md')];
}

function numberProblems(records: readonly AdrRecord[], decided: AdrFolder['decided']): Problem[] {
  const numbers = records.flatMap(({ number }) => (number === null ? [] : [number]));
  const free = String(Math.max(0, ...numbers) + 1).padStart(4, '0');
  // Whoever was there first keeps the number.
  const ordered = records.toSorted(
    (one, other) => Number(decided.has(other.path)) - Number(decided.has(one.path)),
  );
  const owners = new Map<number, string>();
  return ordered.flatMap(({ path, number }) => {
    if (number === null) return [];
    const owner = owners.get(number);
    if (owner === undefined) owners.set(number, path);
    if (owner === undefined || decided.has(path)) return [];
    return [about(path, `the number ${number} is taken by ${owner}, expected ${free}`)];
  });
}

function sectionProblems({ path, sections }: AdrRecord): Problem[] {
  const found = sections.flatMap(({ text, line }) => {
    const rank = SECTIONS.findIndex((name) => name.toLowerCase() === text.toLowerCase());
    return rank < 0 ? [] : [{ rank, name: SECTIONS[rank], line }];
  });
  const missing = SECTIONS.filter((_, rank) => !found.some((section) => section.rank === rank));
  const order = `expected ${SECTIONS.join(', ')}`;
  const misplaced = found.filter(
    ({ rank }, index) => index > 0 && rank <= (found[index - 1]?.rank ?? 0),
  );
  return [
    ...missing.map((name) => about(path, `the section "## ${name}" is missing, ${order}`)),
    ...misplaced.map(({ name, line }) => ({
      path,
      line,
      message: `the section "${name}" is out of its order or stands twice, ${order}`,
    })),
  ];
}

function statusProblems(
  { path, number, status }: AdrRecord,
  records: readonly AdrRecord[],
): Problem[] {
  if (status === null) {
    return [about(path, `has no status, expected "Status: " and ${EXPECTED_STATUS}`)];
  }
  const problem = (message: string) => [{ path, line: status.line, message }];
  if (!STATUSES.test(status.text)) {
    return problem(
      `the status "${status.text.slice(0, MAX_QUOTED)}" is unknown, expected ${EXPECTED_STATUS}`,
    );
  }
  if (!status.text.startsWith('superseded')) return [];
  const successor = /^superseded by\b.*?(\d{3,5})/.exec(status.text)?.[1];
  if (successor === undefined) {
    return problem('names no successor, expected superseded by adr-NNNN');
  }
  const isThere = records.some((other) => other.number === Number(successor));
  if (isThere && Number(successor) !== number) return [];
  return problem(`is superseded by ${successor}, which is no other record of this folder`);
}

function decidedProblems({ records, decided }: AdrFolder): Problem[] {
  const now = new Map(records.map((record) => [record.path, record]));
  return [...decided].flatMap(([path, before]) => {
    const record = now.get(path);
    const was = `was ${before.status?.text.slice(0, MAX_QUOTED)} where this branch began`;
    if (record === undefined) {
      return [about(path, `${was} and is gone, expected it back and a new record instead`)];
    }
    const line = firstDifference(before.rest, record.rest);
    if (line !== null) {
      const message = `${was} and is changed, expected only its status to change: supersede it`;
      return [{ path, line, message }];
    }
    if (record.status !== null && /^(?:proposed|rejected)$/.test(record.status.text)) {
      const message = `${was} and is ${record.status.text} now, expected superseded or deprecated`;
      return [{ path, line: record.status.line, message }];
    }
    return [];
  });
}

function firstDifference(before: readonly Line[], now: readonly Line[]): number | null {
  const changed = now.find(({ text }, index) => text !== before[index]?.text);
  if (changed !== undefined) return changed.line;
  return now.length === before.length ? null : (now.at(-1)?.line ?? 1);
}

function indexProblems({ records, index }: AdrFolder): Problem[] {
  const linked = new Set(index.links.map(({ target }) => linkedPath(index.path, target)));
  return records
    .filter(({ path }) => !linked.has(path))
    .map(({ path }) => {
      const name = posix.basename(path);
      return about(index.path, `does not list ${name}, expected a link to it`);
    });
}

function about(path: string, message: string): Problem {
  return { path, line: 1, message };
}
