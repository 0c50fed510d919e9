// What it takes to run a part of onceward, gathered by the composition root, and what follows from it alone.
import type { TopologyOptions } from '../transport/nats/topology-settings.ts';
import type { Log } from './actors/log.ts';
import type { Configuration } from './config/schema.ts';

const DAY_MS = 86_400_000;

export type Role = 'host' | 'worker' | 'all';

export interface AppOptions {
  role: Role;
  configuration: Configuration;
  /** Folder of the configuration file; relative repositories are resolved against it. */
  configurationFolder: string;
  /** Where the embedded server, clones, worktrees and logs live. */
  stateDirectory: string;
  /** NATS to connect to; undefined starts an embedded nats-server that ends with this process. */
  natsUrl: string | undefined;
  /** Replaces `settings.replicas`. */
  replicas?: number | undefined;
  /** Monitoring address of that NATS, by which it is seen whether it syncs every write. */
  monitorUrl?: string | undefined;
  /** Content of a credentials file, or the seed of an NKey. */
  credentials: string | undefined;
  /** What the subjects of answers begin with; undefined derives it from the user. */
  inboxPrefix?: string | undefined;
  /** How the embedded server's binary is found. */
  natsServer: { override: string | undefined; path: string; cacheDirectory: string };
  /** Environment from which commands get their allow-list. */
  environment: Readonly<Record<string, string | undefined>>;
  /** Tests race hosts with it; see `HostOptions.isOwnershipIgnored`. */
  isOwnershipIgnored: boolean;
  log: Log;
}

export interface RunningApp {
  natsUrl: string;
  /** Monitoring address of the embedded server; undefined for a server of somebody else. */
  monitorUrl: string | undefined;
  identity: string;
  /** Called once when the app can no longer go on, such as when its embedded server ended. */
  onFailure(callback: (error: Error) => void): void;
  /** Applies a new configuration: projects, pipelines and pools. Settings of running work stay frozen. */
  apply(configuration: Configuration): Promise<void>;
  /** Lets go in order: workers finish or hand back, partitions are released, the server stops last. */
  stop(): Promise<void>;
}

/** How the streams are to be. */
export function topologyOf({
  replicas,
  configuration: { settings },
}: Pick<AppOptions, 'replicas' | 'configuration'>): Required<TopologyOptions> {
  return {
    partitions: settings.partitions,
    replicas: replicas ?? settings.replicas,
    archiveMaxAgeMs: settings.archiveMaxAgeDays * DAY_MS,
  };
}
