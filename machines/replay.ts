// Decides the events of a life once more, each on the record before it, and compares what comes of them with what
// was stored. It must never be given what a host adds: outbox, remembered ids and author are not compared.
import { type Change, changesBetween, recordChanges } from './differences.ts';
import type { Effect } from './effect.ts';
import type { ActorEvent, Door } from './event.ts';
import { type ActorRecord, encodeRecord, type Stored, settle, stateName } from './record.ts';
import { decideSafely } from './safe-decision.ts';

/** One revision, as far as it is kept. */
export interface ReplayStep {
  revision: number;
  state: string;
  event: {
    type: string;
    id: string | null;
    atMs: number;
    door: string;
    /** Null where it is not kept; an opening is told by the context of its record. */
    data: Record<string, unknown> | null;
  };
  /** Null where it is not kept; then only the state can be compared. */
  record: ActorRecord | null;
}

export interface ReplayedStep {
  revision: number;
  outcome: 'same' | 'differs' | 'not-replayable';
  /** Why it is not the same, or what could not be compared; empty when all of it was. */
  reason: string;
  /** From what was stored to what the machine makes of it now. */
  differences: Change[];
  /** The stored record; the one that was made again where none is kept; else null. */
  record: ActorRecord | null;
}

/** Oldest first, as many as there are steps. A step without a record is decided on from the one made again. */
export function replaySteps(address: string, steps: readonly ReplayStep[]): ReplayedStep[] {
  let before: Stored | null = null;
  return steps.map((step) => {
    const replayed = replayStep(address, before, step);
    const { record } = replayed;
    before = record === null ? null : { record, revision: step.revision };
    return replayed;
  });
}

/** True when every revision follows from the one before: nothing lies between them that was not kept. */
export function followsOn(before: Stored, record: ActorRecord): boolean {
  return record.recent.at(-2)?.revision === before.revision;
}

/** The effects that the event of this very record has ordered. */
export function orderedEffects(record: ActorRecord): Effect[] {
  return record.outbox.filter(({ revision }) => revision === null).map(({ effect }) => effect);
}

function replayStep(address: string, before: Stored | null, step: ReplayStep): ReplayedStep {
  const obstacle = obstacleTo(before, step);
  if (obstacle !== null) return ended(step, { outcome: 'not-replayable', reason: obstacle });
  const stored = before === null ? null : settled(before);
  const decision = decideSafely(stored, eventOf(address, step));
  if (decision.outcome !== 'applied') {
    const why = decision.outcome === 'refused' ? `${decision.reason}: ${decision.message}` : '';
    const reason = why === '' ? 'is taken for a repeat now' : `is refused now (${why})`;
    return ended(step, { outcome: 'differs', reason: `${step.event.type} ${reason}` });
  }
  return compared(step, asStored(decision.record));
}

/** Why it cannot be decided again; null when it can. */
function obstacleTo(before: Stored | null, { event, record }: ReplayStep): string | null {
  if (!isDoor(event.door)) return 'its event is not kept';
  if (isOpening(event)) {
    if (before !== null) return 'it is opened twice';
    return record === null ? 'the data of its opening is not kept' : null;
  }
  if (before === null) return 'the record before it is not kept';
  if (event.data === null) return 'the data of its event is not kept';
  if (record === null || followsOn(before, record)) return null;
  return `revisions between ${before.revision} and this one are missing`;
}

function isOpening({ type }: ReplayStep['event']): boolean {
  return type === 'open';
}

const DOORS: readonly string[] = ['tell', 'ask', 'mailbox', 'deadline'] satisfies Door[];

function isDoor(door: string): door is Door {
  return DOORS.includes(door);
}

function eventOf(address: string, { event, revision, record }: ReplayStep): ActorEvent {
  const { type, id, atMs, door, data } = event;
  const given = isOpening(event) ? record?.context : data;
  const known = { address, type, id: id ?? `replay:${revision}`, atMs, data: given ?? {} };
  return { ...known, door: door as Door };
}

/** What its host knew of a record when the next event came: which revision it was, and what was performed. */
function settled(before: Stored): Stored {
  return { record: settle(before, () => true), revision: before.revision };
}

function compared(step: ReplayStep, made: ActorRecord): ReplayedStep {
  const { record, state } = step;
  if (record === null) {
    const isSame = stateName(made.state) === state;
    const reason = isSame ? 'only its state is kept' : `leads to ${stateName(made.state)} now`;
    return ended(step, { outcome: isSame ? 'same' : 'differs', reason, made });
  }
  const differences = [
    ...recordChanges(record, made),
    ...changesBetween({ effects: orderedEffects(record) }, { effects: orderedEffects(made) }),
  ];
  if (differences.length === 0) return ended(step, { outcome: 'same', reason: '' });
  const reason = `${step.event.type} leads to another record now`;
  return { ...ended(step, { outcome: 'differs', reason }), differences };
}

function ended(
  { revision, record }: ReplayStep,
  { outcome, reason, made }: Pick<ReplayedStep, 'outcome' | 'reason'> & { made?: ActorRecord },
): ReplayedStep {
  const remade = outcome === 'same' ? (made ?? null) : null;
  return { revision, outcome, reason, differences: [], record: record ?? remade };
}

/** Through JSON, as every record is stored: what is undefined is gone. */
export function asStored(record: ActorRecord): ActorRecord {
  return JSON.parse(encodeRecord(record)) as ActorRecord;
}
