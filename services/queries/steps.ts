// The life of one actor, revision by revision: from the history of its key, or from the archive.
// It must never show a record as kept that was made again from the events.
import { parseAddress } from '../../machines/address.ts';
import { recordChanges } from '../../machines/differences.ts';
import { type ActorRecord, type Stored, stateName } from '../../machines/record.ts';
import { followsOn, orderedEffects } from '../../machines/replay.ts';
import type { ArchivedStep } from '../actors/archive.ts';
import { BUCKET_OF, decodeEntry } from '../actors/record-cache.ts';
import { type ArchivedLife, lifeOf, type Moment } from './archived-life.ts';
import { effectWords } from './effect-words.ts';
import type { FoundActor } from './found-actor.ts';
import type { Step } from './run-view.ts';
import type { Session } from './session.ts';

type Reading = Pick<Session, 'bucket'>;

/** Oldest first: at most the 64 newest, at least the one that was found. */
export async function readSteps(session: Reading, found: FoundActor): Promise<Step[]> {
  const { address, stored, isArchived } = found;
  const kept = isArchived ? [] : await keptRecords(session, address);
  if (kept.length > 0) return kept.map((one, n) => keptStep(one, kept[n - 1] ?? null));
  // It may have been archived since it was found.
  const life = await readLife(session, address);
  return life === null ? [keptStep(stored, null)] : stepsOf(life);
}

async function keptRecords(session: Reading, address: string): Promise<Stored[]> {
  const parsed = parseAddress(address);
  if (parsed === null) return [];
  const entries = await session.bucket(BUCKET_OF[parsed.kind]).history(parsed.key);
  return entries.flatMap((entry) => {
    const loaded = decodeEntry(entry);
    return loaded.status === 'stored' ? [loaded.stored] : [];
  });
}

async function readLife(session: Reading, address: string): Promise<ArchivedLife | null> {
  const entry = await session.bucket('onceward-archive').read(address);
  return entry === null || entry.value === null ? null : lifeOf(address, entry.value);
}

function stepsOf(life: ArchivedLife): Step[] {
  return life.map(({ outline, record, isRemade }, n) => {
    if (record === null) return outlinedStep(outline);
    const stored = { record: { ...record, by: outline.by }, revision: outline.revision };
    return { ...keptStep(stored, storedOf(life[n - 1])), isRemade };
  });
}

function storedOf(moment: Moment | undefined): Stored | null {
  if (moment === undefined || moment.record === null) return null;
  return { record: moment.record, revision: moment.outline.revision };
}

function keptStep({ record, revision }: Stored, before: Stored | null): Step {
  return {
    revision,
    state: stateName(record.state),
    event: record.event,
    by: record.by,
    record,
    isRemade: false,
    changes: changesSince(before, record),
    effects: orderedEffects(record).map(effectWords),
  };
}

function changesSince(before: Stored | null, record: ActorRecord): Step['changes'] {
  if (before === null) return record.event.type === 'open' ? [] : null;
  return followsOn(before, record) ? recordChanges(before.record, record) : null;
}

function outlinedStep({ revision, state, by, event, ...rest }: ArchivedStep): Step {
  const { atMs, id = null, door = '', data = null } = rest;
  const known = { type: event, id, atMs, door, data };
  return {
    revision,
    state,
    event: known,
    by,
    record: null,
    isRemade: false,
    changes: null,
    effects: null,
  };
}
