// Everything the audit stream holds, read from the beginning: what a test of "each has its entry" counts.
import { DeliverPolicy, jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from 'nats';
import type { AuditEntry } from '../../services/actors/audit-entry.ts';
import { AUDIT_STREAM } from '../../transport/nats/topology-settings.ts';

/** All entries stored so far, in order. */
export async function readAudit(nc: NatsConnection): Promise<AuditEntry[]> {
  const consumer = await jetstream(nc).consumers.get(AUDIT_STREAM, {
    deliver_policy: DeliverPolicy.All,
  });
  const entries: AuditEntry[] = [];
  if ((await consumer.info(true)).num_pending === 0) return entries;
  for await (const message of await consumer.consume()) {
    entries.push(...message.json<{ entries: AuditEntry[] }>().entries);
    if (message.info.pending === 0) break;
  }
  await consumer.delete();
  return entries;
}

/** Resolves with the first entry from now on that the test is waiting for. */
export async function nextAudit(
  nc: NatsConnection,
  isAwaited: (entry: AuditEntry) => boolean,
): Promise<AuditEntry> {
  const subscription = nc.subscribe('onceward.audit.>');
  await nc.flush();
  for await (const message of subscription) {
    const found = message.json<{ entries: AuditEntry[] }>().entries.find(isAwaited);
    if (found !== undefined) {
      subscription.unsubscribe();
      return found;
    }
  }
  throw new Error('the connection closed before the entry came');
}

/** Resolves once an entry for each of these event ids has been stored; sent ones count from the call on. */
export function auditOfAll(nc: NatsConnection): { seen(ids: readonly string[]): Promise<void> } {
  const found = new Set<string>();
  let check = () => {};
  nc.subscribe('onceward.audit.>', {
    callback: (_, message) => {
      for (const { id } of message.json<{ entries: AuditEntry[] }>().entries) found.add(id);
      check();
    },
  });
  return {
    seen: (ids) =>
      new Promise((resolve) => {
        check = () => {
          if (ids.every((id) => found.has(id))) resolve();
        };
        check();
      }),
  };
}
