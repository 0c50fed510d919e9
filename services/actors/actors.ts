// The actors of one host: each a queue of events, decided and committed one after the other.
// Load, decide, commit, and only then act: an effect of a lost commit does not exist.
import { type Address, parseAddress } from '../../machines/address.ts';
import { type Decision, decide } from '../../machines/decide.ts';
import type { PendingEffect } from '../../machines/effect.ts';
import type { ActorEvent, RefusalReason } from '../../machines/event.ts';
import {

  encodeRecord,
  MAX_RECORD_BYTES,
  type Stored,
  settle,
  stateName,
} from '../../machines/record.ts';
import { OncewardError } from '../../transport/errors.ts';
import type { BucketName, Clock, Reply } from '../../transport/ports.ts';
import { faultPoint } from '../../transport/process/fault-point.ts';
import type { Committer } from './commit.ts';
import type { Deadlines } from './deadlines.ts';
import type { Outbox } from './outbox.ts';
import { BUCKET_OF, type Loaded, type RecordCache } from './record-cache.ts';

/** How often one event is decided anew because somebody else moved the record. */
const MAX_CONFLICTS = 16;
const RETRY_BACKOFF_MS = 100;
const RETRY_BACKOFF_CAP_MS = 2_000;

export interface Delivery {
  reply: Reply;
  /** Settles once every effect of this commit has been performed. */
  performed: Promise<void>;
}

/** What the audit is told of one event. */
export interface Outcome {
  event: ActorEvent;
  reply: Reply;
  from: string | null;
  claimant: string | null;
}

export interface Actors {
  /** Queues an event behind the earlier ones of its actor; resolves after the commit. */
  deliver(event: ActorEvent): Promise<Delivery>;
  /** Takes up a record found while taking over: its deadlines and its unperformed effects. */
  adopt(address: string, stored: Stored): void;
  /** How many actors have events waiting. */
  busyCount(): number;
}

export interface ActorsOptions {
  identity: string;
  cache: RecordCache;
  committerOf: (bucket: BucketName) => Committer;
  outbox: Outbox;
  deadlines: Deadlines;
  clock: Clock;
  record: (outcome: Outcome) => void;
  /** Told of every failure that is retried. */
  report: (event: ActorEvent, error: unknown) => void;
  isStopping: () => boolean;
}

