// The record of a merge queue as a worker reads it, never older than what the worker has been answered.
// It must never be trusted for the lease: only an answer of the queue, or the remote, says who holds it.
import type { MergeContext } from '../../../machines/merge/context.ts';
import { stateName } from '../../../machines/record.ts';
import { mergeContextOf } from '../../../machines/typed-context.ts';
import type { Bucket } from '../../../transport/ports.ts';
import { decodeEntry } from '../../actors/record-cache.ts';
import type { LeasedReading } from '../lease.ts';
import type { WorkerDeps } from '../worker-deps.ts';

export interface MergingDeps extends WorkerDeps {
  merges: Pick<Bucket, 'read'>;
}

export interface QueueReading extends LeasedReading {
  state: string;
  context: MergeContext;
}

/** Null when there is no such queue, or its record is not of this version. */
export async function readQueue(
  merges: Pick<Bucket, 'read'>,
  key: string,
): Promise<QueueReading | null> {
  const entry = await merges.read(key);
  const loaded = entry === null ? null : decodeEntry(entry);
  if (loaded?.status !== 'stored') return null;
  const { record, revision } = loaded.stored;
  const context = mergeContextOf(record);
  const { holder, trial } = context;
  const number = trial?.number ?? null;
  return { state: stateName(record.state), context, revision, holder, number };
}
