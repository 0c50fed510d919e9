// What a test sees of a run's record, without any host.
import type { NatsConnection } from 'nats';
import { type ActorRecord, stateName } from '../../machines/record.ts';
import { createBucket } from '../../transport/nats/bucket.ts';

export interface StoredRun {
  state: string;
  machineVersion: number;
  context: ActorRecord['context'];
  revision: number;
}

/** The newest revision of a run as it is stored, not migrated. */
export async function storedRun(nc: NatsConnection, key: string): Promise<StoredRun | null> {
  const entry = await createBucket(nc, 'onceward-runs').read(key);
  if (entry === null || entry.value === null) return null;
  const record = JSON.parse(entry.value) as ActorRecord;
  const { machineVersion, context } = record;
  return { state: stateName(record.state), machineVersion, context, revision: entry.revision };
}
