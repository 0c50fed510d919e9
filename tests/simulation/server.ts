// The simulated server: records, mailbox, asks, jobs, audit and presence, and how it restarts.
// It must never tell a process anything but over that process's connection.
import { parseAddress } from '../../machines/address.ts';
import { partitionOf } from '../../machines/partition.ts';
import type { Bucket, BucketName, HostWorld } from '../../transport/ports.ts';
import { type AskLine, createAskLine } from './ask-line.ts';
import { createSimulatedBucket } from './bucket.ts';
import { createJobQueue, type JobQueue } from './job-queue.ts';
import type { Ledger } from './ledger.ts';
import type { Life } from './life.ts';
import { createMailbox, type Mailbox } from './mailbox.ts';
import { createPresenceBoard, type PresenceBoard } from './presence-board.ts';
import { createRecordStore, type RecordStore } from './record-store.ts';
import type { Shape } from './shape.ts';
import { EPOCH_MS, type World } from './world.ts';

/** How much un-synced writing a restart may lose. */
const UNSYNCED_MS = 4_000;
const MAX_FORGOTTEN_ACKS = 4;

export interface Server {
  storeOf(name: BucketName): RecordStore;
  asks: AskLine;
  jobs: JobQueue;
  mailbox: Mailbox;
  presence: PresenceBoard;
  partitions: number;
  worldFor(life: Life): HostWorld;
  /** The accounts as a worker reads them; the ledger knows what it has seen. */
  accountsFor(life: Life, worker: string): Pick<Bucket, 'read'>;
  /** Everybody is cut off, and what was not on disk is gone. */
  restart(lives: readonly Life[]): void;
}

const BUCKETS: readonly BucketName[] = [
  'onceward-items',
  'onceward-runs',
  'onceward-accounts',
  'onceward-merges',
  'onceward-deployments',
  'onceward-archive',
  'onceward-projects',
];

export function createServer(world: World, shape: Shape, ledger: Ledger): Server {
  const { faults, scheduler, trace } = world;
  const { settings } = shape.configuration;
  const nowMs = () => EPOCH_MS + scheduler.nowMs();
  const stores = new Map<BucketName, RecordStore>(
    BUCKETS.map((name) => [
      name,
      createRecordStore({ nowMs, onStored: (entry) => ledger.stored(name, entry) }),
    ]),
  );
  const partitionFor = (address: string): number => {
    const parsed = parseAddress(address);
    return parsed === null ? 0 : partitionOf(parsed, shape.partitions);
  };
  const mailbox = createMailbox(world, ledger.acknowledged);
  const jobs = createJobQueue(world, { ackWaitMs: settings.jobAckWaitMs });
  const presence = createPresenceBoard(world, { ttlMs: settings.presenceTtlMs });
  const asks = createAskLine(world, {
    partitionFor,
    onAsked: ledger.asked,
    onAnswered: ledger.answered,
  });

  const storeOf = (name: BucketName): RecordStore => {
    const store = stores.get(name);
    if (store === undefined) throw new Error(`no simulated bucket is called ${name}`);
    return store;
  };

  return {
    ...{ storeOf, asks, jobs, mailbox, presence, partitions: shape.partitions },
    worldFor: (life) => ({
      clock: life.clock,
      bucket: (name) => createSimulatedBucket(world, { name, store: storeOf(name), life }),
      openMailbox: (partition) => mailbox.open(life, partition),
      serveAsk: (partition, answer) => asks.serve(life, partition, answer),
      publishJob(job) {
        const perform = () => {
          ledger.requested(job);
          jobs.store(job);
        };
        return life.request({ verb: 'job', about: job.id, perform, isChange: true });
      },
      publishAudit(partition, body) {
        const perform = () => ledger.audited(body);
        return life.request({ verb: 'audit', about: String(partition), perform, isChange: true });
      },
      onReconnect: life.onReconnect,
    }),
    accountsFor: (life, worker) => ({
      read(key) {
        const perform = () => {
          const entry = storeOf('onceward-accounts').newest(key);
          ledger.looked(worker, key, entry);
          return entry;
        };
        return life.request({ verb: 'read', about: key, perform });
      },
    }),
    restart(lives) {
      const downMs = 100 + faults.prng.fraction() * 3_000;
      const lostMs = faults.prng.fraction() * UNSYNCED_MS;
      world.downUntilMs = scheduler.nowMs() + downMs;
      trace.add('server', 'restarts', '', Math.round(downMs));
      for (const life of lives) life.disconnect(downMs + 10 + faults.prng.fraction() * 1_000);
      jobs.forgetSince(scheduler.nowMs() - lostMs);
      presence.forgetAll();
      mailbox.forgetAcks(faults.prng.integer(0, MAX_FORGOTTEN_ACKS));
      if (!world.isForgetful || !faults.strikes('unsynced-records')) return;
      const sinceMs = nowMs() - faults.prng.fraction() * 1_000;
      for (const [name, store] of stores) {
        for (const key of store.forgetSince(sinceMs)) ledger.forgot(name, store.newest(key), key);
      }
    },
  };
}
