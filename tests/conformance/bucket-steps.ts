// The steps the bucket rules are made of: writes that must win, and what is seen afterwards.
// It must never retry: a step that fails is a finding.
import * as assert from 'uvu/assert';
import type { Bucket, Write, WriteOutcome } from '../../transport/ports.ts';
import { within } from '../support/within.ts';

const LIMIT_MS = 15_000;

export interface BucketUnderTest {
  bucket: Bucket;
  /** A prefix no other test uses; keys are `<prefix>.<…>`. */
  prefix: string;
}

/** Called for each test; the bucket may be shared, the prefix may not. */
export type OpenBucket = () => Promise<BucketUnderTest>;

/** The body of one rule, with a bucket and a key nobody has written. */
export function check(
  open: OpenBucket,
  body: (world: BucketUnderTest & { key: string }) => Promise<void>,
): () => Promise<void> {
  return within(LIMIT_MS, async () => {
    const world = await open();
    await body({ ...world, key: `${world.prefix}.key` });
  });
}

export function creation(key: string, value = 'new'): Write {
  return { key, value, expectedRevision: 0 };
}

/** Writes what must win, and returns its revision. */
export async function written(
  bucket: Bucket,
  key: string,
  { value = 'one', over = 0 }: { value?: string | null; over?: number | undefined } = {},
): Promise<number> {
  return revisionOf(await bucket.write({ key, value, expectedRevision: over }));
}

export async function removal(bucket: Bucket, key: string, over: number): Promise<number> {
  return written(bucket, key, { value: null, over });
}

export function revisionOf(outcome: WriteOutcome): number {
  if (outcome.outcome !== 'won') assert.unreachable(`expected won, got ${outcome.outcome}`);
  return outcome.outcome === 'won' ? outcome.revision : 0;
}

interface Seen {
  key: string;
  value: string | null;
  revision: number;
}

export async function seen(bucket: Bucket, key: string): Promise<Seen | null> {
  const entry = await bucket.read(key);
  return entry && { key: entry.key, value: entry.value, revision: entry.revision };
}

export async function revisionsOf(bucket: Bucket, keys: string[]): Promise<(number | undefined)[]> {
  const entries = await Promise.all(keys.map((key) => bucket.read(key)));
  return entries.map((entry) => entry?.revision);
}

export async function scanned(bucket: Bucket, filter: string): Promise<Seen[]> {
  const found: Seen[] = [];
  await bucket.scan(({ key, value, revision }) => found.push({ key, value, revision }), filter);
  return found;
}

export function byKey(a: Seen, b: Seen): number {
  return a.key < b.key ? -1 : 1;
}
