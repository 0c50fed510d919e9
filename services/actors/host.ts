// One host of the fleet: it serves the partitions that fall to it, takes over what it finds in them, and lets
// them go again. It decides nothing itself; records and revisions do.
import { parseAddress } from '../../machines/address.ts';
import type { ActorEvent } from '../../machines/event.ts';
import type { HostWorld, Reply } from '../../transport/ports.ts';
import { createActorSystem } from './actor-system.ts';
import type { CommitMode, CommitStats } from './commit.ts';
import type { Delivery } from './delivery.ts';
import { type LiveRun, liveRunOf } from './live-run.ts';
import type { Log } from './log.ts';
import { createOwnership } from './ownership.ts';
import { servePartition } from './partition.ts';
import { takeOver } from './takeover.ts';

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
  log: Log;
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

export function createHost(options: HostOptions): Host {
  const { world, identity, partitions, log } = options;
  const system = createActorSystem(options);
  const { actors, cache, journal, partitionFor } = system;
  const deliver = createDelivery(options, system);

  const ownership = createOwnership({
    ...{ identity, partitions, clock: world.clock, log },
    isOwnershipIgnored: options.isOwnershipIgnored ?? false,
    takeOver: (taken) =>
      takeOver({
        bucketOf: (name) => world.bucket(name),
        isTaken: (address) => taken.has(partitionFor(address)),
        adopt: actors.adopt,
        report: (address, problem) => log.error({ address, problem }, 'record left untouched'),
      }),
    serve: (partition) =>
      servePartition({
        ...{ partition, world, deliver, refuse: journal.refuse },
        ...{ drained: system.drained, audited: system.audited },
        report: (err) => log.warn({ partition, err }, 'mailbox interrupted; opening it again'),
      }),
  });

  const stopListening = world.onReconnect(() => {
    cache.forgetAll();
    void ownership.resync();
  });

  return {
    setMembers: ownership.setMembers,
    async tell(event) {
      const { reply, performed } = await deliver({ ...event, atMs: world.clock.nowMs() });
      await performed;
      return reply;
    },
    status: () => ({
      partitions: ownership.list(),
      deadlines: system.deadlines.size(),
      busyActors: actors.busyCount(),
      commits: system.commitStats(),
    }),
    liveRuns: () =>
      [...cache.entries()].flatMap(([address, stored]) => {
        const live = ownership.has(partitionFor(address)) ? liveRunOf(address, stored) : null;
        return live === null ? [] : [live];
      }),
    alarm: (reason, message) =>
      void journal.alarm({ address: identity, id: identity }, reason, message),
    async stop() {
      stopListening();
      system.beginStop();
      await ownership.stop();
      await system.stop();
    },
  };
}

/** A publisher opens an item by its title alone; the project registry knows the rest. */
function createDelivery(
  { completeOpening }: HostOptions,
  { actors, journal }: Pick<ReturnType<typeof createActorSystem>, 'actors' | 'journal'>,
) {
  return async (event: ActorEvent): Promise<Delivery> => {
    const address = parseAddress(event.address);
    const data = event.data as Record<string, unknown>;
    const isBareOpening =
      address?.kind === 'item' && event.type === 'open' && data['pipeline'] === undefined;
    if (!isBareOpening) return actors.deliver(event);
    const pipeline = await completeOpening(address.project);
    if (pipeline !== null) return actors.deliver({ ...event, data: { ...data, pipeline } });
    const message = `project ${address.project} is not in the registry`;
    const reply = await journal.refuse(event, 'schema', message);
    return { reply, performed: Promise.resolve() };
  };
}
