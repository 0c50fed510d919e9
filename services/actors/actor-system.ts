// The parts that make actors work on one host, wired together: cache, committers, outbox, deadlines, audit.
// Nothing here knows which partitions the host owns.
import { isShared, itemAddress, parseAddress } from '../../machines/address.ts';
import { partitionOf } from '../../machines/partition.ts';
import type { BucketName, HostWorld } from '../../transport/ports.ts';
import { type Actors, createActors } from './actors.ts';
import { type Audit, createAudit } from './audit.ts';
import { type CommitMode, type CommitStats, type Committer, createCommitter } from './commit.ts';
import { createDeadlineFiring } from './deadline-firing.ts';
import { createDeadlineGate, type DeadlineGate } from './deadline-gate.ts';
import { createDeadlines, type Deadlines } from './deadlines.ts';
import { createJournal, type Journal } from './journal.ts';
import { createLiveRuns, type LiveRuns } from './live-run.ts';
import type { Log } from './log.ts';
import { NO_OBSERVER, type Observer } from './observer.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import { createPerform } from './perform.ts';
import { createRecordCache, type RecordCache } from './record-cache.ts';

/** How long a stopping host tries to perform and to record what is under way. */
const STOP_LIMIT_MS = 5_000;

export interface ActorSystemOptions {
  world: HostWorld;
  identity: string;
  partitions: number;
  commitMode: CommitMode;
  /** Who looks on; nobody by default. */
  observer?: Observer | undefined;
  log: Log;
}

export interface ActorSystem {
  actors: Actors;
  cache: RecordCache;
  deadlines: Deadlines;
  gate: DeadlineGate;
  liveRuns: LiveRuns;
  journal: Journal;
  partitionFor(address: string): number;
  /** Performs effects that stand in a record of somebody else's commit; resolves once all are. */
  perform: Outbox['schedule'];
  /** Drops what is in hand of a partition that is somebody else's now. */
  forgetPartition(partition: number): void;
  /** Resolves once every effect of an item that is known now has been performed. */
  drained(project: string, subject: string): Promise<void>;
  /** Resolves once the audit of everything recorded so far is stored. */
  audited(): Promise<void>;
  commitStats(): Record<string, CommitStats>;
  isStopping(): boolean;
  /** Retries end, so that what waits for a server that is gone can be given up. */
  beginStop(): void;
  /** Performs what is under way and stores the audit. */
  stop(): Promise<void>;
}

export function createActorSystem(options: ActorSystemOptions): ActorSystem {
  const { world, identity, log, observer = NO_OBSERVER } = options;
  const { clock } = world;
  const bucketOf = (name: BucketName) => world.bucket(name);
  const { committerOf, commitStats } = createCommitters(options);
  const partitionFor = (address: string) => {
    const parsed = parseAddress(address);
    return parsed === null ? 0 : partitionOf(parsed, options.partitions);
  };
  let isStopping = false;

  const cache = createRecordCache(bucketOf, clock.monotonicMs);
  const audit = auditOf(world, observer);
  const journal = createJournal({ audit, clock, identity, partitionFor, observer, log });
  const firing = createDeadlineFiring((event) => actors.deliver(event), { clock, log });
  const gate = createDeadlineGate(firing.fire);
  const deadlines = createDeadlines(clock, (due) => {
    if (isShared(due.address)) firing.fire(due);
    else gate.pass(partitionFor(due.address), due);
  });
  const liveRuns = createLiveRuns();
  const outbox: Outbox = createOutbox(
    clock,
    createPerform({
      world,
      tell: async (event) => (await actors.deliver(event)).reply,
      archive: { bucketOf, committerOf, cache, forgetDeadlines: deadlines.forget },
      alarm: (origin, reason, message) => journal.alarm(origin, reason, message),
    }),
    ({ address, id }, err) => log.warn({ address, effect: id, err }, 'effect failed; trying again'),
  );
  const actors = createActors({
    ...{ identity, cache, committerOf, outbox, deadlines, liveRuns, clock, record: journal.record },
    report: ({ address, type }, err) =>
      log.warn({ address, event: type, err }, 'event failed; trying again'),
    isStopping: () => isStopping,
  });

  return {
    ...{ actors, cache, deadlines, gate, liveRuns, journal, partitionFor, commitStats },
    perform: outbox.schedule,
    forgetPartition(partition) {
      gate.close(partition);
      const isIn = (address: string) => !isShared(address) && partitionFor(address) === partition;
      for (const memory of [cache, deadlines, liveRuns]) memory.forgetWhere(isIn);
    },
    drained: (project, subject) => outbox.drained(itemAddress(project, subject)),
    audited: audit.flush,
    isStopping: () => isStopping,
    beginStop() {
      isStopping = true;
      firing.stop();
    },
    async stop() {
      isStopping = true;
      deadlines.stop();
      // A server that is away must not keep the process from ending; the records hold everything.
      await Promise.race([
        outbox.stop().then(audit.flush),
        new Promise<void>((done) => void clock.after(STOP_LIMIT_MS, done)),
      ]);
      audit.stop();
    },
  };
}

function auditOf(world: HostWorld, observer: Observer): Audit {
  return createAudit(
    world.clock,
    (partition, body) => world.publishAudit(partition, body),
    (entry) => observer.observe(entry, { before: null, after: null }),
  );
}

/** One committer for each bucket, made when first needed: it alone knows what is ready to be written. */
function createCommitters({ world, commitMode }: ActorSystemOptions) {
  const committers = new Map<BucketName, Committer>();
  return {
    committerOf(name: BucketName): Committer {
      const options = { clock: world.clock, mode: commitMode };
      const committer = committers.get(name) ?? createCommitter(world.bucket(name), options);
      committers.set(name, committer);
      return committer;
    },
    commitStats: () => Object.fromEntries([...committers].map(([name, c]) => [name, c.stats()])),
  };
}
