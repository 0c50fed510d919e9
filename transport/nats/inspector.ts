// What somebody who looks in from outside sees of NATS: records, presence, audit, webhooks, and the asks.
// It must never write a record, but for the registry of projects, where an operator may.

import type { NatsConnection } from 'nats';
import { OncewardError } from '../errors.ts';
import type { Asker, Bucket, BucketName, Clock, Entry } from '../ports.ts';
import { createAsker } from './asker.ts';
import { type AuditFeed, type AuditRange, openAuditFeed } from './audit-reader.ts';
import { createBucket } from './bucket.ts';
import { type CertainBucket, withCertainDenial } from './certain-denial.ts';
import { type ConnectOptions, connectNats } from './connection.ts';
import { type ConnectionWatch, watchConnection } from './connection-watch.ts';
import { createDeliveries, type Deliveries } from './deliveries.ts';
import { type FleetFacts, readFleetFacts } from './fleet-facts.ts';
import { apiRequest, requestError } from './jetstream-api.ts';
import { openRecordFeed, type RecordFeed, type RecordFeedOptions } from './record-feed.ts';
import { scan } from './scan.ts';
import { createServerClock } from './server-clock.ts';
import {
  EVENTS_STREAM,
  type PRESENCE_BUCKET,
  partitionsOf,
  type Settings,
} from './topology-settings.ts';

export type ReadableName = BucketName | typeof PRESENCE_BUCKET;

export interface ReadableBucket extends Pick<Bucket, 'read' | 'history'> {
  /** As that of a bucket; `onTotal` is told first how many keys there are to read. */
  scan(
    visit: (entry: Entry) => void,
    filter?: string,
    onTotal?: (keys: number) => void,
  ): Promise<void>;
}

export interface Inspector {
  clock: Clock;
  connection: ConnectionWatch;
  asker: Asker;
  deliveries: Deliveries;
  /** How many partitions the mailbox has. */
  partitions: number;
  partitionOf(address: string): number;
  bucket(name: ReadableName): ReadableBucket;
  /** The registry of projects, to be changed: only the login of an operator may. */
  projects(): CertainBucket;
  /** One consumer each, which goes on over lost connections. Everything opened here is to be closed. */
  openAudit(range?: AuditRange): Promise<AuditFeed>;
  openRecords(bucket: ReadableName, options: RecordFeedOptions): Promise<RecordFeed>;
  /** How much waits in mailboxes and queues. */
  fleetFacts(): Promise<FleetFacts>;
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
    const partitionOf = (address: string) => options.partitionOf(address, partitions);
    const link = { nc, clock, watch: watchConnection(nc) };
    return {
      ...{ clock, connection: link.watch, partitions, partitionOf },
      asker: createAsker(nc, clock, partitionOf),
      deliveries: createDeliveries(link),
      bucket: (name) => readable(nc, createBucket(nc, name)),
      projects: () => withCertainDenial(createBucket(nc, 'onceward-projects')),
      openAudit: (range) => openAuditFeed(link, range),
      openRecords: (name, choice) => openRecordFeed(link, name, choice),
      fleetFacts: () => readFleetFacts(nc),
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

function readable(nc: NatsConnection, bucket: Bucket): ReadableBucket {
  const where = { stream: `KV_${bucket.name}`, prefix: `$KV.${bucket.name}.` };
  return {
    read: (key) => bucket.read(key),
    scan: (visit, filter = '>', onTotal = undefined) =>
      scan(nc, { ...where, filter, visit, onTotal }),
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
