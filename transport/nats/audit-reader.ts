// Reads the audit stream in order, from a moment in the past or from now on, for as long as it is wanted.
// It must never miss a message that is stored after it was opened, and never acknowledges anything.
import type { FeedStart } from './feed-place.ts';
import { type FeedNotices, openOrderedFeed } from './ordered-feed.ts';
import type { FeedLink } from './pull-session.ts';
import { AUDIT_STREAM } from './topology-settings.ts';

export interface AuditMessage {
  body: string;
  /** Of the stream: where a later feed may go on. */
  sequence: number;
  storedAtMs: number;
}

export interface AuditFeed {
  /** Sequence of the oldest message that is still kept, when the feed was opened. */
  readonly firstSequence: number;
  /** Sequence of the newest message when the feed was opened; 0 when there was none. */
  readonly lastSequence: number;
  /** Resolves once what was there at the opening has been handed out and taken; also when it is closed. */
  readonly caughtUp: Promise<void>;
  /**
   * Oldest first, each once, over lost connections. Ends when the feed is closed. To be read once.
   * @throws BROKER_UNAVAILABLE when the connection was given up
   */
  messages(): AsyncIterable<AuditMessage>;
  /** The same, bodies only. */
  bodies(): AsyncIterable<string>;
  close(): Promise<void>;
}

export interface AuditRange extends FeedNotices {
  /** From what was stored then on: server time, epoch milliseconds. */
  sinceMs?: number | undefined;
  /** From what comes behind this sequence; comes before `sinceMs`. */
  afterSequence?: number | undefined;
  /** Only what happened in this partition. */
  partition?: number | undefined;
}

/**
 * Opens a feed of a range of the audit; without one, of what is stored after this call.
 * @throws BROKER_UNAVAILABLE, OUTCOME_UNKNOWN
 */
export async function openAuditFeed(link: FeedLink, range: AuditRange = {}): Promise<AuditFeed> {
  const { partition, onLost, onResumed } = range;
  const feed = await openOrderedFeed(link, {
    ...{ stream: AUDIT_STREAM, start: startOf(range), onLost, onResumed },
    filter: `onceward.audit.${partition ?? '>'}`,
  });
  async function* messages(): AsyncIterable<AuditMessage> {
    for await (const { message, delivered } of feed.messages()) {
      const { sequence, storedAtMs } = delivered;
      yield { body: message.string(), sequence, storedAtMs };
    }
  }
  return {
    firstSequence: feed.firstSequence,
    lastSequence: feed.lastSequence,
    caughtUp: feed.caughtUp,
    messages,
    async *bodies() {
      for await (const { body } of messages()) yield body;
    },
    close: async () => feed.close(),
  };
}

function startOf({ sinceMs, afterSequence }: AuditRange): FeedStart | undefined {
  if (afterSequence !== undefined) return { sequence: afterSequence + 1 };
  return sinceMs === undefined ? undefined : { timeMs: sinceMs };
}
