// Reads the newest entry of every key of a bucket, page by page. It must never leave out a message in silence:
// a gap ends it with an error.
import { AckPolicy, DeliverPolicy, jetstreamManager } from '@nats-io/jetstream';
import type { Msg, MsgHdrs, NatsConnection } from 'nats';
import { OncewardError } from '../errors.ts';
import type { Entry } from '../ports.ts';
import { newInbox } from './connection.ts';
import { requestError } from './jetstream-api.ts';

/** Messages and bytes asked for at once: the server drops a client that lets more than 64 MB wait. */
const PAGE_MESSAGES = 2_000;
const PAGE_BYTES = 16_777_216;
/** How long a page may stand still before it is asked for again, and how often that is done. */
const PAGE_LIMIT_MS = 5_000;
const MAX_SILENCES = 3;
const INACTIVE_LIMIT_NS = 30_000_000_000;

export interface Scan {
  stream: string;
  /** What stands before the key in a subject. */
  prefix: string;
  filter: string;
  visit: (entry: Entry) => void;
}

/** @throws BROKER_UNAVAILABLE, OUTCOME_UNKNOWN: some keys were visited, perhaps not all */
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
    try {
      if (waiting > 0) await readPages(nc, name, request);
    } finally {
      await consumers.delete(stream, name).catch(() => false);
    }
  } catch (error) {
    throw requestError(`the scan of ${prefix}${filter}`, error);
  }
}

function readPages(nc: NatsConnection, consumer: string, { stream, prefix, visit }: Scan) {
  const subject = `$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`;
  const page = JSON.stringify({ batch: PAGE_MESSAGES, max_bytes: PAGE_BYTES });
  const inbox = newInbox(nc);
  return new Promise<void>((resolve, reject) => {
    let read = 0;
    let readAtPage = 0;
    let silences = 0;
    let limit: NodeJS.Timeout | undefined;

    const end = (failure: Error | null) => {
      clearTimeout(limit);
      subscription.unsubscribe();
      if (failure === null) resolve();
      else reject(failure);
    };
    const ask = () => {
      clearTimeout(limit);
      silences = read === readAtPage ? silences + 1 : 0;
      if (silences > MAX_SILENCES) return end(incomplete(stream, `stands still after ${read}`));
      readAtPage = read;
      limit = setTimeout(ask, PAGE_LIMIT_MS);
      nc.publish(subject, page, { reply: inbox });
    };
    const receive = (error: Error | null, message: Msg) => {
      if (error !== null) return end(error);
      const delivery = deliveryOf(message.reply);
      // A status: the page is over before its last message, because of its size.
      if (delivery === null) return ask();
      read += 1;
      if (delivery.number !== read) return end(incomplete(stream, `lost a message after ${read}`));
      try {
        if (!isRemoval(message.headers)) visit(entryOf(message, prefix, delivery));
      } catch (thrown) {
        return end(thrown as Error);
      }
      if (delivery.waiting === 0) end(null);
      else if (read - readAtPage === PAGE_MESSAGES) ask();
    };

    const subscription = nc.subscribe(inbox, { callback: receive });
    ask();
  });
}

interface Delivered {
  revision: number;
  /** Counts the messages of the consumer from 1. */
  number: number;
  storedAtMs: number;
  /** How many are still to come. */
  waiting: number;
}

/**
 * `$JS.ACK.<stream>.<consumer>.<delivered>.<stream sequence>.<consumer sequence>.<time>.<pending>`, with a
 * domain and an account in front of the stream and one more token behind in the newer form.
 */
function deliveryOf(reply: string | undefined): Delivered | null {
  const tokens = reply?.split('.') ?? [];
  if (tokens[1] !== 'ACK') return null;
  const [revision, number, timeNs, waiting] = tokens.slice(tokens.length >= 11 ? 7 : 5).map(Number);
  return {
    revision: revision ?? 0,
    number: number ?? 0,
    storedAtMs: (timeNs ?? 0) / 1_000_000,
    waiting: waiting ?? 0,
  };
}

function entryOf(message: Msg, prefix: string, { revision, storedAtMs }: Delivered): Entry {
  const key = message.subject.slice(prefix.length);
  return { key, value: message.string(), revision, storedAtMs };
}

/** True for the marker that a removed key leaves behind. */
export function isRemoval(fields: MsgHdrs | undefined): boolean {
  if (fields === undefined) return false;
  return fields.has('KV-Operation') || fields.has('Nats-Marker-Reason');
}

function incomplete(stream: string, what: string): OncewardError {
  return new OncewardError('OUTCOME_UNKNOWN', `the scan of ${stream} ${what}`);
}
