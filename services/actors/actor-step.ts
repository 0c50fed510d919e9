// One event on one actor: load, decide, commit, and only then act. An effect of a lost commit does not exist,
// and a refused event leaves no trace but its audit entry.
import type { Address } from '../../machines/address.ts';
import { type Decision, decide } from '../../machines/decide.ts';
import type { PendingEffect } from '../../machines/effect.ts';
import type { ActorEvent, RefusalReason } from '../../machines/event.ts';
import {
  type ActorRecord,
  encodeRecord,
  MAX_OPENING_BYTES,
  MAX_RECORD_BYTES,
  type Stored,
  settle,
  stateName,
} from '../../machines/record.ts';
import type { Reply } from '../../transport/ports.ts';
import { faultPoint } from '../../transport/process/fault-point.ts';
import type { ActorsOptions, Delivery } from './delivery.ts';
import { BUCKET_OF, type Loaded } from './record-cache.ts';

export interface ActorStep {
  /** One load, decision and commit; null when the record must be read anew, for another has moved it. */
  attempt(event: ActorEvent, address: Address, arrival: Arrival): Promise<Delivery | null>;
  refuse(event: ActorEvent, refusal: Refusal): Delivery;
  /** Waits for the deadlines of a record from now on, and shows its run to the reaper. */
  watch(address: string, stored: Stored): void;
}

export interface Arrival {
  /** When the event was queued, monotonic milliseconds. */
  atMs: number;
  /** False once an attempt was lost. */
  isFirstAttempt: boolean;
}

interface Refusal {
  reason: RefusalReason;
  message: string;
}

type Applied = Extract<Decision, { outcome: 'applied' }>;

export function createActorStep(options: ActorsOptions): ActorStep {
  return {
    watch: (address, stored) => watch(options, address, stored),
    refuse: (event, refusal) => refuse(options, { event, refusal, stored: null }),
    async attempt(event, address, arrival) {
      const isCached = options.cache.peek(event.address) !== undefined;
      const isPresumedNew = !isCached && arrival.isFirstAttempt && isToldOpening(event);
      const loaded = isPresumedNew ? ABSENT : await load(options, event, address);
      if (loaded.status !== 'stored' && loaded.status !== 'absent') {
        return refuse(options, { event, refusal: bar(loaded), stored: null });
      }
      const stored = loaded.status === 'stored' ? loaded.stored : null;
      const decision = decideSafely(stored, event);
      if (decision.outcome === 'applied')
        return commit(options, { event, address, decision, stored });
      if (decision.outcome === 'repeated') {
        return stored && repeat(options, { event, stored, first: decision.revision });
      }
      // Nothing else would find out that the record in hand is stale: a refusal writes nothing.
      const isProven = !isCached || options.cache.isKnownSince(event.address, arrival.atMs);
      if (!isProven && (await isStale(options, event, { address, stored }))) return null;
      return refuse(options, { event, refusal: decision, stored });
    },
  };
}

const ABSENT = { status: 'absent' } as const;

/**
 * A run that its item opens is new, or this is a repeat; then its key is there, as a record or as the marker of
 * a removal, and the write is lost. Looking first would cost every run two readings.
 */
function isToldOpening({ type, door, address }: ActorEvent): boolean {
  return type === 'open' && door === 'tell' && address.startsWith('run.');
}

async function isStale(
  { cache }: ActorsOptions,
  event: ActorEvent,
  { address, stored }: { address: Address; stored: Stored | null },
): Promise<boolean> {
  cache.forget(event.address);
  const fresh = await cache.load(event.address, address);
  return fresh.status !== 'stored' || fresh.stored.revision !== stored?.revision;
}

function watch({ deadlines, liveRuns }: ActorsOptions, address: string, stored: Stored): void {
  liveRuns.update(address, stored);
  deadlines.set(address, stored.revision, stored.record.context.deadlines);
}

async function load(options: ActorsOptions, event: ActorEvent, address: Address): Promise<Loaded> {
  const { cache, outbox } = options;
  const isCached = cache.peek(event.address) !== undefined;
  const loaded = await cache.load(event.address, address);
  if (loaded.status !== 'stored') return loaded;
  const { revision } = loaded.stored;
  // Armed anew, a deadline would fire again while the event it has fired is being decided.
  const isWatched = isCached || options.deadlines.isSet(event.address, revision);
  if (!isWatched) watch(options, event.address, loaded.stored);
  const record = settle(loaded.stored, (pending) => outbox.isPerformed(event.address, pending));
  return { status: 'stored', stored: { record, revision } };
}

