// Host and worker in this process on one connection, as `onceward up` composes them, but with an agent that
// does nothing. What it costs is what onceward itself costs.
import { parseAddress } from '../../machines/address.ts';
import { type FrozenPipeline, frozenPipelineSchema } from '../../machines/item/events.ts';
import { partitionOf } from '../../machines/partition.ts';
import { createHost, type Host } from '../../services/actors/host.ts';
import { createLocalAsker } from '../../services/actors/local-asker.ts';
import { createAsker } from '../../transport/nats/asker.ts';
import { connectNats } from '../../transport/nats/connection.ts';
import { createHostWorld } from '../../transport/nats/host-world.ts';
import { createJobSource } from '../../transport/nats/jobs.ts';
import { createServerClock } from '../../transport/nats/server-clock.ts';
import { ensureTopology } from '../../transport/nats/topology.ts';
import type { Asker, Clock, HostWorld, JobSource } from '../../transport/ports.ts';
import { type RunListeners, watchRuns } from './run-watch.ts';

/** Renewals of a job under way are of no interest here: it is over long before. */
const ACK_WAIT_MS = 30_000;
const silent = () => {};

export interface BenchClient {
  clock: Clock;
  world: HostWorld;
  asker: Asker;
  source: JobSource;
  partitions: number;
  close(): Promise<void>;
}

export interface BenchHost extends BenchClient {
  host: Host;
  /** Runs stored as advanced so far. */
  advanced(): number;
  stop(): Promise<void>;
}

export interface BenchHostOptions {
  url: string;
  commitMode: 'batch' | 'single';
  pipeline: FrozenPipeline;
  identity?: string;
  /** Hosts alive. Defaults to this one. */
  members?: string[];
  listeners?: RunListeners;
}

export async function startBenchHost(options: BenchHostOptions): Promise<BenchHost> {
  const { url, commitMode, pipeline, identity = 'host-bench' } = options;
  const client = await startBenchClient(url, identity);
  const { world, advanced } = watchRuns(client.world, options.listeners ?? {});
  const host = createHost({
    ...{ world, identity, commitMode, partitions: client.partitions },
    completeOpening: async () => pipeline,
    log: { info: silent, warn: silent, error: silent },
  });
  await host.setMembers(options.members ?? [identity]);
  const asker = createLocalAsker({ host, remote: client.asker, clock: client.clock });
  return {
    ...client,
    ...{ world, host, asker, advanced },
    async stop() {
      await host.stop();
      await client.close();
    },
  };
}

/** Everything a worker or a publisher needs, on a connection of its own. */
export async function startBenchClient(url: string, name: string): Promise<BenchClient> {
  const nc = await connectNats({ url, name });
  const { partitions } = await ensureTopology(nc, {});
  const clock = await createServerClock(nc, {});
  const partitionFor = (address: string): number => {
    const parsed = parseAddress(address);
    return parsed === null ? 0 : partitionOf(parsed, partitions);
  };
  return {
    ...{ clock, partitions },
    world: createHostWorld(nc, clock),
    asker: createAsker(nc, clock, partitionFor),
    source: createJobSource(nc, { ackWaitMs: ACK_WAIT_MS }),
    async close() {
      clock.stop();
      await nc.close();
    },
  };
}

/** A pipeline of stages whose jobs go to `pool`. */
export function benchPipeline(pool: string, stages: number): FrozenPipeline {
  return frozenPipelineSchema.parse({
    name: 'bench',
    digest: 'bench',
    stages: Array.from({ length: stages }, (_, index) => ({
      ...{ name: `s${index + 1}`, kind: 'command', command: 'true', pool },
    })),
    limits: {},
  });
}
