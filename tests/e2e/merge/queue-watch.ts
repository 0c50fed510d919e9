// Every revision of the records of merge queues, with the moment at which it was seen here.
// It must never be told of a write that was not stored: it reads the stream, not what is sent to it.
import { DeliverPolicy, jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from 'nats';
import { stateName } from '../../../machines/record.ts';
import { mergeContextOf } from '../../../machines/typed-context.ts';
import { decodeEntry } from '../../../services/actors/record-cache.ts';

const STREAM = 'KV_onceward-merges';

export interface SeenQueue {
  seenAtMs: number;
  project: string;
  state: string;
  trial: number | null;
  /** Identity of the worker that holds the lease. */
  holder: string | null;
  token: number | null;
}

export interface QueueWatch {
  of(project: string): SeenQueue[];
  stop(): Promise<void>;
}

export async function watchQueues(nc: NatsConnection): Promise<QueueWatch> {
  const seen: SeenQueue[] = [];
  const consumer = await jetstream(nc).consumers.get(STREAM, {
    deliver_policy: DeliverPolicy.All,
  });
  const messages = await consumer.consume();
  const reading = (async () => {
    for await (const message of messages) {
      const seenAtMs = performance.now();
      const key = message.subject.split('.').slice(2).join('.');
      const entry = { key, value: message.string(), revision: message.seq, storedAtMs: 0 };
      const loaded = decodeEntry(entry);
      if (loaded.status !== 'stored') continue;
      const { record } = loaded.stored;
      const { project, trial, holder } = mergeContextOf(record);
      seen.push({
        ...{ seenAtMs, project, state: stateName(record.state), trial: trial?.number ?? null },
        ...{ holder: holder?.worker ?? null, token: holder?.token ?? null },
      });
    }
  })();
  return {
    of: (project) => seen.filter((one) => one.project === project),
    async stop() {
      await messages.close();
      await reading;
    },
  };
}

export interface Loss {
  pid: number;
  atMs: number;
  /** When there was anybody to go on. Defaults to when it was lost. */
  anybodyAtMs?: number;
  /** When another was seen to have gone on, in another way than by holding the lease. */
  nextAtMs?: number | undefined;
}

/**
 * How long the queue stood still after a worker was lost: until another holds the lease. Counted from when there was
 * anything to be done at all, and anybody to do it. Endless while nobody has gone on.
 */
export function stoodStillMs(
  seen: readonly SeenQueue[],
  { pid, atMs, anybodyAtMs = atMs, nextAtMs = Number.POSITIVE_INFINITY }: Loss,
): number {
  const atLoss = seen.findLast(({ seenAtMs }) => seenAtMs <= atMs);
  const later = seen.filter(({ seenAtMs }) => seenAtMs > atMs);
  const moved = later.find(({ holder }) => holder !== null && !holder.includes(`-${pid}-`));
  // What was reported just before may be seen a moment after: then nothing was left to be done.
  const rested = later.find(({ trial }) => trial === null);
  const ends = [moved, rested].map((one) => one?.seenAtMs ?? Number.POSITIVE_INFINITY);
  const movedAtMs = Math.min(...ends, nextAtMs);
  const waiting = later.find(({ trial }) => trial !== null);
  const hadWork = atLoss !== undefined && atLoss.trial !== null;
  if (!hadWork && waiting === undefined) return 0;
  const sinceMs = hadWork ? atMs : (waiting?.seenAtMs ?? atMs);
  return Math.max(0, movedAtMs - Math.max(sinceMs, anybodyAtMs));
}
