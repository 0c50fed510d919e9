// Drives items of external stages through their whole pipeline with mailbox messages only, and never repeats
// one: what a host loses stays lost, and the test sees it.
import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from 'nats';

const VERDICT = { kind: 'pass', cause: 'published' };

/** Publishes everything an item needs to go from opening to the end of its last stage. */
export async function publishWholeItem(
  nc: NatsConnection,
  project: string,
  { item, stages }: { item: string; stages: readonly string[] },
): Promise<void> {
  await publish(nc, `item.${project}.${item}.open`, { title: `item ${item}` });
  for (const stage of stages) {
    const run = `run.${project}.${item}.${stage}.1`;
    await publish(nc, `${run}.started`, { worker: 'publisher' });
    await publish(nc, `${run}.exited`, { code: 0 });
    await publish(nc, `${run}.claim`, { claimant: 'publisher', verdict: VERDICT });
  }
}

/** Resolves once JetStream has stored the event; repeats under one id until it has. */
async function publish(nc: NatsConnection, suffix: string, data: object): Promise<void> {
  const subject = `onceward.event.${suffix}`;
  await jetstream(nc).publish(subject, JSON.stringify(data), { msgID: suffix, retries: 20 });
}
