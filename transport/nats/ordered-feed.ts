// Reads a stream in order for as long as it is wanted, over lost connections and restarts of the server: after
// each it goes on behind the last message it has handed out. It must never hand one out twice, nor leave one out.
import { OncewardError } from '../errors.ts';
import { createPlace, type Delivery, type FeedPlace, type FeedStart } from './feed-place.ts';
import { apiRequest, requestError } from './jetstream-api.ts';
import { type FeedLink, openPullSession, type Pulled, type PullSession } from './pull-session.ts';
import { createSignal, type Signal } from './signal.ts';

export interface FeedNotices {
  /** The connection is lost. It will go on behind the last message handed out; null before the first. */
  onLost?: ((afterSequence: number | null) => void) | undefined;
  /** It goes on. */
  onResumed?: (() => void) | undefined;
}

export interface FeedRequest extends FeedNotices {
  stream: string;
  /** Which subjects. */
  filter: string;
  /** Defaults to what is stored from now on. */
  start?: FeedStart | undefined;
  /** Leaves the bodies out. */
  isHeadersOnly?: boolean | undefined;
  /** Ends it where the stream has lost what was handed out, or is another one by now. Defaults to going on. */
  isEndedByLoss?: boolean | undefined;
}

export interface OrderedFeed {
  /** Of the stream, when the feed was opened. */
  readonly firstSequence: number;
  readonly lastSequence: number;
  /** Resolves once what was there at the opening has been handed out and taken; also when it is closed. */
  readonly caughtUp: Promise<void>;
  /**
   * Ends when the feed is closed, or the connection for good. To be read once.
   * @throws BROKER_UNAVAILABLE when the connection was given up
   */
  messages(): AsyncIterable<Pulled>;
  /** Whether that is why it has ended. */
  isEndedByLoss(): boolean;
  close(): void;
}

const RETRY_AFTER_MS = 250;
const NO_MESSAGE_FOUND = 10037;
/** Times of one message, read in two ways, differ by less; two messages under one sequence by more. */
const SAME_TIME_MS = 2;

/** @throws BROKER_UNAVAILABLE, OUTCOME_UNKNOWN */
export async function openOrderedFeed(link: FeedLink, request: FeedRequest): Promise<OrderedFeed> {
  try {
    const { created, state } = await streamInfo(link, request.stream);
    // Not "new messages": a consumer is made, and made again, some time after this call.
    const place = createPlace(request.start ?? { sequence: state.last_seq + 1 });
    const { first_seq: firstSequence, last_seq: lastSequence } = state;
    const feed = await openMessages(link, request, { place, lastSequence, created });
    return { firstSequence, lastSequence, ...feed };
  } catch (cause) {
    throw requestError(request.stream, cause);
  }
}

async function openMessages(
  link: FeedLink,
  request: FeedRequest,
  { lastSequence, ...origin }: { place: FeedPlace; lastSequence: number; created: string },
) {
  const { place } = origin;
  const closing = createSignal();
  const caughtUp = createSignal();
  const sessions = createSessions(link, request, { ...origin, closing, onIdle: caughtUp.give });
  let session: PullSession | null = await sessions.open();
  const close = () => {
    closing.give();
    caughtUp.give();
    session?.close();
  };
  async function* messages(): AsyncIterable<Pulled> {
    try {
      while (session !== null) {
        for await (const pulled of session.messages()) {
          if (!place.isNew(pulled.delivered)) continue;
          yield pulled;
          const { waiting, sequence } = pulled.delivered;
          if (waiting === 0 || sequence >= lastSequence) caughtUp.give();
        }
        session.close();
        if (closing.isGiven()) return;
        request.onLost?.(place.last()?.sequence ?? null);
        session = await sessions.reopen();
        if (session !== null) request.onResumed?.();
      }
    } finally {
      close();
    }
  }
  return { messages, close, caughtUp: caughtUp.given, isEndedByLoss: sessions.areEndedByLoss };
}

