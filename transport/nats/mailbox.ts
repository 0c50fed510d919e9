// One partition's durable mailbox, delivered gapless and in order, or not at all: a delivery that never
// arrived would come back behind later ones, and a record would take it for a repeat.
import {
  type ConsumerMessages,
  DeliverPolicy,
  type JsMsg,
  jetstream,
  jetstreamManager,
} from '@nats-io/jetstream';
import { Match, type NatsConnection } from 'nats';
import type { MailboxMessage, MailboxSession } from '../ports.ts';
import { apiRequest } from './jetstream-api.ts';
import { EVENTS_STREAM, OWNER_GROUP } from './topology-settings.ts';

/** Longest life of one pull; a lost connection is noticed within about twice this. */
const PULL_MS = 5_000;
const MAX_BUFFERED_MESSAGES = 256;

/**
 * Opens the mailbox of a partition, taking its pin from whoever held it. The first messages are those
 * that were delivered to an earlier owner and never acknowledged.
 */
export async function openMailbox(
  nc: NatsConnection,
  partition: number,
  onReconnect: (callback: () => void) => () => void,
): Promise<MailboxSession> {
  const name = `mailbox-${partition}`;
  const manager = await jetstreamManager(nc);
  await manager.consumers.unpin(EVENTS_STREAM, name, OWNER_GROUP).catch(() => undefined);
  const consumer = await jetstream(nc).consumers.get(EVENTS_STREAM, name);
  const info = await consumer.info();
  const owed = { from: info.ack_floor.stream_seq + 1, to: info.delivered.stream_seq };
  const isOwed = info.num_ack_pending + info.num_pending > 0;
  const owedUpTo = isOwed ? await lastSequence(nc, partition) : 0;
  let live: ConsumerMessages | null = null;
  let isClosed = false;

  const close = async () => {
    isClosed = true;
    stopListening();
    await live?.close();
  };
  // What was on its way when the connection broke is gone; a new session asks for it again.
  const stopListening = onReconnect(() => void close());

  async function* messages(): AsyncIterable<MailboxMessage> {
    if (info.num_ack_pending > 0) yield* unacknowledged(nc, partition, owed);
    if (isClosed) return;
    live = await consumer.consume({
      group: OWNER_GROUP,
      max_messages: MAX_BUFFERED_MESSAGES,
      expires: PULL_MS,
    });
    // It tells its end to nobody but a reader, so that it is read although it was closed meanwhile.
    if (isClosed) live.stop();
    let expected = info.delivered.consumer_seq + 1;
    for await (const message of live) {
      if (isClosed || message.info.deliverySequence !== expected) break;
      expected += 1;
      yield delivered(message, () => message.ack());
    }
    await close();
  }

  return {
    messages,
    owedUpTo,
    async close() {
      await close();
      await manager.consumers.unpin(EVENTS_STREAM, name, OWNER_GROUP).catch(() => undefined);
    },
  };
}

async function lastSequence(nc: NatsConnection, partition: number): Promise<number> {
  const subject = { last_by_subj: `onceward.mailbox.${partition}.>` };
  const answer = await apiRequest<{ message: { seq: number } }>(
    nc,
    `STREAM.MSG.GET.${EVENTS_STREAM}`,
    subject,
  );
  return answer.ok ? answer.value.message.seq : 0;
}

/** They will be delivered again, and acknowledged then; here they are only read, in order. */
async function* unacknowledged(
  nc: NatsConnection,
  partition: number,
  range: { from: number; to: number },
): AsyncIterable<MailboxMessage> {
  const reader = await jetstream(nc).consumers.get(EVENTS_STREAM, {
    filter_subjects: [`onceward.mailbox.${partition}.>`],
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: range.from,
  });
  try {
    if ((await reader.info(true)).num_pending === 0) return;
    const messages = await reader.consume();
    for await (const message of messages) {
      if (message.seq > range.to) return;
      yield delivered(message, () => {});
      if (message.seq === range.to || message.info.pending === 0) return;
    }
  } finally {
    await reader.delete().catch(() => false);
  }
}

function delivered(message: JsMsg, ack: () => void): MailboxMessage {
  return {
    subject: message.subject,
    body: message.data,
    messageId: message.headers?.get('Nats-Msg-Id') || undefined,
    traceparent: message.headers?.values('traceparent', Match.IgnoreCase)[0],
    sequence: message.seq,
    ack,
  };
}
