// The stream of webhooks: what came in, kept for seven days, and told to every host that listens.
// It must never call a webhook stored before the server has said so.
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from 'nats';
import { OncewardError } from '../errors.ts';
import { requestError } from './jetstream-api.ts';
import { openOrderedFeed } from './ordered-feed.ts';
import type { FeedLink } from './pull-session.ts';
import {
  type DeliveryDraft,
  deliveryIn,
  deliverySubject,
  headersOf,
  messageIdOf,
  type Replay,
  type StoredDelivery,
} from './stored-delivery.ts';
import { DELIVERIES_STREAM } from './topology-settings.ts';

export interface DeliveryFilter {
  source?: string | undefined;
  event?: string | undefined;
  /** As the sender calls it. */
  id?: string | undefined;
}

export interface DeliveryFeed {
  /** In their order, each once, over lost connections; ends when it is closed. To be read once. */
  deliveries(): AsyncIterable<StoredDelivery>;
  close(): void;
}

export interface Deliveries {
  /**
   * Resolves once it is stored; a repeat within an hour is not stored again. A payload too large for a message
   * of NATS is left out, and noted. @throws BROKER_UNAVAILABLE, PERMISSION_DENIED, OUTCOME_UNKNOWN
   */
  store(draft: DeliveryDraft): Promise<{ isRepeat: boolean }>;
  /** The newest of those that match, oldest first. @throws BROKER_UNAVAILABLE, PERMISSION_DENIED */
  newest(filter: DeliveryFilter, limit: number): Promise<StoredDelivery[]>;
  /** Null when the payload was left out. @throws DELIVERY_NOT_FOUND, BROKER_UNAVAILABLE */
  payload(delivery: StoredDelivery): Promise<string | null>;
  /** Stores it once more, so that hosts look again. @throws as `store` */
  replay(
    delivery: StoredDelivery,
    replay: Replay & { hint: string },
  ): Promise<{ isRepeat: boolean }>;
  /** What is stored from now on. @throws BROKER_UNAVAILABLE, OUTCOME_UNKNOWN, PERMISSION_DENIED */
  follow(): Promise<DeliveryFeed>;
}

/** Left for the headers, of which the hint is the longest. */
const HEADER_BYTES = 16_384;
const MAX_PAYLOAD_DEFAULT = 1_048_576;
const STORE_LIMIT_MS = 5_000;

export function createDeliveries(link: FeedLink): Deliveries {
  const { nc } = link;
  const payloadOf = async ({ sequence, isPayloadKept, id }: StoredDelivery) => {
    if (!isPayloadKept) return null;
    const { streams } = await jetstreamManager(nc, { checkAPI: false });
    const stored = await streams
      .getMessage(DELIVERIES_STREAM, { seq: sequence })
      .catch((cause: unknown) => {
        throw requestError(DELIVERIES_STREAM, cause);
      });
    if (stored !== null) return stored.string();
    throw new OncewardError('DELIVERY_NOT_FOUND', `delivery ${id} is not kept any more`);
  };
  return {
    store: (draft) => publish(nc, draft, draft.payload),
    newest: (filter, limit) => newest(link, filter, limit),
    payload: payloadOf,
    async replay(delivery, { hint, ...replay }) {
      const payload = await payloadOf(delivery);
      return publish(nc, { ...delivery, hint }, payload, { replay, bytes: delivery.payloadBytes });
    },
    follow: () => follow(link),
  };
}

async function publish(
  nc: NatsConnection,
  draft: Omit<DeliveryDraft, 'payload'>,
  payload: string | null,
  { replay, bytes }: { replay?: Replay; bytes?: number } = {},
): Promise<{ isRepeat: boolean }> {
  const subject = deliverySubject(draft);
  const size = bytes ?? Buffer.byteLength(payload ?? '');
  const room = (nc.info?.max_payload ?? MAX_PAYLOAD_DEFAULT) - HEADER_BYTES;
  const isKept = payload !== null && Buffer.byteLength(payload) <= room;
  try {
    const { duplicate } = await jetstream(nc).publish(subject, isKept ? payload : '', {
      msgID: messageIdOf(draft, replay?.number),
      headers: headersOf(draft, { bytes: size, isKept, replay }),
      timeout: STORE_LIMIT_MS,
    });
    return { isRepeat: duplicate };
  } catch (cause) {
    throw requestError(subject, cause);
  }
}

/** Reads the heads of all that match: a stream is read in one direction only. */
async function newest(
  link: FeedLink,
  filter: DeliveryFilter,
  limit: number,
): Promise<StoredDelivery[]> {
  const feed = await openOrderedFeed(link, {
    stream: DELIVERIES_STREAM,
    filter: deliverySubject(filter),
    start: { sequence: 1 },
    isHeadersOnly: true,
  });
  const found: StoredDelivery[] = [];
  void feed.caughtUp.then(feed.close);
  for await (const { message, delivered } of feed.messages()) {
    const delivery = deliveryIn(message.headers, delivered);
    if (delivery === null || (filter.id !== undefined && delivery.id !== filter.id)) continue;
    found.push(delivery);
    if (found.length > limit) found.shift();
  }
  return found;
}

async function follow(link: FeedLink): Promise<DeliveryFeed> {
  const feed = await openOrderedFeed(link, {
    stream: DELIVERIES_STREAM,
    filter: deliverySubject({}),
    isHeadersOnly: true,
  });
  return {
    close: feed.close,
    async *deliveries() {
      for await (const { message, delivered } of feed.messages()) {
        const delivery = deliveryIn(message.headers, delivered);
        if (delivery !== null) yield delivery;
      }
    },
  };
}