async function commit(
  options: ActorsOptions,
  step: { event: ActorEvent; address: Address; decision: Applied; stored: Stored | null },
): Promise<Delivery | null> {
  const { event, address, decision, stored } = step;
  const record = { ...decision.record, by: options.identity };
  const value = encodeRecord(record);
  const maxBytes = stored === null ? MAX_OPENING_BYTES : MAX_RECORD_BYTES;
  if (isLonger(value, maxBytes)) {
    const sizeBytes = Buffer.byteLength(value);
    const message = `the record would have ${sizeBytes} of at most ${maxBytes} bytes`;
    return refuse(options, { event, refusal: { reason: 'too-large', message }, stored });
  }
  const write = { key: address.key, value, expectedRevision: stored?.revision ?? 0 };
  const sentAtMs = options.clock.monotonicMs();
  const written = await options.committerOf(BUCKET_OF[address.kind]).commit(write);
  if (written.outcome === 'lost') return null;
  faultPoint('after-commit');
  const { revision } = written;
  options.cache.put(event.address, { record, revision }, sentAtMs);
  watch(options, event.address, { record, revision });
  options.outbox.prune(event.address, record.outbox);
  // With those of earlier commits that are carried along: another host may have left them undone.
  const performed = act(options, { address: event.address, revision, effects: record.outbox });
  const reply = {
    outcome: 'applied',
    revision,
    state: stateName(record.state),
    isRepeat: false,
  } as const;
  return { reply: answer(options, { event, reply, stored, after: record }), performed };
}

/** No character takes more than three bytes: most texts need not be counted. */
function isLonger(text: string, maxBytes: number): boolean {
  return text.length * 3 > maxBytes && Buffer.byteLength(text) > maxBytes;
}

async function act(
  { outbox }: ActorsOptions,
  done: { address: string; revision: number; effects: readonly PendingEffect[] },
): Promise<void> {
  await outbox.schedule(done.address, done.revision, done.effects);
  faultPoint('after-outbox');
}

/** A repeat heals a crash between commit and outbox: it is answered after the effects are out. */
function repeat(
  options: ActorsOptions,
  { event, stored, first }: { event: ActorEvent; stored: Stored; first: number | null },
): Delivery {
  const { record } = stored;
  const revision = first ?? stored.revision;
  const reply = {
    outcome: 'applied',
    revision,
    state: stateName(record.state),
    isRepeat: true,
  } as const;
  const performed = options.outbox.schedule(event.address, stored.revision, record.outbox);
  return { reply: answer(options, { event, reply, stored, after: null }), performed };
}

function refuse(
  options: ActorsOptions,
  refused: { event: ActorEvent; refusal: Refusal; stored: Stored | null },
): Delivery {
  const { event, refusal, stored } = refused;
  const { reason, message } = refusal;
  const reply = { outcome: 'refused', reason, message, state: fromOf(stored) } as const;
  const answered = answer(options, { event, reply, stored, after: null });
  return { reply: answered, performed: Promise.resolve() };
}

function answer(
  { record }: ActorsOptions,
  told: { event: ActorEvent; reply: Reply; stored: Stored | null; after: ActorRecord | null },
): Reply {
  const { event, reply, stored, after } = told;
  const before = stored?.record ?? null;
  record({ event, reply, from: fromOf(stored), claimant: claimantOf(event), before, after });
  return reply;
}

function bar(loaded: Exclude<Loaded, { stored: Stored }>): Refusal {
  if (!('message' in loaded)) return { reason: 'finished', message: 'already archived' };
  const message = `the record is left untouched: ${loaded.message}`;
  return { reason: 'newer-version', message };
}

/** Nothing that is sent from outside may stop a host: what cannot be decided is refused. */
function decideSafely(stored: Stored | null, event: ActorEvent): Decision {
  try {
    return decide(stored, event);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { outcome: 'refused', reason: 'schema', message: `could not be decided: ${message}` };
  }
}

function fromOf(stored: Stored | null): string | null {
  return stored === null ? null : stateName(stored.record.state);
}

function claimantOf(event: ActorEvent): string | null {
  const data = event.data as { claimant?: unknown } | null;
  return event.type === 'claim' && typeof data?.claimant === 'string' ? data.claimant : null;
}
