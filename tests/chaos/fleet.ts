// Everything a chaos run starts: three servers, three hosts and four workers, each with a network and a
// state directory of its own. It must never end before all of it has ended.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type NatsCluster, startNatsCluster } from '../support/nats-cluster.ts';
import { type FleetProcess, fleetProcess } from './fleet-process.ts';
import { type Link, openLink } from './link.ts';
import { mountSmallDisk, type SmallDisk } from './small-disk.ts';

export interface Member {
  process: FleetProcess;
  link: Link;
  stateDirectory: string;
}

export interface Fleet {
  cluster: NatsCluster;
  members: readonly Member[];
  /** Where the first worker keeps its logs. */
  disk: SmallDisk;
  /** SIGTERM to all processes; resolves with the names of those that had to be killed. */
  drain(): Promise<string[]>;
  /** Ends whatever is still there. May be called at any time, and more than once. */
  close(): Promise<void>;
}

const HOSTS = 3;
const WORKERS = 4;
const DRAIN_LIMIT_MS = 30_000;

/** Starts all of it and resolves once every process works. */
export async function startFleet(folder: string, configuration: string): Promise<Fleet> {
  const cluster = await startNatsCluster({ syncAlways: false });
  const names = [
    ...Array.from({ length: HOSTS }, (_, n) => `host-${n + 1}`),
    ...Array.from({ length: WORKERS }, (_, n) => `worker-${n + 1}`),
  ];
  const disk = await mountSmallDisk(join(folder, 'worker-1', 'logs'));
  const members = await Promise.all(
    names.map((name) => member({ name, folder, configuration, cluster })),
  );
  const fleet = fleetOf(cluster, members, disk);
  try {
    // One of them makes the streams; the others find them.
    const [first, ...others] = members;
    await first?.process.start();
    await Promise.all(others.map(({ process }) => process.start()));
    return fleet;
  } catch (error) {
    await fleet.close();
    throw error;
  }
}

function fleetOf(cluster: NatsCluster, members: readonly Member[], disk: SmallDisk): Fleet {
  return {
    ...{ cluster, members, disk },
    async drain() {
      const stopped = await Promise.all(
        members.map(async ({ process }) => ({
          name: process.name,
          isInTime: await process.stop(DRAIN_LIMIT_MS),
        })),
      );
      return stopped.filter(({ isInTime }) => !isInTime).map(({ name }) => name);
    },
    async close() {
      await Promise.all(members.map(({ process }) => process.kill()));
      await Promise.all(members.map(({ link }) => link.close()));
      await cluster.stop();
      await disk.remove();
    },
  };
}

async function member(given: {
  name: string;
  folder: string;
  configuration: string;
  cluster: NatsCluster;
}): Promise<Member> {
  const { name, folder, configuration, cluster } = given;
  const link = await openLink(cluster.nodes.map(({ url }) => url));
  const stateDirectory = join(folder, name);
  mkdirSync(stateDirectory, { recursive: true });
  const role = name.startsWith('host') ? 'host' : 'worker';
  const log = join(folder, `${name}.log`);
  const options = { name, role, natsUrl: link.url, configuration, stateDirectory, log } as const;
  return { process: fleetProcess(options), link, stateDirectory };
}
