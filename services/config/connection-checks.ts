// Checks that connections are whole, and that trackers and forges name one that fits.
// It must never conclude anything from a value that is itself broken.
import { connectionSchema } from './connections.ts';
import { danglingName } from './dangling-name.ts';
import type { ForgeSettings } from './forge-settings.ts';
import { nearestName } from './nearest-name.ts';
import { entriesOf, valueAt } from './plain-data.ts';
import { type Finding, listed, type Path, suggestion } from './problems.ts';
import type { TrackerSettings } from './tracker-settings.ts';

/** The kind of each connection by its name; null where it is broken. */
export type ConnectionKinds = ReadonlyMap<string, string | null>;

/** As far as can be read; undefined when it is not known which connections there are. */
export function connectionKinds(
  data: unknown,
  names: readonly string[] | undefined,
): ConnectionKinds | undefined {
  if (names === undefined) return undefined;
  return new Map(names.map((name) => [name, kindOf(valueAt(data, ['connections', name]))]));
}

/** A connection to GitHub acts with a token or as an App: somebody has to know which. */
export function connectionFindings(data: unknown): Finding[] {
  return entriesOf(valueAt(data, ['connections'])).flatMap(([name, raw]): Finding[] => {
    const connection = connectionSchema.safeParse(raw).data;
    if (connection?.kind !== 'github') return [];
    const { tokenVariable, app } = connection;
    if ((tokenVariable === undefined) !== (app === undefined)) return [];
    const expected = 'tokenVariable or app';
    const path = ['connections', name];
    if (app !== undefined) {
      const message = `connection "${name}" has a token and an app, expected one of the two`;
      return [{ path: [...path, 'app'], spot: 'key', message, expected }];
    }
    const message = `connection "${name}" has no credential, expected ${expected}`;
    return [{ path, spot: 'key', message, expected }];
  });
}

/** What a tracker or forge says of its connection, against those there are. */
export function usedConnectionFindings(
  path: Path,
  settings: TrackerSettings | ForgeSettings,
  kinds: ConnectionKinds | undefined,
): Finding[] {
  if (!('connection' in settings) || kinds === undefined) return [];
  const { kind, connection } = settings;
  const fitting = [...kinds].filter(([, of]) => of === kind || of === null).map(([name]) => name);
  if (fitting.includes(connection)) return [];
  const at = [...path, 'connection'];
  const what = `connection of kind ${kind}`;
  const actual = kinds.get(connection);
  if (actual === undefined) return [danglingName(at, connection, { what, names: fitting })];
  const nearest = nearestName(connection, fitting);
  const message =
    `connection "${connection}" is of kind ${actual}, expected one of kind ${kind} ` +
    `(there is: ${listed(fitting)})${suggestion(nearest)}`;
  const expected = `the name of a ${what}: ${listed(fitting)}`;
  const hint = nearest === undefined ? {} : { nearest };
  return [{ path: at, spot: 'value', message, got: connection, expected, ...hint }];
}

/** Work is asked for on Plane by a label or by a state: both at once would contradict each other. */
export function planeFindings(path: Path, tracker: TrackerSettings): Finding[] {
  if (tracker.kind !== 'plane') return [];
  const { label, state } = tracker;
  if ((label === undefined) !== (state === undefined)) return [];
  const expected = 'label or state';
  if (label === undefined) {
    const message = `nothing says by what work is asked for, expected ${expected}`;
    return [{ path, spot: 'key', message, expected }];
  }
  const message = 'label and state both say by what work is asked for, expected one of the two';
  return [{ path: [...path, 'state'], spot: 'key', message, expected }];
}

function kindOf(raw: unknown): string | null {
  const kind = valueAt(raw, ['kind']);
  const known = connectionSchema.options.map((option) => option.shape.kind.value as string);
  return typeof kind === 'string' && known.includes(kind) ? kind : null;
}
