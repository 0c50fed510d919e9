// What a message that comes from a consumer says of itself: where it stands in the stream and in the delivery.
// It must never look into the body.
import type { Msg, MsgHdrs } from 'nats';
import type { Entry } from '../ports.ts';

export interface Delivered {
  /** Of the stream. */
  sequence: number;
  /** Counts the messages of the consumer from 1. */
  number: number;
  /** Epoch milliseconds, with fractions. */
  storedAtMs: number;
  /** How many are still to come. */
  waiting: number;
}

/**
 * `$JS.ACK.<stream>.<consumer>.<delivered>.<stream sequence>.<consumer sequence>.<time>.<pending>`, with a
 * domain and an account in front of the stream and one more token behind in the newer form. Null for a status.
 */
export function deliveryOf(reply: string | undefined): Delivered | null {
  const tokens = reply?.split('.') ?? [];
  if (tokens[1] !== 'ACK') return null;
  // By index: this is done for each of very many messages, and arrays of parts would cost as much as the rest.
  const at = tokens.length >= 11 ? 7 : 5;
  return {
    sequence: Number(tokens[at]),
    number: Number(tokens[at + 1]),
    storedAtMs: Number(tokens[at + 2]) / 1_000_000,
    waiting: Number(tokens[at + 3]),
  };
}

/** A delivered message of a bucket, taken for a value. `prefix` is what stands before the key. */
export function entryOf(message: Msg, prefix: string, { sequence, storedAtMs }: Delivered): Entry {
  const key = message.subject.slice(prefix.length);
  return { key, value: message.string(), revision: sequence, storedAtMs };
}

/** True for the marker that a removed key leaves behind. */
export function isRemoval(fields: MsgHdrs | undefined): boolean {
  if (fields === undefined) return false;
  return fields.has('KV-Operation') || fields.has('Nats-Marker-Reason');
}
