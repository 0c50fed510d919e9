// The ids of traces and spans, derived from what they are about: whichever host writes a span, and however
// often, it is the same span. It must never draw an id at random.
import { createHash } from 'node:crypto';
import { itemAddress, parseAddress } from '../../machines/address.ts';
import { parseTraceparent, type TraceContext } from '../../machines/traceparent.ts';

const TRACE_DIGITS = 32;
const SPAN_DIGITS = 16;

/** What every span of an item and its runs shares. */
export interface ItemTrace {
  traceId: string;
  /** The span of the item itself. */
  itemSpanId: string;
  /** The span of whoever published the item; null when the trace begins with it. */
  publisherSpanId: string | null;
  isSampled: boolean;
}

/**
 * The trace an item or a run belongs to, as its record keeps it. Without a trace context, as in records of
 * before and where nothing was traced when the item was opened, it follows from the address alone.
 */
export function itemTraceOf(address: string, traceparent: unknown): ItemTrace {
  const item = itemOf(address);
  const sent = parseTraceparent(traceparent) ?? ownTrace(item);
  const itemSpanId = spanIdOf(sent.traceId, item);
  // What a host began itself names the span of the item as its own parent.
  const publisherSpanId = sent.spanId === itemSpanId ? null : sent.spanId;
  return { traceId: sent.traceId, itemSpanId, publisherSpanId, isSampled: sent.isSampled };
}

/** A trace for an item that came without one. The event tells it from others of the same name. */
export function beginTrace(item: string, eventId: string, atMs: number): string {
  const { traceId, spanId } = ownTrace(item, eventId, String(atMs));
  return `00-${traceId}-${spanId}-01`;
}

/** Of a run, or of something within it or its item: a state, with its generation and its beginning. */
export function spanIdOf(traceId: string, address: string, ...within: string[]): string {
  return digest([traceId, address, ...within], SPAN_DIGITS);
}

/** The trace context a run hands to its command; null where nobody began a trace. */
export function runTraceparent(address: string, traceparent: unknown): string | null {
  const sent = parseTraceparent(traceparent);
  if (sent === null) return null;
  return `00-${sent.traceId}-${spanIdOf(sent.traceId, address)}-${sent.isSampled ? '01' : '00'}`;
}

function ownTrace(item: string, ...more: string[]): TraceContext {
  const traceId = digest(['onceward', item, ...more], TRACE_DIGITS);
  return { traceId, spanId: spanIdOf(traceId, item), isSampled: true };
}

function itemOf(address: string): string {
  const parsed = parseAddress(address);
  return parsed === null ? address : itemAddress(parsed.project, parsed.subject);
}

/** Never all zeros, which would be no id: the first digit is kept from being one. */
function digest(parts: readonly string[], digits: number): string {
  const hex = createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, digits);
  return hex.startsWith('0') ? `1${hex.slice(1)}` : hex;
}
