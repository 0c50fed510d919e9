// Readers of feeds on a real server, and a publisher that goes on while it is restarted.
// It must never store one message twice: what comes twice was handed out twice.
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from 'nats';
import { createBucket } from '../../../transport/nats/bucket.ts';
import { watchConnection } from '../../../transport/nats/connection-watch.ts';
import type { FeedLink } from '../../../transport/nats/pull-session.ts';
import { AUDIT_STREAM } from '../../../transport/nats/topology-settings.ts';
import type { Bucket, Write } from '../../../transport/ports.ts';
import { localClock } from '../../support/local-clock.ts';

const MAX_TRIES = 200;
const RETRY_AFTER_MS = 20;
const MAX_BATCH_WRITES = 200;

export function linkOf(nc: NatsConnection): FeedLink {
  return { nc, clock: localClock, watch: watchConnection(nc) };
}

/** Stores audit messages under ids of their own, again until each is answered. */
export async function publishAudit(
  nc: NatsConnection,
  bodies: readonly string[],
  { partition = 0 }: { partition?: number } = {},
): Promise<void> {
  for (const body of bodies) {
    await repeated(() =>
      jetstream(nc).publish(`onceward.audit.${partition}`, body, { msgID: body, timeout: 1_000 }),
    );
  }
}

async function repeated<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (tries === MAX_TRIES) throw error;
      // A server that is going down says at once that nobody answers.
      await new Promise<void>((resolve) => void localClock.after(RETRY_AFTER_MS, resolve));
    }
  }
}

/** Takes one delivery of every feed of the audit: to its reader it is one that got lost on its way. */
export async function stealDeliveries(nc: NatsConnection): Promise<{ stolen: Promise<string[]> }> {
  const { consumers } = await jetstreamManager(nc);
  const pull = JSON.stringify({ batch: 1, expires: 10_000_000_000 });
  const requests: Promise<string>[] = [];
  for await (const { name } of consumers.list(AUDIT_STREAM)) {
    const subject = `$JS.API.CONSUMER.MSG.NEXT.${AUDIT_STREAM}.${name}`;
    const request = nc.request(subject, pull, { timeout: 10_000, noMux: true });
    // The feed of a test before may be about to end.
    requests.push(
      request.then(
        (message) => message.string(),
        () => 'nothing',
      ),
    );
  }
  await nc.flush();
  return { stolen: Promise.all(requests) };
}

/** Bodies that no other test uses. */
export function named(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, n) => `${name}-${n}`);
}

export interface Reading<T> {
  /** Everything that has come so far. */
  received: T[];
  /** Resolves once this is true of what has come, or the feed has ended. */
  until(isEnough: (received: readonly T[]) => boolean): Promise<T[]>;
  ended: Promise<void>;
}

/** Reads a feed to its end; `onEach` may hold it up. */
export function readAll<T>(
  feed: AsyncIterable<T>,
  onEach: (one: T) => Promise<void> | void = () => {},
): Reading<T> {
  const received: T[] = [];
  let isEnded = false;
  let check = () => {};
  const read = async () => {
    for await (const one of feed) {
      received.push(one);
      check();
      await onEach(one);
    }
    isEnded = true;
    check();
  };
  const ended = read();
  return {
    received,
    ended,
    until: (isEnough) =>
      new Promise((resolve) => {
        check = () => void ((isEnded || isEnough(received)) && resolve([...received]));
        check();
      }),
  };
}

/** Writes keys `<prefix>.<n>` in their order; says which revision each got. */
export async function fill(
  bucket: Bucket,
  { prefix, count, value = 'x' }: { prefix: string; count: number; value?: string },
): Promise<Map<string, number>> {
  const revisions = new Map<string, number>();
  for (let from = 0; from < count; from += MAX_BATCH_WRITES) {
    const size = Math.min(MAX_BATCH_WRITES, count - from);
    const writes: Write[] = Array.from({ length: size }, (_, n) => ({
      ...{ key: `${prefix}.${from + n}`, value, expectedRevision: 0 },
    }));
    const written = await bucket.writeBatch(writes);
    if (written.outcome !== 'won') throw new Error(`${prefix} was not written`);
    for (const [n, { key }] of writes.entries()) revisions.set(key, written.revisions[n] ?? 0);
  }
  return revisions;
}

/** Writes these values to one key, each upon the one before, over restarts of the server. */
export async function writeSteps(
  nc: NatsConnection,
  key: string,
  values: readonly string[],
): Promise<void> {
  const bucket = createBucket(nc, 'onceward-runs');
  for (const value of values) await repeated(() => writeOnce(bucket, key, value));
}

/** Removes a key, over restarts of the server. */
export async function remove(nc: NatsConnection, key: string): Promise<void> {
  const bucket = createBucket(nc, 'onceward-runs');
  await repeated(() => writeOnce(bucket, key, null));
}

async function writeOnce(bucket: Bucket, key: string, value: string | null): Promise<void> {
  const present = await bucket.read(key);
  if (present?.value === value) return;
  const expectedRevision = present?.revision ?? 0;
  const { outcome } = await bucket.write({ key, value, expectedRevision });
  if (outcome !== 'won') throw new Error(`${key} = ${value}: ${outcome}`);
}
