// Reads what a stretch of the audit says, up to the moment it is asked, and never without an end.
// Where there is too much of it the newest is read first, so that only the oldest can be left out.
import type { AuditFeed, AuditMessage } from '../../transport/nats/audit-reader.ts';
import type { Session } from './session.ts';

const READING_LIMIT_MS = 3_000;
const MAX_MESSAGES = 50_000;
/** The first stretch that is read from the end; each further one is larger. */
const FIRST_STRETCH_MESSAGES = 2_000;
const STRETCH_GROWTH = 4;

export type RangeSource = Pick<Session, 'openAudit' | 'clock' | 'partitions'>;

export interface RangeQuestion<Found> {
  /** All of them without one. */
  partition?: number | undefined;
  /** From what was stored then on: server time, epoch milliseconds. */
  sinceMs: number;
  /** What is wanted of a message. */
  pick: (body: string) => readonly Found[];
}

export interface RangeReading<Found> {
  /** Oldest first. */
  found: Found[];
  /** What was left out, in words. */
  notes: string[];
}

/** At most the newest 50 000 messages, and for at most 3 s. @throws BROKER_UNAVAILABLE, OUTCOME_UNKNOWN */
export async function readRange<Found>(
  session: RangeSource,
  question: RangeQuestion<Found>,
): Promise<RangeReading<Found>> {
  const { partition, sinceMs, pick } = question;
  const untilMs = session.clock.monotonicMs() + READING_LIMIT_MS;
  const feed = await session.openAudit({ partition, sinceMs });
  // The other partitions share the stream, and its sequences.
  const share = partition === undefined ? 1 : session.partitions;
  const nearby = feed.lastSequence - FIRST_STRETCH_MESSAGES * share;
  let oldest = 0;
  const whole = await drain(session, feed, {
    ...{ untilMs, pick },
    isWanted({ sequence }) {
      oldest ||= sequence;
      return oldest > nearby;
    },
  });
  if (whole.end === 'refused') {
    return readBackwards(session, question, { share, oldest, newest: feed.lastSequence, untilMs });
  }
  return { found: whole.found, notes: whole.end === 'late' ? [LATE] : [] };
}

const LATE = `only a part of the audit could be read within ${READING_LIMIT_MS} ms`;

/** Stretch by stretch, the newest first, each larger than the one before. */
async function readBackwards<Found>(
  session: RangeSource,
  { partition, pick }: RangeQuestion<Found>,
  place: { share: number; oldest: number; newest: number; untilMs: number },
): Promise<RangeReading<Found>> {
  const { share, newest, untilMs } = place;
  const oldest = Math.max(place.oldest, newest - MAX_MESSAGES * share + 1);
  const notes = oldest > place.oldest ? [`only the newest ${MAX_MESSAGES} messages were read`] : [];
  const stretches: Found[][] = [];
  let size = FIRST_STRETCH_MESSAGES * share;
  for (let end = newest; end >= oldest; size *= STRETCH_GROWTH) {
    const afterSequence = Math.max(oldest - 1, end - size);
    const last = end;
    const feed = await session.openAudit({ partition, afterSequence });
    const isWanted = ({ sequence }: AuditMessage) => sequence <= last;
    const stretch = await drain(session, feed, { untilMs, pick, isWanted });
    // A stretch that was cut off ends before the newer one begins: what is missing there would mislead.
    if (stretch.end === 'late') {
      notes.push(LATE);
      if (stretches.length === 0) stretches.push(stretch.found);
      break;
    }
    stretches.push(stretch.found);
    end = afterSequence;
  }
  return { found: stretches.reverse().flat(), notes };
}

interface Draining<Found> {
  /** Monotonic milliseconds. */
  untilMs: number;
  pick: (body: string) => readonly Found[];
  /** False ends the reading. */
  isWanted: (message: AuditMessage) => boolean;
}

/** Takes what was there when the feed was opened, then closes it. */
async function drain<Found>(
  { clock }: Pick<RangeSource, 'clock'>,
  feed: AuditFeed,
  { untilMs, pick, isWanted }: Draining<Found>,
): Promise<{ found: Found[]; end: 'whole' | 'refused' | 'late' }> {
  const found: Found[] = [];
  let end: 'whole' | 'refused' | 'late' = 'whole';
  const close = () => void feed.close();
  const cancel = clock.after(Math.max(0, untilMs - clock.monotonicMs()), () => {
    end = 'late';
    close();
  });
  void feed.caughtUp.then(close);
  try {
    for await (const message of feed.messages()) {
      if (!isWanted(message)) {
        end = 'refused';
        break;
      }
      found.push(...pick(message.body));
    }
  } finally {
    cancel();
    close();
  }
  return { found, end };
}
