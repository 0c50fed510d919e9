// One host of the fleet: it serves the partitions that fall to it, takes over what it finds in them, and lets
// them go again. It decides nothing itself; records and revisions do.
import { isShared, parseAddress } from '../../machines/address.ts';
import type { ActorEvent } from '../../machines/event.ts';
import { traceparentSchema } from '../../machines/traceparent.ts';
import type { AskRequest, HostWorld, Reply } from '../../transport/ports.ts';
import { type ActorSystem, createActorSystem } from './actor-system.ts';
import type { CommitMode, CommitStats } from './commit.ts';
import type { Delivery } from './delivery.ts';
import type { LiveRun } from './live-run.ts';
import type { Log } from './log.ts';
import type { Observer } from './observer.ts';
import { createOwnership } from './ownership.ts';
import { servePartition } from './partition.ts';
import { takeOver } from './takeover.ts';

const REGISTRY_RETRY_MS = 500;

export interface HostOptions {
  world: HostWorld;
  /** Unique for each process start. */
  identity: string;
  /** How many partitions the mailbox has. */
  partitions: number;
  commitMode: CommitMode;
  /** Completes an opening that came without its pipeline; null when the project is unknown. */
  completeOpening: (project: string) => Promise<Record<string, unknown> | string | null>;
  /** Serve every partition, whoever owns it. Safe, only wasteful; tests race hosts with it. */
  isOwnershipIgnored?: boolean;
  /** Who looks on; nobody by default. */
  observer?: Observer | undefined;
  log: Log;
}

export interface HostStatus {
  partitions: number[];
  /** Those that should be its own, by the hosts that are alive. */
  wanted: number[];
  /** Those whose mailbox has yet to be read up to where it stood. */
  catchingUp: number[];
  deadlines: number;
  busyActors: number;
  commits: Record<string, CommitStats>;
}

export interface Host {
  /** Tells the host who is alive; it takes over and lets go accordingly. */
  setMembers(hosts: readonly string[]): Promise<void>;
  /**
   * Answers a request of this process as the ask door would, without the way through the server; null
   * when another host serves its partition.
   * @throws OUTCOME_UNKNOWN, BROKER_UNAVAILABLE: repeat it under the same id
   */
  ask(request: AskRequest): Promise<Reply> | null;
  /** Sends an event from within the process. */
  tell(event: Omit<ActorEvent, 'atMs'>): Promise<Reply>;
  status(): HostStatus;
  /** What a worker is believed to carry out: runs of this host's partitions, and merge queues of any. */
  liveRuns(): LiveRun[];
  /** Something an operator must know; it goes to the log and the audit. */
  alarm(reason: string, message: string): void;
  stop(): Promise<void>;
}

export function createHost(options: HostOptions): Host {
  const { world, identity, partitions, log } = options;
  const system = createActorSystem(options);
  const { actors, journal, partitionFor } = system;
  const deliver = createDelivery(options, system);

  const ownership = createOwnership({
    ...{ identity, partitions, clock: world.clock, log },
    isOwnershipIgnored: options.isOwnershipIgnored ?? false,
    forget: system.forgetPartition,
    takeOver: (taken) => {
      for (const p of taken) if (!ownership.has(p)) system.gate.hold(p);
      return takeOver({
        bucketOf: (name) => world.bucket(name),
        isTaken: (address) => taken.has(partitionFor(address)),
        watch: actors.watch,
        perform: system.perform,
        report: (address, problem) => log.error({ address, problem }, 'record left untouched'),
      });
    },
    serve: (partition) => {
      options.observer?.tookOver(partition);
      return servePartition({
        ...{ partition, world, deliver, refuse: journal.refuse },
        ...{ drained: system.drained, audited: system.audited },
        onCaughtUp: () => system.gate.open(partition),
        report: (err) => log.warn({ partition, err }, 'mailbox interrupted; opening it again'),
      });
    },
  });

  const stopListening = world.onReconnect(() => {
    system.cache.forgetAll();
    for (const partition of ownership.list()) system.gate.hold(partition);
    void ownership.resync();
  });

  return {
    setMembers: ownership.setMembers,
    ask: (request) => ownership.get(partitionFor(request.address))?.answer(request) ?? null,
    async tell(event) {
      const { reply, performed } = await deliver({ ...event, atMs: world.clock.nowMs() });
      await performed;
      return reply;
    },
    status: () => ({
      partitions: ownership.list(),
      wanted: ownership.wanted(),
      catchingUp: system.gate.held(),
      deadlines: system.deadlines.size(),
      busyActors: actors.busyCount(),
      commits: system.commitStats(),
    }),
    liveRuns: () =>
      system.liveRuns
        .list()
        .filter(({ address }) => isShared(address) || ownership.has(partitionFor(address))),
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
  { world, completeOpening, observer, log }: HostOptions,
  system: Pick<ActorSystem, 'actors' | 'journal' | 'isStopping'>,
) {
  const complete = async (event: ActorEvent, project: string) => {
    for (;;) {
      try {
        return await completeOpening(project);
      } catch (err) {
        // Whoever asks repeats the question; a message keeps its turn, or its followers would overtake it.
        if (event.door === 'ask' || system.isStopping()) throw err;
        log.warn({ project, err }, 'the project registry cannot be read; trying again');
        await new Promise<void>((done) => void world.clock.after(REGISTRY_RETRY_MS, done));
      }
    }
  };

  const refuse = async (event: ActorEvent, message: string): Promise<Delivery> => {
    const reply = await system.journal.refuse(event, 'schema', message);
    return { reply, performed: Promise.resolve() };
  };

  return async (event: ActorEvent): Promise<Delivery> => {
    const address = parseAddress(event.address);
    if (address?.kind !== 'item' || event.type !== 'open') return system.actors.deliver(event);
    const data = event.data as Record<string, unknown>;
    if (data['pipeline'] !== undefined) {
      return refuse(event, 'the pipeline of an item comes from the project registry');
    }
    const pipeline = await complete(event, address.project);
    if (typeof pipeline === 'string') return refuse(event, pipeline);
    const traceparent = traceparentSchema.parse(data['traceparent']) ?? observer?.beginTrace(event);
    const completed = { ...data, pipeline, ...(traceparent ? { traceparent } : {}) };
    if (pipeline !== null) return system.actors.deliver({ ...event, data: completed });
    return refuse(event, `project ${address.project} is not in the registry`);
  };
}
