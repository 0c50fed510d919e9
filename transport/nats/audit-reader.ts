// Reads the audit stream in order, from a moment in the past or from now on, for as long as it is wanted.
// It must never miss a message that is stored after it was opened, and never acknowledges anything.
import { DeliverPolicy, jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from 'nats';
import { apiRequest, requestError } from './jetstream-api.ts';
import { AUDIT_STREAM } from './topology-settings.ts';

export interface AuditFeed {
  /** The bodies of the messages, oldest first. Ends when the feed is closed. */
  bodies(): AsyncIterable<string>;
  close(): Promise<void>;
}

/**
 * Opens a feed of what is stored from `sinceMs` (server time, epoch milliseconds) on; without it,
 * of what is stored after this call.
 * @throws BROKER_UNAVAILABLE, OUTCOME_UNKNOWN
 */
export async function openAuditFeed(
  nc: NatsConnection,
  { sinceMs }: { sinceMs?: number | undefined } = {},
): Promise<AuditFeed> {
  const start = sinceMs === undefined ? await fromNow(nc) : fromTime(sinceMs);
  try {
    const consumer = await jetstream(nc).consumers.get(AUDIT_STREAM, start);
    const messages = await consumer.consume();
    return {
      async *bodies() {
        for await (const message of messages) yield message.string();
      },
      async close() {
        await messages.close();
        await consumer.delete().catch(() => false);
      },
    };
  } catch (cause) {
    throw requestError(AUDIT_STREAM, cause);
  }
}

// Not "new messages": the consumer is made, and made again, some time after this call.
async function fromNow(nc: NatsConnection) {
  const answer = await apiRequest<{ state: { last_seq: number } }>(
    nc,
    `STREAM.INFO.${AUDIT_STREAM}`,
  );
  const lastSequence = answer.ok ? answer.value.state.last_seq : 0;
  return { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: lastSequence + 1 };
}

function fromTime(sinceMs: number) {
  return {
    deliver_policy: DeliverPolicy.StartTime,
    opt_start_time: new Date(sinceMs).toISOString(),
  };
}
