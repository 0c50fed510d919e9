// Stored webhooks as rows, and one of them stored once more. It must never show a payload: it holds what others wrote.
import { fromToken, toToken } from '../../machines/identifier.ts';
import { OncewardError } from '../../transport/errors.ts';
import type { Deliveries } from '../../transport/nats/deliveries.ts';
import { messageIdOf, type StoredDelivery } from '../../transport/nats/stored-delivery.ts';
import { deliveryHint, type Hint, type HintSubject, parseHint } from '../intake/delivery-hint.ts';
import { WEBHOOK_SOURCES, type WebhookSource } from '../intake/webhook-source.ts';

export interface DeliveryRow {
  id: string;
  source: string;
  event: string;
  /** Whose secret it was signed with. */
  connection: string;
  /** Null where the hint cannot be read, such as one of a newer version. */
  repository: string | null;
  subject: HintSubject | null;
  receivedAtMs: number;
  payloadBytes: number;
  /** False when it was too large for a message of NATS. */
  isPayloadKept: boolean;
  /** 0 for what came in, 1 for its first replay. */
  replay: number;
  /** Who replayed it. */
  by: string | null;
  /** Of the stream. */
  sequence: number;
}

export interface ReplayedDelivery {
  id: string;
  source: string;
  event: string;
  replay: number;
  by: string;
  /** Under which it was stored; storing it twice under the same is harmless. */
  messageId: string;
}

export interface DeliveryChoice {
  source?: WebhookSource | undefined;
  /** As the sender calls it: `issues`, `workitem.comment`. */
  event?: string | undefined;
}

type Reading = Pick<Deliveries, 'newest'>;

/** Newest first. @throws BROKER_UNAVAILABLE, PERMISSION_DENIED */
export async function readDeliveries(
  deliveries: Reading,
  { source, event }: DeliveryChoice,
  limit: number,
): Promise<DeliveryRow[]> {
  const filter = { source, event: event === undefined ? undefined : toToken(event) };
  return (await deliveries.newest(filter, limit)).reverse().map(rowOf);
}

/** More replays of one webhook than this are not looked for. */
const MAX_COPIES = 1_000;

/**
 * Stores it again, so that every host looks again at what it is about, as the present version reads it.
 * @throws DELIVERY_NOT_FOUND, PERMISSION_DENIED, BROKER_UNAVAILABLE, OUTCOME_UNKNOWN
 */
export async function replayDelivery(
  deliveries: Deliveries,
  { id, by, source }: { id: string; by: string; source?: WebhookSource | undefined },
): Promise<ReplayedDelivery> {
  const copies = await deliveries.newest({ id, source }, MAX_COPIES);
  const newest = copies.at(-1);
  if (newest === undefined) {
    throw new OncewardError('DELIVERY_NOT_FOUND', `no delivery ${id} is kept`);
  }
  const replay = 1 + Math.max(...copies.map((copy) => copy.replay));
  const hint = JSON.stringify(await hintAnew(deliveries, newest)) ?? newest.hint;
  await deliveries.replay(newest, { number: replay, by, hint });
  const messageId = messageIdOf(newest, replay);
  return { id, source: newest.source, event: fromToken(newest.event), replay, by, messageId };
}

/** Undefined where the payload is not kept, or says less by now. */
async function hintAnew(
  deliveries: Pick<Deliveries, 'payload'>,
  delivery: StoredDelivery,
): Promise<Hint | undefined> {
  const source = WEBHOOK_SOURCES.find((known) => known === delivery.source);
  const payload = await deliveries.payload(delivery);
  if (source === undefined || payload === null) return undefined;
  try {
    const reading = deliveryHint(source, fromToken(delivery.event), JSON.parse(payload));
    return 'ignored' in reading ? undefined : reading;
  } catch {
    return undefined;
  }
}

function rowOf({ hint, event, storedAtMs, ...delivery }: StoredDelivery): DeliveryRow {
  const told = parseHint(hint);
  return {
    ...{ id: delivery.id, source: delivery.source, event: fromToken(event) },
    connection: delivery.connection,
    ...{ repository: told?.repository ?? null, subject: told?.subject ?? null },
    receivedAtMs: storedAtMs,
    ...{ payloadBytes: delivery.payloadBytes, isPayloadKept: delivery.isPayloadKept },
    ...{ replay: delivery.replay, by: delivery.by, sequence: delivery.sequence },
  };
}
