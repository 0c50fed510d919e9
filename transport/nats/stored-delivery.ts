// What a webhook is in the stream of deliveries: the payload as the body, everything else in headers, so that lists and
// feeds need no payload. It must never put into a header what would end it: a line break.
import { headers, type MsgHdrs } from 'nats';
import type { Delivered } from './delivery.ts';

export interface DeliveryDraft {
  source: string;
  /** An identifier: `issues`. */
  event: string;
  /** As the sender calls it; the same when it sends it again. */
  id: string;
  /** Whose secret it was signed with. */
  connection: string;
  /** JSON: what it is about. */
  hint: string;
  /** JSON. */
  payload: string;
}

export interface StoredDelivery extends Omit<DeliveryDraft, 'payload'> {
  /** Of the stream. */
  sequence: number;
  storedAtMs: number;
  /** How large the payload was. */
  payloadBytes: number;
  /** False when it was too large for a message of NATS. */
  isPayloadKept: boolean;
  /** How often it had been replayed when this one was stored: 0 for the original. */
  replay: number;
  /** Who replayed it; null for the original. */
  by: string | null;
}

const FIELDS = {
  source: 'Onceward-Source',
  event: 'Onceward-Event',
  id: 'Onceward-Delivery',
  connection: 'Onceward-Connection',
  hint: 'Onceward-Hint',
} as const;
const BYTES = 'Onceward-Payload-Bytes';
const NOTE = 'Onceward-Note';
const REPLAY = 'Onceward-Replay';
const BY = 'Onceward-By';
/** Printable ASCII is what every reader of headers takes. JSON needs its own backslashes as they are. */
const UNPRINTABLE = /[^\x20-\x7e]/g;
const UNPRINTABLE_OR_ESCAPE = /[^\x20-\x7e]|\\/g;

/** What is left out may be anything. */
export function deliverySubject({
  source,
  event,
}: {
  source?: string | undefined;
  event?: string | undefined;
}): string {
  return `onceward.delivery.${source ?? '*'}.${event ?? '*'}`;
}

/** By which the stream recognises a repeat. */
export function messageIdOf({ source, id }: Pick<DeliveryDraft, 'source' | 'id'>, replay = 0) {
  return replay === 0 ? `${source}:${id}` : `${source}:${id}:replay:${replay}`;
}

export interface Replay {
  number: number;
  by: string;
}

/** The headers of a message; a payload that is left out is noted. */
export function headersOf(
  draft: Omit<DeliveryDraft, 'payload'>,
  { bytes, isKept, replay }: { bytes: number; isKept: boolean; replay?: Replay | undefined },
): MsgHdrs {
  const written = headers();
  for (const [field, name] of Object.entries(FIELDS)) {
    const isJson = field === 'hint';
    written.set(name, escaped(draft[field as keyof typeof FIELDS], isJson));
  }
  written.set(BYTES, String(bytes));
  if (!isKept) written.set(NOTE, `payload of ${bytes} bytes left out: too large for a message`);
  if (replay !== undefined) {
    written.set(REPLAY, String(replay.number));
    written.set(BY, escaped(replay.by));
  }
  return written;
}

/** Null for a message that somebody else has put there. */
export function deliveryIn(
  found: MsgHdrs | undefined,
  { sequence, storedAtMs }: Pick<Delivered, 'sequence' | 'storedAtMs'>,
): StoredDelivery | null {
  const field = (name: string) => unescaped(found?.get(name) ?? '');
  const told = {
    source: field(FIELDS.source),
    event: field(FIELDS.event),
    id: field(FIELDS.id),
    connection: field(FIELDS.connection),
    hint: found?.get(FIELDS.hint) ?? '',
  };
  if (found === undefined || Object.values(told).includes('')) return null;
  return {
    ...{ ...told, sequence, storedAtMs: Math.round(storedAtMs) },
    payloadBytes: numberIn(found, BYTES),
    isPayloadKept: !found.has(NOTE),
    replay: numberIn(found, REPLAY),
    by: found.has(BY) ? field(BY) : null,
  };
}

function numberIn(found: MsgHdrs, name: string): number {
  const number = Number(found.get(name) || 0);
  return Number.isSafeInteger(number) && number >= 0 ? number : 0;
}

/** As in JSON: `\u00e4`. A hint, which is JSON, means the same before and after. */
function escaped(text: string, isJson = false): string {
  return text.replace(
    isJson ? UNPRINTABLE : UNPRINTABLE_OR_ESCAPE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function unescaped(text: string): string {
  return text.replace(/\\u([0-9a-f]{4})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
