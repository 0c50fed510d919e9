// What differs between two values, or two records, as a list of paths.
// It must never grow without end: a record may be replaced as a whole.
import { type ActorRecord, stateName } from './record.ts';

/** One difference. A value that was not there, or is no more, is left out (undefined). */
export interface Change {
  /** `context.exit.code`; a key that is no plain word stands in brackets, as `spent["a.b"]`. */
  path: string;
  before: unknown;
  after: unknown;
}

/** What is listed at most; the rest is left out. */
export const MAX_CHANGES = 200;

/** Deep differences of plain data, arrays by index, in the order of the keys: at most 200. */
export function changesBetween(before: unknown, after: unknown): Change[] {
  const changes: Change[] = [];
  collect('', { before, after }, changes);
  return changes;
}

/** State, time and context: what an event changes. The rest of a record is its host's bookkeeping. */
export function recordChanges(before: ActorRecord, after: ActorRecord): Change[] {
  return changesBetween(essenceOf(before), essenceOf(after));
}

function essenceOf({ state, sinceMs, context }: ActorRecord): unknown {
  return { state: stateName(state), sinceMs, context };
}

function collect(path: string, pair: Omit<Change, 'path'>, changes: Change[]): void {
  const { before, after } = pair;
  if (changes.length >= MAX_CHANGES || Object.is(before, after)) return;
  if (!isContainer(before) || !isContainer(after) || isList(before) !== isList(after)) {
    changes.push({ path, before, after });
    return;
  }
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const at = { before: valueAt(before, key), after: valueAt(after, key) };
    collect(joined(path, key), at, changes);
  }
}

type Container = Readonly<Record<string, unknown>>;

function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null;
}

function isList(value: Container): boolean {
  return Array.isArray(value);
}

/** Only what is its own: a key may be called `constructor`. */
function valueAt(container: Container, key: string): unknown {
  return Object.hasOwn(container, key) ? container[key] : undefined;
}

function joined(path: string, key: string): string {
  if (!/^[^.[\]"\s]+$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === '' ? key : `${path}.${key}`;
}
