// How an ask or a mailbox message becomes an event. Bad input is told apart here, before any actor:
// it gets a reason, changes nothing and can stop nobody.
import { z } from 'zod';
import { parseAddress } from '../../machines/address.ts';
import type { ActorEvent } from '../../machines/event.ts';
import { cleanTraceparent } from '../../machines/traceparent.ts';
import type { MailboxMessage, RefusalReason } from '../../transport/ports.ts';

/** Largest body of an event, in bytes. */
const MAX_EVENT_BYTES = 262_144;
const MAX_ID_CHARACTERS = 256;
/** Ids of these forms belong to effects, deadlines and messages; from outside they would hide a later one. */
const INTERNAL_ID = /^(?:(?:run|item|account|merge|deployment)\.[^:]*:\d+:|mailbox:)/;

export type Admitted =
  | { event: ActorEvent }
  | { event: ActorEvent; reason: RefusalReason; message: string };

const bodySchema = z.record(z.string(), z.unknown());

/** Subject `onceward.mailbox.<partition>.<kind>.<key tokens>.<type>`. */
export function admitMessage(message: MailboxMessage, nowMs: number): Admitted {
  const tokens = message.subject.split('.').slice(3);
  const type = tokens.pop() ?? '';
  const event: ActorEvent = {
    address: tokens.join('.'),
    type,
    id: message.messageId ?? `mailbox:${message.sequence}`,
    // When it is recorded, not when it was sent: the grace of an exit is counted from here.
    atMs: nowMs,
    data: {},
    door: 'mailbox',
    sequence: message.sequence,
  };
  if (message.body.length > MAX_EVENT_BYTES) {
    const text = `${message.body.length} of at most ${MAX_EVENT_BYTES} bytes`;
    return { event, reason: 'too-large', message: text };
  }
  const data = parseBody(message.body);
  if (data === undefined) return { event, reason: 'not-json', message: 'the body is not JSON' };
  return admit({ ...event, data: withTrace(data, event, message.traceparent) });
}

/** Whoever opens an item may send a trace context along, as other messages carry theirs: in a header. */
function withTrace(data: unknown, { address, type }: ActorEvent, header: string | undefined) {
  const traceparent = header === undefined ? null : cleanTraceparent(header);
  if (traceparent === null || type !== 'open' || !address.startsWith('item.')) return data;
  const isObject = bodySchema.safeParse(data).success;
  return isObject ? { traceparent, ...(data as object) } : data;
}

/** Checks what every door shares: address, id and the shape of the data. */
export function admit(event: ActorEvent): Admitted {
  if (parseAddress(event.address) === null) {
    return { event, reason: 'unknown-actor', message: 'the address is malformed' };
  }
  const isIdUsable = event.id.length > 0 && event.id.length <= MAX_ID_CHARACTERS;
  // A message without an id is known by its sequence; nobody else may use that name.
  const isOwnName = event.id === `mailbox:${event.sequence}`;
  if (!isIdUsable || (INTERNAL_ID.test(event.id) && !isOwnName)) {
    return { event, reason: 'schema', message: 'the id is empty, too long or reserved' };
  }
  if (!bodySchema.safeParse(event.data).success) {
    return { event, reason: 'schema', message: 'the body is not a JSON object' };
  }
  return { event };
}

function parseBody(body: Uint8Array): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}

/** True for what is refused at the door. */
export function isBarred(
  admitted: Admitted,
): admitted is Extract<Admitted, { reason: RefusalReason }> {
  return 'reason' in admitted;
}
