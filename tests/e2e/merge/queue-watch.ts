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

/**
 * How long the queue stood still after a worker was lost: until another holds the lease. Counted from when there was
 * anything to be done at all, and anybody to do it. Null while nobody else has it yet.
 */
export function stoodStillMs(
  seen: readonly SeenQueue[],
  lost: { pid: number; atMs: number },
  nextUpMs = lost.atMs,
): number | null {
  const isLost = ({ holder }: SeenQueue) => holder?.includes(`-${lost.pid}-`) === true;
  const atLoss = seen.findLast(({ seenAtMs }) => seenAtMs <= lost.atMs);
  const later = seen.filter(({ seenAtMs }) => seenAtMs > lost.atMs);
  const moved = later.find((one) => one.holder !== null && !isLost(one));
  if (moved === undefined) return null;
  const waiting = later.find(({ trial }) => trial !== null);
  const hadWork = atLoss !== undefined && atLoss.trial !== null;
  const sinceMs = hadWork ? lost.atMs : (waiting?.seenAtMs ?? lost.atMs);
  return Math.max(0, moved.seenAtMs - Math.max(sinceMs, nextUpMs));
}
