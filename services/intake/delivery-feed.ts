// Tells this host of every webhook that is stored while it runs, in their order. Each host hears of all of them, and
// passes over what it does not watch: none is acknowledged, for what is missed is read anyway at the next round.
// It must never let one hint hold up those behind it for long.
import type { Deliveries, DeliveryFeed } from '../../transport/nats/deliveries.ts';
import type { StoredDelivery } from '../../transport/nats/stored-delivery.ts';
import type { Clock } from '../../transport/ports.ts';
import type { Log } from '../actors/log.ts';
import { withTimeLimit } from '../workers/time-limit.ts';
import { type Hint, parseHint } from './delivery-hint.ts';

export interface DeliveryFeedOptions {
  deliveries: Pick<Deliveries, 'follow'>;
  /** The next one comes when this has settled, or after 10 s. What it throws is logged, and nothing else. */
  onHint: (hint: Hint, delivery: StoredDelivery) => Promise<void> | void;
  clock: Clock;
  log: Log;
}

const HINT_LIMIT_MS = 10_000;

/** @throws BROKER_UNAVAILABLE, OUTCOME_UNKNOWN, PERMISSION_DENIED */
export async function startDeliveryFeed(
  options: DeliveryFeedOptions,
): Promise<{ stop(): Promise<void> }> {
  const feed = await options.deliveries.follow();
  const ended = passOn(options, feed);
  return {
    async stop() {
      feed.close();
      await ended;
    },
  };
}

async function passOn(options: DeliveryFeedOptions, feed: DeliveryFeed): Promise<void> {
  try {
    for await (const delivery of feed.deliveries()) await tell(options, delivery);
  } catch (err) {
    options.log.error(
      { err },
      'webhooks are heard of no more; what they tell is read at each round',
    );
  }
}

async function tell(
  { onHint, clock, log }: DeliveryFeedOptions,
  delivery: StoredDelivery,
): Promise<void> {
  const { id, source, event, sequence } = delivery;
  const about = { delivery: id, source, event, sequence };
  const hint = parseHint(delivery.hint);
  if (hint === null) {
    log.warn(about, 'a stored webhook holds no hint of this version; it is passed over');
    return;
  }
  const limit = { clock, limitMs: HINT_LIMIT_MS, subject: `the hint of delivery ${id}` };
  try {
    await withTimeLimit(limit, async () => onHint(hint, delivery));
  } catch (err) {
    log.warn({ ...about, err }, 'a webhook could not be followed up; the next round will');
  }
}
