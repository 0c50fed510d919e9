// A real host on a real nats-server, inside the test process: what `onceward up --role host` composes,
// without the command line around it.

import { parseAddress } from '../../machines/address.ts';
import { type FrozenPipeline, frozenPipelineSchema } from '../../machines/item/events.ts';
import { partitionOf } from '../../machines/partition.ts';
import { createHost, type Host } from '../../services/actors/host.ts';
import type { Observer } from '../../services/actors/observer.ts';
import { createAsker } from '../../transport/nats/asker.ts';
import { connectNats } from '../../transport/nats/connection.ts';
import { createHostWorld } from '../../transport/nats/host-world.ts';
import { createServerClock } from '../../transport/nats/server-clock.ts';
import { ensureTopology } from '../../transport/nats/topology.ts';
import type { Asker, HostWorld } from '../../transport/ports.ts';

export interface TestHost {
  host: Host;
  world: HostWorld;
  asker: Asker;
  stop(): Promise<void>;
}

export interface TestHostOptions {
  url: string;
  identity?: string;
  members?: string[];
  pipelines?: Record<string, FrozenPipeline>;
  isOwnershipIgnored?: boolean;
  commitMode?: 'batch' | 'single';
  observer?: Observer;
}

const silent = () => {};

export async function startTestHost(options: TestHostOptions): Promise<TestHost> {
  const identity = options.identity ?? 'host-test';
  const nc = await connectNats({ url: options.url, name: identity });
  const { partitions } = await ensureTopology(nc, {});
  const clock = await createServerClock(nc, {});
  const world = createHostWorld(nc, clock);
  const host = createHost({
    world,
    identity,
    partitions,
    commitMode: options.commitMode ?? 'batch',
    completeOpening: async (project) => options.pipelines?.[project] ?? null,
    isOwnershipIgnored: options.isOwnershipIgnored ?? false,
    observer: options.observer,
    log: { info: silent, warn: silent, error: silent },
  });
  await host.setMembers(options.members ?? [identity]);
  const asker = createAsker(nc, clock, (address) => {
    const parsed = parseAddress(address);
    return parsed === null ? 0 : partitionOf(parsed, partitions);
  });
  return {
    host,
    world,
    asker,
    async stop() {
      await host.stop();
      clock.stop();
      await nc.close();
    },
  };
}

/** A frozen pipeline of external stages, which a publisher alone can drive. */
export function externalPipeline(...stages: string[]): FrozenPipeline {
  return frozenPipelineSchema.parse({
    name: 'external',
    digest: 'test',
    stages: stages.map((name) => ({ name, kind: 'external' })),
    limits: {},
  });
}
