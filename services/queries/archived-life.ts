// What the archive keeps of a life: the first record, the last, and the events between, from which the records between
// are made again. It must never trust what was made again unless it ends in the record that was kept.
import { type ActorRecord, decodeRecord, stateName } from '../../machines/record.ts';
import { definitionOf } from '../../machines/registry.ts';
import { type ReplayedStep, type ReplayStep, replaySteps } from '../../machines/replay.ts';
import type { Archived, ArchivedStep } from '../actors/archive.ts';

/** One revision of an archived actor. */
export interface Moment {
  outline: ArchivedStep;
  /** Null where it was neither kept nor could be made again. */
  record: ActorRecord | null;
  isRemade: boolean;
}

export type ArchivedLife = readonly Moment[];

/** Oldest first. Null when the entry cannot be read. */
export function lifeOf(address: string, entry: string): ArchivedLife | null {
  const archived = parse(entry);
  const last = archived === null ? null : decoded(archived.record);
  if (archived === null || last === null) return null;
  const outlines = outlinesOf(archived, last);
  const first = archived.first === undefined ? null : decoded(archived.first);
  const kept = outlines.map(({ revision }, n) => {
    if (revision === archived.revision) return last;
    return n === 0 ? first : null;
  });
  const replayed = replaySteps(
    address,
    outlines.map((outline, n) => replayStep(outline, kept[n] ?? null)),
  );
  const isTrusted = endsAsKept(replayed);
  return outlines.map((outline, n) => {
    const own = kept[n] ?? null;
    const record = own ?? (isTrusted ? (replayed[n]?.record ?? null) : null);
    return { outline, record, isRemade: own === null && record !== null };
  });
}

/** The machine decides as it did: what it makes of the events ends in the last record, and nowhere else. */
function endsAsKept(replayed: readonly ReplayedStep[]): boolean {
  const isSame = replayed.every(({ outcome }) => outcome !== 'differs');
  return isSame && replayed.at(-1)?.outcome === 'same';
}

function outlinesOf({ history, revision }: Archived, last: ActorRecord): ArchivedStep[] {
  if (history.some((step) => step.revision === revision)) return history;
  const { type, ...event } = last.event;
  const { state, by } = last;
  return [...history, { revision, state: stateName(state), event: type, by, ...event }];
}

function replayStep(outline: ArchivedStep, record: ActorRecord | null): ReplayStep {
  const { revision, state, event, atMs, id = null, door = '', data = null } = outline;
  return { revision, state, event: { type: event, id, atMs, door, data }, record };
}

function decoded(record: unknown): ActorRecord | null {
  const read = decodeRecord(JSON.stringify(record ?? null), definitionOf);
  return read.outcome === 'ok' ? read.record : null;
}

function parse(entry: string): Archived | null {
  try {
    const archived = JSON.parse(entry) as Partial<Archived> | null;
    if (archived?.revision === undefined || !Array.isArray(archived.history)) return null;
    return archived as Archived;
  } catch {
    return null;
  }
}
