// The stored envelope of every actor: encode, decode, migrate.
// A record of a newer version is never touched; reading reports it instead.
import type { StateValue } from 'xstate';
import { z } from 'zod';
import { type PendingEffect, pendingEffectSchema } from './effect.ts';
import { oneLine } from './one-line.ts';

export const ENVELOPE_VERSION = 1;
/** Largest encoded record, in bytes. A larger one is refused before the write. */
export const MAX_RECORD_BYTES = 262_144;
/**
 * Largest record an actor may begin with, in bytes: what comes later, a cancel above all, must always fit.
 */
export const MAX_OPENING_BYTES = 131_072;
/** How many event ids a record remembers. */
export const MAX_RECENT_EVENTS = 32;

/** Deepest nesting of states. A schema without an end would overflow the stack on a hostile record. */
const MAX_STATE_DEPTH = 4;

const stateSchema = stateSchemaOf(MAX_STATE_DEPTH);

function stateSchemaOf(depth: number): z.ZodType<StateValue> {
  if (depth === 1) return z.string();
  return z.union([z.string(), z.record(z.string(), stateSchemaOf(depth - 1))]);
}

const recordSchema = z.object({
  v: z.literal(ENVELOPE_VERSION),
  machine: z.enum(['run', 'item', 'account', 'merge', 'deployment']),
  machineVersion: z.number().int().positive(),
  state: stateSchema,
  /** Since when it is in this state, server time. */
  sinceMs: z.number(),
  context: z.looseObject({ deadlines: z.record(z.string(), z.number()) }),
  outbox: z.array(pendingEffectSchema),
  /** Newest last; `revision` is null for the event that made this very record. */
  recent: z.array(z.object({ id: z.string(), revision: z.number().nullable() })),
  /** Highest mailbox sequence applied; 0 when none. */
  mailboxSequence: z.number(),
  /**
   * The event that made this record: with the data of every event that follows the first, a run can be replayed.
   * `data` is null for the opening, which the context repeats, and in records of before.
   */
  event: z.object({
    id: z.string(),
    type: z.string(),
    atMs: z.number(),
    door: z.string().default(''),
    data: z.record(z.string(), z.unknown()).nullable().default(null),
  }),
  /** Identity of the process that wrote it. */
  by: z.string(),
});

export type ActorRecord = z.infer<typeof recordSchema>;

/** A record together with the revision it was read or written at. */
export interface Stored {
  record: ActorRecord;
  revision: number;
}

export type DecodedRecord =
  | { outcome: 'ok'; record: ActorRecord }
  | { outcome: 'corrupt'; message: string }
  | { outcome: 'newer'; message: string };

/** Lifts a context from one machine version to the next; keyed by the version it starts from. */
export type Migrations = Readonly<Record<number, (record: ActorRecord) => ActorRecord>>;

export interface MachineVersions {
  version: number;
  migrations: Migrations;
}

export function encodeRecord(record: ActorRecord): string {
  return JSON.stringify(record);
}

/** Reads a stored record and migrates it to the present machine version. Never throws. */
export function decodeRecord(
  text: string,
  versionsOf: (machine: ActorRecord['machine']) => MachineVersions | null,
): DecodedRecord {
  const raw = parseJson(text);
  if (raw === undefined) return { outcome: 'corrupt', message: 'not JSON' };
  const v = versionOf(raw);
  if (v !== null && v > ENVELOPE_VERSION) {
    const message = `envelope version ${v}, this process knows ${ENVELOPE_VERSION}`;
    return { outcome: 'newer', message };
  }
  const parsed = recordSchema.safeParse(raw);
  if (!parsed.success) return { outcome: 'corrupt', message: problemsOf(parsed.error) };
  return migrate(parsed.data, versionsOf(parsed.data.machine));
}

/**
 * Like `decodeRecord`, for looking at very many records: what says that this version wrote it is trusted to have
 * the shape it should. Whoever acts upon a record decodes it whole.
 */
export function skimRecord(
  text: string,
  versionsOf: (machine: ActorRecord['machine']) => MachineVersions | null,
): DecodedRecord {
  const raw = parseJson(text) as Partial<ActorRecord> | null | undefined;
  return isTrusted(raw, versionsOf)
    ? { outcome: 'ok', record: raw }
    : decodeRecord(text, versionsOf);
}

function isTrusted(
  raw: Partial<ActorRecord> | null | undefined,
  versionsOf: (machine: ActorRecord['machine']) => MachineVersions | null,
): raw is ActorRecord {
  if (raw?.v !== ENVELOPE_VERSION || typeof raw.machine !== 'string' || raw.state === undefined) {
    return false;
  }
  const version = versionsOf(raw.machine)?.version;
  if (version === undefined || raw.machineVersion !== version) return false;
  if (!Array.isArray(raw.outbox) || !Array.isArray(raw.recent)) return false;
  const times = Object.values(raw.context?.deadlines ?? { missing: null });
  return times.every((time) => typeof time === 'number');
}

const outlineSchema = recordSchema.pick({ state: true, event: true, by: true });

/** What a past revision says of itself, without the cost of reading it whole. Null for what is no record. */
export function outlineOf(text: string): z.infer<typeof outlineSchema> | null {
  return outlineSchema.safeParse(parseJson(text)).data ?? null;
}

/**
 * Brings a record up to date with what its host knows since it was written: the revision its newest
 * event and effects got, and which effects have been performed.
 */
export function settle(
  stored: Stored,
  isPerformed: (pending: PendingEffect) => boolean,
): ActorRecord {
  const { record, revision } = stored;
  return {
    ...record,
    recent: record.recent.map((seen) => known(seen, revision)),
    outbox: record.outbox
      .map((pending) => known(pending, revision))
      .filter((pending) => !isPerformed(pending)),
  };
}

/** What stood in the record before is known already; only the newest is not. */
function known<Numbered extends { revision: number | null }>(one: Numbered, revision: number) {
  return one.revision === null ? { ...one, revision } : one;
}

/** Writes a state value as people read it: `running.working`. */
export function stateName(state: StateValue): string {
  if (typeof state === 'string') return state;
  return Object.entries(state)
    .map(([parent, child]) => (child === undefined ? parent : `${parent}.${stateName(child)}`))
    .join('+');
}

function migrate(record: ActorRecord, versions: MachineVersions | null): DecodedRecord {
  if (versions === null || record.machineVersion > versions.version) {
    const message = `${record.machine} machine version ${record.machineVersion} is newer than ${versions?.version ?? 'none'}`;
    return { outcome: 'newer', message };
  }
  let migrated = record;
  while (migrated.machineVersion < versions.version) {
    const step = versions.migrations[migrated.machineVersion];
    if (step === undefined) {
      return {
        outcome: 'corrupt',
        message: `no migration from version ${migrated.machineVersion}`,
      };
    }
    migrated = { ...step(migrated), machineVersion: migrated.machineVersion + 1 };
  }
  return { outcome: 'ok', record: migrated };
}

function versionOf(raw: unknown): number | null {
  const { v } = (raw ?? {}) as { v?: unknown };
  return typeof v === 'number' ? v : null;
}

/** The first problem in words, and how many there are. */
function problemsOf({ issues }: z.ZodError): string {
  const [first] = issues;
  const where = first?.path.map(String).join('.') || 'record';
  const more = issues.length > 1 ? ` (1 of ${issues.length} problems)` : '';
  return `${oneLine(`${where}: ${first?.message ?? 'invalid'}`)}${more}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