interface SessionsOptions {
  place: FeedPlace;
  /** When the stream was, as it says itself. */
  created: string;
  closing: Signal;
  onIdle: () => void;
}

/** Opens the sessions of a feed, one after the other. */
function createSessions(
  link: FeedLink,
  { stream, filter, isHeadersOnly = false, isEndedByLoss = false }: FeedRequest,
  { place, created, closing, onIdle }: SessionsOptions,
) {
  let areEndedByLoss = false;
  const open = async (): Promise<PullSession> => {
    const consumer = {
      ...{ filter_subject: filter, headers_only: isHeadersOnly },
      ...place.consumer(),
    };
    const opened = await openPullSession(link, { stream, consumer, onIdle });
    if (closing.isGiven()) opened.close();
    else if (opened.waiting === 0) onIdle();
    return opened;
  };
  const goOn = async (): Promise<PullSession | null> => {
    const hasLost = await hasGoneBack(link, stream, { last: place.last(), created });
    areEndedByLoss = hasLost && isEndedByLoss;
    if (areEndedByLoss) return null;
    if (hasLost) place.goBack();
    return open();
  };
  return {
    open,
    areEndedByLoss: () => areEndedByLoss,
    /** Tries until it goes on; null when nobody wants it any more. */
    async reopen(): Promise<PullSession | null> {
      const closed = closing.given.then(() => null);
      while (await canRetry(link, closing)) {
        try {
          return await Promise.race([goOn(), closed]);
        } catch {
          // The server is not ready yet.
        }
      }
      return null;
    },
  };
}

/**
 * Waits a moment, and until there is a connection; false when it is not wanted any more, or closed in order.
 * @throws BROKER_UNAVAILABLE when the connection was given up
 */
export async function canRetry({ nc, watch, clock }: FeedLink, closing: Signal): Promise<boolean> {
  let cancel = () => {};
  // Also where it could go on at once: whatever ends a session must not end one after the other.
  const pause = new Promise<void>((resolve) => {
    cancel = clock.after(RETRY_AFTER_MS, resolve);
  });
  await Promise.race([pause, closing.given]);
  cancel();
  await Promise.race([watch.present(), closing.given]);
  if (closing.isGiven()) return false;
  if (!nc.isClosed()) return true;
  const cause = await nc.closed();
  if (!cause) return false;
  throw new OncewardError('BROKER_UNAVAILABLE', 'the connection was given up', { cause });
}

/**
 * A server that was killed may have lost the newest messages of a stream that is not synced, and gives their
 * sequences to others: then these have not been handed out yet. A stream in memory is made anew after a restart.
 */
async function hasGoneBack(
  link: FeedLink,
  stream: string,
  { last, created }: { last: Delivery | null; created: string },
): Promise<boolean> {
  if (last === null) return (await streamInfo(link, stream)).created !== created;
  const question = { seq: last.sequence };
  const answer = await apiRequest<{ message: { time: string } }>(
    link.nc,
    `STREAM.MSG.GET.${stream}`,
    question,
  );
  if (answer.ok) {
    return Math.abs(Date.parse(answer.value.message.time) - last.storedAtMs) >= SAME_TIME_MS;
  }
  if (answer.error.err_code !== NO_MESSAGE_FOUND) throw new Error(answer.error.description);
  const info = await streamInfo(link, stream);
  return info.created !== created || info.state.last_seq < last.sequence;
}

interface StreamInfo {
  created: string;
  state: { first_seq: number; last_seq: number };
}

async function streamInfo({ nc }: FeedLink, stream: string): Promise<StreamInfo> {
  const answer = await apiRequest<StreamInfo>(nc, `STREAM.INFO.${stream}`);
  if (answer.ok) return answer.value;
  throw new OncewardError('BROKER_UNAVAILABLE', `${stream}: ${answer.error.description}`);
}
