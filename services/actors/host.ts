// One host of the fleet: it takes over the partitions that fall to it, finds what its predecessor left
// undone, and lets them go again. It decides nothing itself; records and revisions do.
import { itemAddress, parseAddress } from '../../machines/address.ts';
import type { ActorEvent, RefusalReason } from '../../machines/event.ts';
import { ownerOf, partitionOf } from '../../machines/partition.ts';
import type { BucketName, HostWorld, Reply } from '../../transport/ports.ts';
import { type Actors, createActors, type Outcome } from './actors.ts';
import { createAudit } from './audit.ts';
import { type Committer, type CommitMode, type CommitStats, createCommitter } from './commit.ts';
import { createDeadlines, type DueDeadline } from './deadlines.ts';
import { createOutbox } from './outbox.ts';
import { type Partition, servePartition } from './partition.ts';
import { type LiveRun, liveRunOf } from './live-run.ts';
import { createPerform } from './perform.ts';
import { createRecordCache, decodeEntry } from './record-cache.ts';

export interface HostOptions {
  world: HostWorld;
  /** Unique for each process start. */
  identity: string;
  /** How many partitions the mailbox has. */
  partitions: number;
  commitMode: CommitMode;
  /** Completes an opening that came without its pipeline; null when the project is unknown. */
  completeOpening: (project: string) => Promise<Record<string, unknown> | null>;
  /** Serve every partition, whoever owns it. Safe, only wasteful; tests race hosts with it. */
  isOwnershipIgnored?: boolean;
  log: HostLog;
}

export interface HostLog {
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
}

export interface HostStatus {
  partitions: number[];
  deadlines: number;
  busyActors: number;
  commits: Record<string, CommitStats>;
}

export interface Host {
  /** Tells the host who is alive; it takes over and lets go accordingly. */
  setMembers(hosts: readonly string[]): Promise<void>;
  /** Sends an event from within the process. */
  tell(event: Omit<ActorEvent, 'atMs'>): Promise<Reply>;
  status(): HostStatus;
  /** Runs of this host's partitions that a worker is believed to carry out. */
  liveRuns(): LiveRun[];
  /** Something an operator must know; it goes to the log and the audit. */
  alarm(reason: string, message: string): void;
  stop(): Promise<void>;
}

const RETAKE_AFTER_MS = 1_000;

