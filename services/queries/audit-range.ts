// Reads what a stretch of the audit says, up to the moment it is asked, and never without an end.
// Where there is too much of it the newest is read first, so that only the oldest can be left out.
import type { AuditFeed, AuditMessage } from '../../transport/nats/audit-reader.ts';
import type { AuditMemory, Remembered } from './audit-memory.ts';
import type { Session } from './session.ts';

const READING_LIMIT_MS = 3_000;
const MAX_MESSAGES = 50_000;
/** The first stretch that is read from the end; each further one is larger. */
const FIRST_STRETCH_MESSAGES = 2_000;
const STRETCH_GROWTH = 4;
/** Messages looked at in one go where others share the thread: about 3 ms. */
const TURN_MESSAGES = 200;

export type RangeSource = Pick<Session, 'openAudit' | 'clock' | 'partitions'> & {
  /** Given where the same is asked again and again. */
  auditMemory?: AuditMemory;
  /** Given where others share the thread: lets them have their turn. */
  pause?: () => Promise<void>;
};

export interface RangeQuestion<Found> {
  /** Under which what is found may be remembered: the same name asks for the same. */
  name?: string;
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
  const { auditMemory: memory } = session;
  const { name } = question;
  const remembered = name === undefined ? null : memory?.recall<Found>(name);
  const read =
    (remembered && (await readOn(session, question, remembered))) ??
    (await readAnew(session, question));
  const { upToSequence, ...reading } = read;
  if (name !== undefined && upToSequence !== null) memory?.keep(name, { ...reading, upToSequence });
  return reading;
}

/** `upToSequence` is null where the newest is missing: nobody can read on from there. */
type Reading<Found> = RangeReading<Found> & { upToSequence: number | null };

/** What has come since then, behind what is known. Null when that is too much to be read in time. */
async function readOn<Found>(
  session: RangeSource,
  { partition, pick }: RangeQuestion<Found>,
  { found, notes, upToSequence }: Remembered<Found>,
): Promise<Reading<Found> | null> {
  const untilMs = session.clock.monotonicMs() + READING_LIMIT_MS;
  const feed = await session.openAudit({ partition, afterSequence: upToSequence });
  const news = await drain(session, feed, { untilMs, pick, isWanted: () => true });
  // A stream that is shorter now was restored, or was killed before it had synced: nothing is known of it.
  if (news.end === 'late' || feed.lastSequence < upToSequence) return null;
  const newest = Math.max(feed.lastSequence, news.newest);
  return { found: [...found, ...news.found], notes: [...notes], upToSequence: newest };
}

async function readAnew<Found>(
  session: RangeSource,
  question: RangeQuestion<Found>,
): Promise<Reading<Found>> {
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
  if (whole.end === 'late') return { found: whole.found, notes: [LATE], upToSequence: null };
  const upToSequence = Math.max(feed.lastSequence, whole.newest);
  return { found: whole.found, notes: [], upToSequence };
}

const LATE = `only a part of the audit could be read within ${READING_LIMIT_MS} ms`;

/** Stretch by stretch, the newest first, each larger than the one before. */
async function readBackwards<Found>(
  session: RangeSource,
  { partition, pick }: RangeQuestion<Found>,
  place: { share: number; oldest: number; newest: number; untilMs: number },
): Promise<Reading<Found>> {
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
      if (stretches.length > 0) break;
      return { found: stretch.found, notes, upToSequence: null };
    }
    stretches.push(stretch.found);
    end = afterSequence;
  }
  return { found: stretches.reverse().flat(), notes, upToSequence: newest };
}

interface Draining<Found> {
  /** Monotonic milliseconds. */
  untilMs: number;
  pick: (body: string) => readonly Found[];
  /** False ends the reading. */
  isWanted: (message: AuditMessage) => boolean;
}

interface Drained<Found> {
  found: Found[];
  /** Sequence of the newest message that was taken; 0 when there was none. */
  newest: number;
  end: 'whole' | 'refused' | 'late';
}

/** Takes what was there when the feed was opened, and what has come meanwhile; then closes it. */
async function drain<Found>(
  { clock, pause }: Pick<RangeSource, 'clock' | 'pause'>,
  feed: AuditFeed,
  { untilMs, pick, isWanted }: Draining<Found>,
): Promise<Drained<Found>> {
  const found: Found[] = [];
  let end: Drained<Found>['end'] = 'whole';
  let newest = 0;
  let taken = 0;
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
      newest = message.sequence;
      taken += 1;
      if (taken % TURN_MESSAGES === 0) await pause?.();
    }
  } finally {
    cancel();
    close();
  }
  return { found, newest, end };
}
