// The audit as a stream of entries, each with its place in it, so that a reader can go on behind what it has seen.
// It must never hand out an entry twice, nor leave one out that is behind the place asked for.
import type { AuditFeed, AuditRange } from '../../transport/nats/audit-reader.ts';
import { type AuditLine, isLostClaim, parseAuditMessage } from './audit-entries.ts';
import type { Session } from './session.ts';

/** Entries of a few milliseconds share a message, and with it a sequence. */
export interface Place {
  sequence: number;
  /** Of the entry in its message, from 0; null for the whole message. */
  position: number | null;
}

export interface Happening extends AuditLine {
  sequence: number;
  position: number;
  /** Somebody else was first. */
  isLostClaim: boolean;
}

export interface HappeningsOptions extends Pick<AuditRange, 'partition' | 'onLost' | 'onResumed'> {
  /** From what was stored then on: server time, epoch milliseconds. */
  sinceMs?: number | undefined;
  /** From behind this place on; comes before `sinceMs`. */
  after?: Place | undefined;
}

export interface Happenings
  extends Pick<AuditFeed, 'firstSequence' | 'lastSequence' | 'caughtUp' | 'close'> {
  entries(): AsyncIterable<Happening>;
}

/** Without a beginning, what happens from now on. @throws BROKER_UNAVAILABLE, OUTCOME_UNKNOWN */
export async function openHappenings(
  session: Pick<Session, 'openAudit'>,
  { after, sinceMs, ...rest }: HappeningsOptions,
): Promise<Happenings> {
  const feed = await session.openAudit({ ...rest, sinceMs, afterSequence: lastWhole(after) });
  const { firstSequence, lastSequence, caughtUp } = feed;
  async function* entries(): AsyncIterable<Happening> {
    for await (const { body, sequence } of feed.messages()) {
      for (const [position, entry] of parseAuditMessage(body).entries()) {
        if (after !== undefined && isSeen({ sequence, position }, after)) continue;
        yield { ...entry, sequence, position, isLostClaim: isLostClaim(entry) };
      }
    }
  }
  return { firstSequence, lastSequence, caughtUp, entries, close: () => feed.close() };
}

/** The last message that has been seen as a whole. */
function lastWhole(after: Place | undefined): number | undefined {
  if (after === undefined) return undefined;
  return after.position === null ? after.sequence : after.sequence - 1;
}

function isSeen({ sequence, position }: { sequence: number; position: number }, after: Place) {
  return sequence === after.sequence && after.position !== null && position <= after.position;
}