export function createHost(options: HostOptions): Host {
  const { world, identity, log } = options;
  const owned = new Map<number, Partition>();
  let members: readonly string[] = [];
  let changes: Promise<void> = Promise.resolve();
  let isStopping = false;

  const committers = new Map<BucketName, Committer>();
  const committerOf = (name: BucketName): Committer => {
    const known = committers.get(name);
    if (known !== undefined) return known;
    const mode = options.commitMode;
    const created = createCommitter(world.bucket(name), { clock: world.clock, mode });
    committers.set(name, created);
    return created;
  };

  const cache = createRecordCache((name) => world.bucket(name));
  const audit = createAudit(world.clock, (partition, body) => world.publishAudit(partition, body));
  const deadlines = createDeadlines(world.clock, (due) => fireDeadline(due));
  const perform = createPerform({
    world,
    tell: async (event) => void (await actors.deliver(event)),
    archive: { bucketOf: (name) => world.bucket(name), committerOf, cache, forgetDeadlines: deadlines.forget },
    alarm: (origin, reason, message) => raiseAlarm(origin.address, origin.id, { reason, message }),
  });
  const outbox = createOutbox(world.clock, perform, (origin, err) =>
    log.warn({ address: origin.address, effect: origin.id, err }, 'effect failed; trying again'),
  );
  const actors: Actors = createActors({
    identity,
    cache,
    committerOf,
    outbox,
    deadlines,
    clock: world.clock,
    record: (outcome) => void audit.append(partitionFor(outcome.event.address), entryOf(outcome)),
    report: (event, err) =>
      log.warn({ address: event.address, event: event.type, err }, 'event failed; trying again'),
    isStopping: () => isStopping,
  });

  function partitionFor(address: string): number {
    const parsed = parseAddress(address);
    return parsed === null ? 0 : partitionOf(parsed, options.partitions);
  }

  function entryOf({ event, reply, from, claimant }: Outcome) {
    const isApplied = reply.outcome === 'applied';
    return {
      atMs: event.atMs,
      address: event.address,
      id: event.id,
      type: event.type,
      door: event.door,
      outcome: isApplied ? (reply.isRepeat ? 'repeated' : 'applied') : 'refused',
      from,
      to: reply.state,
      revision: isApplied ? reply.revision : null,
      claimant,
      reason: isApplied ? null : reply.reason,
      message: isApplied ? '' : reply.message,
      by: identity,
    } as const;
  }

  function fireDeadline({ address, name, revision }: DueDeadline): void {
    const id = `${address}:${revision}:${name}`;
    const atMs = world.clock.nowMs();
    const event: ActorEvent = { address, type: name, id, atMs, data: {}, door: 'deadline' };
    actors.deliver(event).catch((err: unknown) => {
      log.error({ address, event: name, err }, 'deadline could not be delivered');
    });
  }

  function raiseAlarm(
    address: string,
    id: string,
    { reason, message }: { reason: string; message: string },
  ): Promise<void> {
    log.warn({ address, reason }, message);
    const atMs = world.clock.nowMs();
    return audit.append(partitionFor(address), {
      ...{ atMs, address, id, type: 'alarm', door: 'tell', outcome: 'alarm', from: null, to: null },
      ...{ revision: null, claimant: null, reason, message, by: identity },
    });
  }

  const refuse = async (
    event: ActorEvent,
    reason: RefusalReason,
    message: string,
  ): Promise<Reply> => {
    const reply = { outcome: 'refused', reason, message, state: null } as const;
    const outcome = { event, reply, from: null, claimant: null };
    await audit.append(partitionFor(event.address), entryOf(outcome));
    return reply;
  };

  /** A publisher opens an item by its title alone; the project registry knows the rest. */
  const deliver = async (event: ActorEvent) => {
    const address = parseAddress(event.address);
    const data = event.data as Record<string, unknown>;
    const isBareOpening =
      address?.kind === 'item' && event.type === 'open' && data['pipeline'] === undefined;
    if (!isBareOpening) return actors.deliver(event);
    const pipeline = await options.completeOpening(address.project);
    if (pipeline === null) {
      const message = `project ${address.project} is not in the registry`;
      return { reply: await refuse(event, 'schema', message), performed: Promise.resolve() };
    }
    return actors.deliver({ ...event, data: { ...data, pipeline } });
  };

  const serve = (partition: number): Partition =>
    servePartition({
      partition,
      world,
      deliver,
      refuse,
      drained: (project, subject) => outbox.drained(itemAddress(project, subject)),
      audited: () => audit.flush(),
      report: (err) => log.warn({ partition, err }, 'mailbox interrupted; opening it again'),
    });

  /** Finds every active record of the partitions: their deadlines, and effects left unperformed. */
  const takeOver = async (partitions: ReadonlySet<number>): Promise<void> => {
    for (const [bucket, kind] of [
      ['onceward-items', 'item'],
      ['onceward-runs', 'run'],
    ] as const) {
      await world.bucket(bucket).scan((entry) => {
        const address = `${kind}.${entry.key}`;
        if (!partitions.has(partitionFor(address))) return;
        const loaded = decodeEntry(entry);
        if (loaded.status === 'stored') actors.adopt(address, loaded.stored);
        else if (loaded.status !== 'archived') log.error({ address }, `record left alone: ${loaded.status}`);
      });
    }
  };

  const rebalance = async (isLossSuspected: boolean): Promise<void> => {
    const all = Array.from({ length: options.partitions }, (_, partition) => partition);
    const mine = new Set(
      all.filter((p) => options.isOwnershipIgnored || ownerOf(p, members) === identity),
    );
    const released = [...owned.keys()].filter((partition) => !mine.has(partition));
    await Promise.all(released.map((partition) => release(partition)));
    const taken = new Set([...mine].filter((partition) => !owned.has(partition)));
    // Somebody who is gone may have moved records of ours behind our back.
    const suspect = isLossSuspected ? mine : taken;
    if (suspect.size > 0 && !isStopping) await takeOver(suspect);
    for (const partition of taken) if (!isStopping) owned.set(partition, serve(partition));
    if (taken.size > 0 || released.length > 0) {
      log.info({ taken: [...taken], released, members: members.length }, 'partitions changed');
    }
  };

  const release = async (partition: number): Promise<void> => {
    await owned.get(partition)?.stop();
    owned.delete(partition);
  };

  const change = (isLossSuspected: boolean): Promise<void> => {
    const attempt = async (): Promise<void> => {
      if (isStopping) return;
      try {
        await rebalance(isLossSuspected);
      } catch (err) {
        log.warn({ err }, 'taking over failed; trying again');
        await new Promise<void>((done) => void world.clock.after(RETAKE_AFTER_MS, done));
        await attempt();
      }
    };
    changes = changes.then(attempt);
    return changes;
  };

  const stopListening = world.onReconnect(() => {
    cache.forgetAll();
    void change(true);
  });

  return {
    setMembers(hosts) {
      const hasLost = members.some((member) => !hosts.includes(member));
      members = [...hosts].sort();
      return change(hasLost);
    },
    async tell(event) {
      const { reply, performed } = await deliver({ ...event, atMs: world.clock.nowMs() });
      await performed;
      return reply;
    },
    liveRuns: () =>
      [...cache.entries()].flatMap(([address, stored]) => {
        const live = owned.has(partitionFor(address)) ? liveRunOf(address, stored) : null;
        return live === null ? [] : [live];
      }),
    alarm: (reason, message) => void raiseAlarm(identity, identity, { reason, message }),
    status: () => ({
      partitions: [...owned.keys()].sort((a, b) => a - b),
      deadlines: deadlines.size(),
      busyActors: actors.busyCount(),
      commits: Object.fromEntries([...committers].map(([name, c]) => [name, c.stats()])),
    }),
    async stop() {
      isStopping = true;
      stopListening();
      await changes;
      await Promise.all([...owned.keys()].map(release));
      deadlines.stop();
      await outbox.stop();
      await audit.flush();
      audit.stop();
    },
  };
}
