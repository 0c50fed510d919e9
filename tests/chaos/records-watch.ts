// Follows the records of items and runs from outside, by reading the buckets' streams again and again.
// It must never write, and believes nothing but what is stored.
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from 'nats';
import type { ActorRecord } from '../../machines/record.ts';
import { stateName } from '../../machines/record.ts';
import { decodeEntry } from '../../services/actors/record-cache.ts';

export interface SeenRecord {
  address: string;
  record: ActorRecord;
  state: string;
  revision: number;
}

export interface RecordsWatch {
  /** `archived` once the record is gone from its bucket. */
  stateOf(address: string): string | undefined;
  /** Tells of every revision that is seen, in the order of the stream. */
  onRecord(callback: (seen: SeenRecord) => void): void;
  stop(): Promise<void>;
}

const PERIOD_MS = 400;
const BATCH = 1_000;
const BUCKETS = { item: 'onceward-items', run: 'onceward-runs' } as const;

export function watchRecords(nc: NatsConnection): RecordsWatch {
  const states = new Map<string, string>();
  const listeners: ((seen: SeenRecord) => void)[] = [];
  const lastRevision = { item: 0, run: 0 };
  let isStopped = false;

  const see = (kind: 'item' | 'run', key: string, entry: Parameters<typeof decodeEntry>[0]) => {
    const address = `${kind}.${key}`;
    if (entry.value === null) {
      states.set(address, 'archived');
      return;
    }
    const loaded = decodeEntry(entry);
    if (loaded.status !== 'stored') return;
    const { record, revision } = loaded.stored;
    const state = stateName(record.state);
    states.set(address, state);
    for (const listener of listeners) listener({ address, record, state, revision });
  };

  const look = async (kind: 'item' | 'run'): Promise<void> => {
    const prefix = `$KV.${BUCKETS[kind]}.`;
    const { direct } = await jetstreamManager(nc, { checkAPI: false });
    const request = { seq: lastRevision[kind] + 1, batch: BATCH, next_by_subj: `${prefix}>` };
    for await (const message of await direct.getBatch(`KV_${BUCKETS[kind]}`, request)) {
      const isGone = message.header.has('KV-Operation') || message.header.has('Nats-Marker-Reason');
      const key = message.subject.slice(prefix.length);
      const value = isGone ? null : message.string();
      const storedAtMs = message.time.getTime();
      see(kind, key, { key, value, revision: message.seq, storedAtMs });
      lastRevision[kind] = message.seq;
    }
  };

  const loop = async (): Promise<void> => {
    while (!isStopped) {
      // An outage, or nothing new: the next look begins where this one ended.
      await look('item').catch(() => {});
      await look('run').catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, PERIOD_MS));
    }
  };
  const looping = loop();

  return {
    stateOf: (address) => states.get(address),
    onRecord: (callback) => void listeners.push(callback),
    async stop() {
      isStopped = true;
      await looping;
    },
  };
}
