// Where a feed stands in its stream: what it has handed out, and where a consumer must begin to go on from there.
// It must never begin ahead of what was not handed out yet.
import { type ConsumerConfig, DeliverPolicy } from '@nats-io/jetstream';

export type FeedStart = { sequence: number } | { timeMs: number };

export interface Delivery {
  sequence: number;
  storedAtMs: number;
}

export interface FeedPlace {
  /** The last message handed out; null before the first. */
  last(): Delivery | null;
  /** False for what was handed out before; notes it otherwise. */
  isNew(delivery: Delivery): boolean;
  /** The stream has lost the last message, or is another: what comes next may bear sequences that were seen before. */
  goBack(): void;
  /** The beginning of a consumer that goes on from here. */
  consumer(): Partial<ConsumerConfig>;
}

export function createPlace(wanted: FeedStart): FeedPlace {
  let start = wanted;
  let last: Delivery | null = null;

  return {
    last: () => last,
    isNew(delivery) {
      if (last !== null && delivery.sequence <= last.sequence) return false;
      last = delivery;
      return true;
    },
    goBack() {
      // Everything that survived was stored before; what took its place, after the server began anew.
      if (last !== null) start = { timeMs: Math.floor(last.storedAtMs) + 1 };
      else if ('sequence' in start) start = { sequence: 1 };
      last = null;
    },
    consumer() {
      if (last !== null) return fromSequence(last.sequence + 1);
      return 'timeMs' in start ? fromTime(start.timeMs) : fromSequence(start.sequence);
    },
  };
}

function fromSequence(sequence: number): Partial<ConsumerConfig> {
  return { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: sequence };
}

function fromTime(timeMs: number): Partial<ConsumerConfig> {
  const opt_start_time = new Date(timeMs).toISOString();
  return { deliver_policy: DeliverPolicy.StartTime, opt_start_time };
}