export function createActors(options: ActorsOptions): Actors {
  const { cache, outbox, deadlines } = options;
  const tails = new Map<string, Promise<unknown>>();

  const keep = (address: string, stored: Stored) => {
    cache.put(address, stored);
    deadlines.set(address, stored.revision, stored.record.context.deadlines);
  };

  const process = async (event: ActorEvent): Promise<Delivery> => {
    const address = parseAddress(event.address);
    if (address === null) return refuse(event, 'unknown-actor', 'the address is malformed');
    for (let tries = 0; ; tries += 1) {
      try {
        return await settleConflicts(event, address);
      } catch (error) {
        cache.forget(event.address);
        // Whoever asks repeats the question. Everybody else relies on order: a later event of this
        // actor must not overtake one whose outcome is unknown.
        if (event.door === 'ask' || options.isStopping()) throw error;
        options.report(event, error);
        await pause(options.clock, tries);
      }
    }
  };

  const settleConflicts = async (event: ActorEvent, address: Address): Promise<Delivery> => {
    for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts += 1) {
      const delivery = await attempt(event, address);
      if (delivery !== null) return delivery;
      cache.forget(event.address);
    }
    throw new OncewardError(
      'REVISION_CONFLICT',
      `${event.address} was moved ${MAX_CONFLICTS} times by others while ${event.type} was decided`,
    );
  };

  /** One load, decision and commit; null when the commit was lost to another writer. */
  const attempt = async (event: ActorEvent, address: Address): Promise<Delivery | null> => {
    const isCached = cache.peek(event.address) !== undefined;
    const loaded = await cache.load(event.address, address);
    if (loaded.status !== 'stored' && loaded.status !== 'absent') return bar(event, loaded);
    if (loaded.status === 'stored' && !isCached) keep(event.address, loaded.stored);
    const stored = loaded.status === 'stored' ? present(event.address, loaded.stored) : null;
    const decision = decideSafely(stored, event);
    if (decision.outcome === 'refused') {
      return refuse(event, decision.reason, decision.message, stored);
    }
    if (decision.outcome === 'repeated') return repeat(event, decision.revision, stored);
    return commit(event, { address, stored, decision });
  };

  const present = (address: string, stored: Stored): Stored => ({
    record: settle(stored, (pending) => outbox.isPerformed(address, pending)),
    revision: stored.revision,
  });

  const commit = async (
    event: ActorEvent,
    step: { address: Address; stored: Stored | null; decision: Applied },
  ): Promise<Delivery | null> => {
    const { address, stored, decision } = step;
    const record = { ...decision.record, by: options.identity };
    const value = encodeRecord(record);
    const sizeBytes = Buffer.byteLength(value);
    if (sizeBytes > MAX_RECORD_BYTES) {
      const message = `the record would have ${sizeBytes} of ${MAX_RECORD_BYTES} bytes`;
      return refuse(event, 'too-large', message, stored);
    }
    const committer = options.committerOf(BUCKET_OF[address.kind]);
    const expectedRevision = stored?.revision ?? 0;
    const written = await committer.commit({ key: address.key, value, expectedRevision });
    if (written.outcome === 'lost') return null;
    faultPoint('after-commit');
    keep(event.address, { record, revision: written.revision });
    outbox.prune(event.address, record.outbox);
    const performed = act(event.address, written.revision, decision.effects);
    const state = stateName(record.state);
    const reply = { outcome: 'applied', revision: written.revision, state, isRepeat: false } as const;
    options.record({ event, reply, from: fromOf(stored), claimant: claimantOf(event) });
    return { reply, performed };
  };

  const act = async (
    address: string,
    revision: number,
    effects: readonly PendingEffect[],
  ): Promise<void> => {
    await outbox.schedule(address, revision, effects);
    faultPoint('after-outbox');
  };

  /** A repeat heals a crash between commit and outbox: it is answered after the effects are out. */
  const repeat = (event: ActorEvent, revision: number | null, stored: Stored | null): Delivery => {
    const state = stored === null ? '' : stateName(stored.record.state);
    const known = revision ?? stored?.revision ?? 0;
    const reply = { outcome: 'applied', revision: known, state, isRepeat: true } as const;
    options.record({ event, reply, from: fromOf(stored), claimant: claimantOf(event) });
    const performed =
      stored === null
        ? Promise.resolve()
        : outbox.schedule(event.address, stored.revision, stored.record.outbox);
    return { reply, performed };
  };

  const bar = (event: ActorEvent, loaded: Exclude<Loaded, { stored: Stored }>): Delivery => {
    if (loaded.status === 'archived') return refuse(event, 'finished', 'already archived');
    const message = 'message' in loaded ? loaded.message : '';
    return refuse(event, 'newer-version', `the record is left untouched: ${message}`);
  };

  const refuse = (
    event: ActorEvent,
    reason: RefusalReason,
    message: string,
    stored: Stored | null = null,
  ): Delivery => {
    const state = stored === null ? null : stateName(stored.record.state);
    const reply = { outcome: 'refused', reason, message, state } as const;
    options.record({ event, reply, from: state, claimant: claimantOf(event) });
    return { reply, performed: Promise.resolve() };
  };

  return {
    deliver(event) {
      const before = tails.get(event.address) ?? Promise.resolve();
      const mine = before.then(() => process(event));
      const tail = mine.catch(() => undefined);
      tails.set(event.address, tail);
      void tail.then(() => {
        if (tails.get(event.address) === tail) tails.delete(event.address);
      });
      return mine;
    },
    adopt(address, stored) {
      const known = cache.peek(address);
      if (known !== undefined && known.revision > stored.revision) return;
      keep(address, stored);
      void outbox.schedule(address, stored.revision, stored.record.outbox);
    },
    busyCount: () => tails.size,
  };
}

type Applied = Extract<Decision, { outcome: 'applied' }>;

function fromOf(stored: Stored | null): string | null {
  return stored === null ? null : stateName(stored.record.state);
}

function claimantOf(event: ActorEvent): string | null {
  const data = event.data as { claimant?: unknown } | null;
  return event.type === 'claim' && typeof data?.claimant === 'string' ? data.claimant : null;
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

function pause(clock: Clock, tries: number): Promise<void> {
  const delayMs = Math.min(RETRY_BACKOFF_CAP_MS, RETRY_BACKOFF_MS * 2 ** Math.min(tries, 8));
  return new Promise((done) => {
    clock.after(delayMs, done);
  });
}
