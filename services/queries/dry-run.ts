// What an event would do, decided here on the record as it is read: the same path as a host takes, without the commit.
// It must never publish anything.
import { parseAddress } from '../../machines/address.ts';
import { type Change, recordChanges } from '../../machines/differences.ts';
import type { ActorEvent, RefusalReason } from '../../machines/event.ts';
import { type Candidate, explainEvent } from '../../machines/explanation.ts';
import { movedTo } from '../../machines/prospects.ts';
import {
  type ActorRecord,
  encodeRecord,
  MAX_RECORD_BYTES,
  type Stored,
  settle,
  stateName,
} from '../../machines/record.ts';
import { asStored } from '../../machines/replay.ts';
import { requestId } from '../../transport/identity.ts';
import { admit, isBarred } from '../actors/doors.ts';
import { requireActor } from './absent-actor.ts';
import { effectWords } from './effect-words.ts';
import type { FoundActor } from './found-actor.ts';
import { meantEvent } from './meant-event.ts';
import type { Session } from './session.ts';
import { parseUserAddress, userAddress } from './user-address.ts';

export interface DryRun {
  outcome: 'would-apply' | 'would-refuse';
  /** As people type it. */
  address: string;
  type: string;
  /** State and revision it was decided on. */
  from: string;
  revision: number;
  /** Where it would lead; null when it would stay, or be refused. */
  to: string | null;
  /** It was applied before, under the same id: nothing would change. */
  isRepeat: boolean;
  /** What would be ordered, in words. */
  effects: string[];
  changes: Change[];
  candidates: Candidate[];
  /** Why it would be refused; null when it would not. */
  reason: RefusalReason | null;
  message: string | null;
}

export interface DryRunRequest {
  /** As people type it, or as in the subjects. */
  address: string;
  type: string;
  /** `ifRevision` in it is the revision the record must be at. */
  data: Record<string, unknown>;
  id?: string | undefined;
}

/** @throws ACTOR_NOT_FOUND, USAGE, RECORD_CORRUPT, RECORD_FROM_NEWER_VERSION */
export async function dryRun(
  session: Pick<Session, 'bucket' | 'clock'>,
  { address, type, data, id = requestId() }: DryRunRequest,
): Promise<DryRun> {
  const found = await requireActor(session, parseUserAddress(address));
  const atMs = session.clock.nowMs();
  return foresee(found, { address: found.address, type, data, id, atMs, door: 'ask' });
}

/** What a host would make of the event, on the record in hand. */
export function foresee(
  { stored, isArchived }: Pick<FoundActor, 'stored' | 'isArchived'>,
  event: ActorEvent,
): DryRun {
  const refusal = barrierTo(event, isArchived);
  if (refusal !== null) return refused(stored, event, { ...refusal, candidates: [] });
  const present = { record: settle(stored, () => true), revision: stored.revision };
  const { decision, candidates } = explainEvent(present, completed(event, stored.record));
  if (decision.outcome === 'refused') return refused(stored, event, { ...decision, candidates });
  const base = { ...headOf(stored, event), candidates };
  if (decision.outcome === 'repeated') return { ...base, isRepeat: true };
  const sizeBytes = new TextEncoder().encode(encodeRecord(decision.record)).length;
  if (sizeBytes > MAX_RECORD_BYTES) {
    const message = `the record would have ${sizeBytes} of at most ${MAX_RECORD_BYTES} bytes`;
    return refused(stored, event, { reason: 'too-large', message, candidates });
  }
  return {
    ...base,
    to: movedTo(stored.record, decision.record),
    effects: decision.effects.map(({ effect }) => effectWords(effect)),
    changes: recordChanges(stored.record, asStored(decision.record)),
  };
}

interface Refusal {
  reason: RefusalReason;
  message: string;
}

/** What a host refuses before it looks at the record. */
function barrierTo(event: ActorEvent, isArchived: boolean): Refusal | null {
  const admitted = admit(event);
  if (isBarred(admitted)) return { reason: admitted.reason, message: admitted.message };
  if (isArchived) return { reason: 'finished', message: 'already archived' };
  return null;
}

/** A host fills the pipeline of an opening in; left out, it would be taken for the reason of the refusal. */
function completed(event: ActorEvent, { context }: ActorRecord): ActorEvent {
  const isOpening = event.type === 'open' && parseAddress(event.address)?.kind === 'item';
  if (!isOpening) return event;
  return { ...event, data: { pipeline: context['pipeline'], ...(event.data as object) } };
}

function headOf({ record, revision }: Stored, { address, type }: ActorEvent): DryRun {
  return {
    outcome: 'would-apply',
    address: userAddress(address),
    type,
    from: stateName(record.state),
    revision,
    to: null,
    isRepeat: false,
    effects: [],
    changes: [],
    candidates: [],
    reason: null,
    message: null,
  };
}

function refused(
  stored: Stored,
  event: ActorEvent,
  { reason, message, candidates }: Refusal & { candidates: Candidate[] },
): DryRun {
  const outcome = 'would-refuse';
  const meant = reason === 'unknown-type' ? meantEvent(stored.record.machine, event.type) : '';
  return { ...headOf(stored, event), outcome, reason, message: message + meant, candidates };
}
