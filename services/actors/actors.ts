// The actors of one host: each a queue of events, taken one after the other. What is unknown is found out
// before the next event of that actor gets its turn, so that order is never lost.
import { type Address, parseAddress } from '../../machines/address.ts';
import type { ActorEvent } from '../../machines/event.ts';
import type { Stored } from '../../machines/record.ts';
import { OncewardError } from '../../transport/errors.ts';
import { createActorStep } from './actor-step.ts';
import type { ActorsOptions, Delivery } from './delivery.ts';
import { createKeyedQueue } from './keyed-queue.ts';

/** How often one event is decided anew because somebody else moved the record. */
const MAX_CONFLICTS = 16;
const REEXAMINE_AFTER_MS = 5_000;
const RETRY_BACKOFF_MS = 100;
const RETRY_BACKOFF_CAP_MS = 2_000;

export interface Actors {
  /** Queues an event behind the earlier ones of its actor; resolves after the commit. */
  deliver(event: ActorEvent): Promise<Delivery>;
  /** Waits for the deadlines of a record that was found, and shows its run to the reaper. */
  watch(address: string, stored: Stored): void;
  /** How many actors have events waiting. */
  busyCount(): number;
}

export function createActors(options: ActorsOptions): Actors {
  const { cache, outbox, clock } = options;
  const step = createActorStep(options);
  const queue = createKeyedQueue();

  const settleConflicts = async (
    event: ActorEvent,
    address: Address,
    arrivedAtMs: number,
  ): Promise<Delivery> => {
    for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts += 1) {
      const delivery = await step.attempt(event, address, {
        atMs: arrivedAtMs,
        isFirstAttempt: conflicts === 0,
      });
      if (delivery !== null) return delivery;
      cache.forget(event.address);
    }
    const what = `${event.address} was moved ${MAX_CONFLICTS} times by others`;
    throw new OncewardError('REVISION_CONFLICT', `${what} while ${event.type} was decided`);
  };

  const process = async (event: ActorEvent, arrivedAtMs: number): Promise<Delivery> => {
    const address = parseAddress(event.address);
    if (address === null) {
      return step.refuse(event, { reason: 'unknown-actor', message: 'the address is malformed' });
    }
    for (let tries = 0; ; tries += 1) {
      try {
        return await settleConflicts(event, address, arrivedAtMs);
      } catch (error) {
        cache.forget(event.address);
        // Whoever asks repeats the question. Everybody else relies on order: a later event of this
        // actor must not overtake one whose outcome is unknown.
        if (event.door === 'ask' || options.isStopping()) {
          clock.after(REEXAMINE_AFTER_MS, () => void reexamine(event.address, address));
          throw error;
        }
        options.report(event, error);
        const delayMs = Math.min(RETRY_BACKOFF_CAP_MS, RETRY_BACKOFF_MS * 2 ** Math.min(tries, 8));
        await new Promise<void>((done) => void clock.after(delayMs, done));
      }
    }
  };

  /** The write of an asker who gave up may still have landed: its deadlines and effects are ours. */
  const reexamine = async (address: string, parsed: Address): Promise<void> => {
    if (options.isStopping()) return;
    const loaded = await cache.load(address, parsed).catch(() => null);
    if (loaded?.status !== 'stored') return;
    watch(address, loaded.stored);
    void outbox.schedule(address, loaded.stored.revision, loaded.stored.record.outbox);
  };

  const watch = (address: string, stored: Stored): void => {
    const known = cache.peek(address);
    if (known !== undefined && known.revision > stored.revision) return;
    // The record may not be in memory just now: it is read anew before an event of it is refused.
    if (options.deadlines.isOutdated(address, stored.revision)) return;
    step.watch(address, stored);
  };

  return {
    watch,
    deliver(event) {
      const arrivedAtMs = clock.monotonicMs();
      return queue.run(event.address, () => process(event, arrivedAtMs));
    },
    busyCount: queue.size,
  };
}
