// The trace context that a publisher may send along: W3C `traceparent`, checked and kept as text.
// It must never keep an item from being opened: what cannot be read counts as not sent.
import { z } from 'zod';

/** Version 00: trace, parent and flags, none of the ids all zeros. */
const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;
/** A later version begins the same way, as its specification promises. */
const LATER_VERSION = /^(?!00|ff)[0-9a-f]{2}(-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2})(?:-|$)/;
const SAMPLED = 1;

/** As it is kept in records: version 00, or null. */
export const traceparentSchema = z.string().regex(TRACEPARENT).nullable().catch(null);

export interface TraceContext {
  /** 32 hexadecimal digits. */
  traceId: string;
  /** The span of whoever sent it, 16 hexadecimal digits. */
  spanId: string;
  /** False where the sender asks that nothing be recorded. */
  isSampled: boolean;
}

/** What is kept of a header or a variable; null when it is no trace context. */
export function cleanTraceparent(text: string | undefined): string | null {
  const trimmed = text?.trim() ?? '';
  const later = LATER_VERSION.exec(trimmed)?.[1];
  return traceparentSchema.parse(later === undefined ? trimmed : `00${later}`);
}

/** Reads what a record keeps; null for anything else, the records of before included. */
export function parseTraceparent(text: unknown): TraceContext | null {
  if (typeof text !== 'string' || !TRACEPARENT.test(text)) return null;
  const [, traceId = '', spanId = '', flags = ''] = text.split('-');
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & SAMPLED) === SAMPLED };
}
