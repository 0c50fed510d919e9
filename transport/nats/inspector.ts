// What somebody who looks in from outside sees of NATS: records, presence, audit, and the asks.
// It must never write a record, nor need the permission to.
import { OncewardError } from '../errors.ts';
import type { Asker, Bucket, BucketName, Clock } from '../ports.ts';
import { createAsker } from './asker.ts';
import { type AuditFeed, openAuditFeed } from './audit-reader.ts';
import { createBucket } from './bucket.ts';
import { type ConnectOptions, connectNats } from './connection.ts';
import { apiRequest, requestError } from './jetstream-api.ts';
import { createServerClock } from './server-clock.ts';
import {
  EVENTS_STREAM,
  type PRESENCE_BUCKET,
  partitionsOf,
  type Settings,
} from './topology-settings.ts';

export type ReadableBucket = Pick<Bucket, 'read' | 'scan' | 'history'>;

export interface Inspector {
  clock: Clock;
  asker: Asker;
  bucket(name: BucketName | typeof PRESENCE_BUCKET): ReadableBucket;
  openAudit(options?: { sinceMs?: number | undefined }): Promise<AuditFeed>;
  close(): Promise<void>;
}

export interface InspectorOptions extends ConnectOptions {
  /** Which partition an address belongs to, of so many. */
  partitionOf: (address: string, partitions: number) => number;
}

/**
 * Connects and reads how many partitions there are.
 * @throws BROKER_UNAVAILABLE, CONFIG_INVALID, STREAM_MISMATCH when no onceward has run on this server
 */
export async function openInspector(options: InspectorOptions): Promise<Inspector> {
  const nc = await connectNats(options);
  try {
    const info = await apiRequest<{ config: Settings }>(nc, `STREAM.INFO.${EVENTS_STREAM}`);
    if (!info.ok) throw nothingThere(info.error.description);
    const partitions = partitionsOf(info.value.config);
    if (partitions === null) throw nothingThere('its subject transform names no partitions');
    const clock = await createServerClock(nc);
    return {
      clock,
      asker: createAsker(nc, clock, (address) => options.partitionOf(address, partitions)),
      bucket: (name) => readable(createBucket(nc, name)),
      openAudit: (range) => openAuditFeed(nc, range),
      async close() {
        clock.stop();
        await nc.close();
      },
    };
  } catch (error) {
    await nc.close();
    throw error;
  }
}

function readable(bucket: Bucket): ReadableBucket {
  return {
    read: (key) => bucket.read(key),
    scan: (visit, filter) => translated(bucket.name, () => bucket.scan(visit, filter)),
    history: (key) => translated(bucket.name, () => bucket.history(key)),
  };
}

async function translated<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw requestError(`the bucket ${name}`, cause);
  }
}

function nothingThere(description: string): OncewardError {
  const message = `no onceward has run on this server yet: ${EVENTS_STREAM}: ${description}`;
  return new OncewardError('STREAM_MISMATCH', message);
}
