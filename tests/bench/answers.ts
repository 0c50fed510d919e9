// Asks every partition a question that has to be decided and committed, and notes when each answers.
import { partitionOf } from '../../machines/partition.ts';
import { hasCode } from '../../transport/errors.ts';
import type { BenchClient } from './bench-host.ts';
import { FLEET_PROJECT } from './fleet-process.ts';
import { pause } from './measurement.ts';

const MAX_NAMES = 100_000;
/** Short, so that it shows to the tenth of a second when a partition works again. */
const ATTEMPT_MS = 400;
const AGAIN_MS = 25;
const LIMIT_MS = 180_000;
let names = 0;

/** When the last of these partitions answered, in milliseconds from now; asks all at the same time. */
export async function answeredMs(
  client: BenchClient,
  isMeant: (partition: number) => boolean = () => true,
): Promise<number> {
  const fromMs = performance.now();
  const partitions = Array.from({ length: client.partitions }, (_, partition) => partition);
  await Promise.all(partitions.filter(isMeant).map((partition) => answered(client, partition)));
  return performance.now() - fromMs;
}

/** Opens a new item of the partition, under one id until it is answered. */
async function answered(client: BenchClient, partition: number): Promise<void> {
  const address = `item.${FLEET_PROJECT}.${nameIn(partition, client.partitions)}`;
  const request = { address, type: 'open', id: `open-${address}`, data: { title: 'asked' } };
  const untilMs = performance.now() + LIMIT_MS;
  while (performance.now() < untilMs) {
    try {
      const reply = await client.asker.ask(request, { timeoutMs: ATTEMPT_MS });
      if (reply.outcome === 'applied') return;
      throw new Error(`${address} was refused: ${reply.reason}, ${reply.message}`);
    } catch (error) {
      if (!hasCode(error, 'BROKER_UNAVAILABLE', 'OUTCOME_UNKNOWN')) throw error;
    }
    await pause(AGAIN_MS);
  }
  throw new Error(`partition ${partition} did not answer within ${LIMIT_MS} ms`);
}

function nameIn(partition: number, count: number): string {
  for (const end = names + MAX_NAMES; names < end; ) {
    names += 1;
    const subject = `ask${names}`;
    if (partitionOf({ project: FLEET_PROJECT, subject }, count) === partition) return subject;
  }
  throw new Error(`no name falls into partition ${partition}`);
}
