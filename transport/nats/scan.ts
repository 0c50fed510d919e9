// Reads the newest entry of every key of a bucket, page by page. It must never leave out a message in silence:
// a gap ends it with an error.
import { AckPolicy, DeliverPolicy, jetstreamManager } from '@nats-io/jetstream';
import { errors, type Msg, type NatsConnection, type Subscription } from 'nats';
import { OncewardError } from '../errors.ts';
import type { Entry } from '../ports.ts';
import { newInbox } from './connection.ts';
import { deliveryOf, entryOf, isRemoval } from './delivery.ts';
import { API_CODES, requestError } from './jetstream-api.ts';

/**
 * Messages asked for at once. The largest entries of a page must stay below the 64 MB that the server lets wait
 * for one client. It must not be limited in bytes: a server that ends a page for its size forgets the message
 * that did not fit.
 */
const PAGE_MESSAGES = 200;
/** How long a page may stand still before it is asked for again, and how often that is done. */
const PAGE_LIMIT_MS = 5_000;
const MAX_SILENCES = 3;
/** For every key that was removed meanwhile the server says once that there is nothing more. */
const MAX_FRUITLESS_PAGES = 100_000;
const NO_RESPONDERS = 503;
/** After so many in a row it is asked whether there is anything left at all. */
const PAGES_UNTIL_ASKED = 16;
const INACTIVE_LIMIT_NS = 30_000_000_000;

export interface Scan {
  stream: string;
  /** What stands before the key in a subject. */
  prefix: string;
  filter: string;
  visit: (entry: Entry) => void;
  /** Awaited between two pages, for a visitor that keeps what it has not looked at; well below half a minute. */
  turn?: (() => Promise<void>) | undefined;
  /** Told first how many keys there are to visit, removed ones included. */
  onTotal?: ((keys: number) => void) | undefined;
}

/**
 * @throws STREAM_MISMATCH when there is no such bucket, BROKER_UNAVAILABLE, OUTCOME_UNKNOWN: some keys were
 * visited, perhaps not all
 */
export async function scan(nc: NatsConnection, request: Scan): Promise<void> {
  const { stream, prefix, filter } = request;
  const { consumers } = await jetstreamManager(nc, { checkAPI: false });
  try {
    const { name, num_pending: waiting } = await consumers.add(stream, {
      filter_subject: prefix + filter,
      deliver_policy: DeliverPolicy.LastPerSubject,
      ack_policy: AckPolicy.None,
      mem_storage: true,
      num_replicas: 1,
      inactive_threshold: INACTIVE_LIMIT_NS,
    });
    request.onTotal?.(waiting);
    try {
      if (waiting > 0) await readPages(nc, name, request);
    } finally {
      await consumers.delete(stream, name).catch(() => false);
    }
  } catch (error) {
    if ((error as { code?: unknown } | null)?.code === API_CODES.streamNotFound) {
      throw new OncewardError('STREAM_MISMATCH', `${stream} does not exist`, { cause: error });
    }
    throw requestError(`the scan of ${prefix}${filter}`, error);
  }
}

function readPages(nc: NatsConnection, consumer: string, { stream, prefix, visit, turn }: Scan) {
  const subject = `$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`;
  const page = JSON.stringify({ batch: PAGE_MESSAGES, no_wait: true });
  return new Promise<void>((resolve, reject) => {
    const progress = { read: 0, readAtPage: 0, silences: 0, fruitless: 0 };
    let limit: NodeJS.Timeout | undefined;
    let subscription: Subscription | undefined;

    const end = (failure: Error | null) => {
      clearTimeout(limit);
      subscription?.unsubscribe();
      if (failure === null) resolve();
      else reject(failure);
    };
    const guarded = (step: () => void) => {
      try {
        step();
      } catch (error) {
        // Also what the connection throws when it is closed: this runs in timers and callbacks.
        end(error as Error);
      }
    };
    const ask = () => {
      clearTimeout(limit);
      progress.readAtPage = progress.read;
      limit = setTimeout(() => guarded(askAgain), PAGE_LIMIT_MS);
      nc.publish(subject, page, { reply: inbox });
    };
    const askInTurn = () => {
      clearTimeout(limit);
      void (turn?.() ?? Promise.resolve()).then(() => guarded(ask));
    };
    const askAgain = () => {
      progress.silences += 1;
      if (progress.silences > MAX_SILENCES) throw incomplete(stream, progress.read);
      ask();
    };
    const receive = (error: Error | null, message: Msg) => {
      if (error !== null) throw error;
      progress.silences = 0;
      const delivery = deliveryOf(message.reply);
      if (delivery === null) return askBeyond(message.headers?.code ?? 0);
      progress.read += 1;
      progress.fruitless = 0;
      if (delivery.number !== progress.read) throw incomplete(stream, progress.read);
      // Only the marker of a removal is empty; reading the headers of all others would double the time.
      const isLive = message.data.length > 0 || !isRemoval(message.headers);
      if (isLive) visit(entryOf(message, prefix, delivery));
      // Only this says that it was all: a status says no more than that a key is gone.
      if (delivery.waiting === 0) end(null);
      else if (progress.read - progress.readAtPage === PAGE_MESSAGES) askInTurn();
    };
    const askBeyond = (status: number) => {
      if (status === NO_RESPONDERS) throw new errors.NoRespondersError(subject);
      progress.fruitless += 1;
      if (progress.fruitless > MAX_FRUITLESS_PAGES) throw incomplete(stream, progress.read);
      if (progress.fruitless % PAGES_UNTIL_ASKED === 0) endIfDone().catch(() => {});
      ask();
    };
    /** The last keys of all may have been removed; then no message says that it was the last. */
    const endIfDone = async () => {
      const { consumers } = await jetstreamManager(nc, { checkAPI: false });
      const { num_pending: waiting } = await consumers.info(stream, consumer);
      if (waiting === 0) end(null);
    };

    const inbox = newInbox(nc);
    guarded(() => {
      subscription = nc.subscribe(inbox, {
        callback: (error, message) => guarded(() => receive(error, message)),
      });
      ask();
    });
  });
}

function incomplete(stream: string, read: number): OncewardError {
  return new OncewardError('OUTCOME_UNKNOWN', `the scan of ${stream} broke off after ${read} keys`);
}
