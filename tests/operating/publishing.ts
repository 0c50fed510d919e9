// One event, published as a program outside would, and what a host made of it.
import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from 'nats';
import { nextAudit } from '../support/audit-log.ts';

/** What a run of an external stage claims when it went well. */
export const PASS = { claimant: 'ci', verdict: { kind: 'pass', cause: 'gates' } };

/** Publishes `<address>.<type>` and resolves with the outcome, or with the reason of a refusal. */
export async function publish(nc: NatsConnection, suffix: string, data: object): Promise<string> {
  const [type, address] = [suffix.split('.').at(-1), suffix.slice(0, suffix.lastIndexOf('.'))];
  const decided = nextAudit(nc, (entry) => entry.address === address && entry.type === type);
  await jetstream(nc).publish(`onceward.event.${suffix}`, JSON.stringify(data));
  const { outcome, reason } = await decided;
  return reason ?? outcome;
}
