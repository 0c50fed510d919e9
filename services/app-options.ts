// What it takes to run a part of onceward, gathered by the composition root, and what follows from it alone.
import type { TopologyOptions } from '../transport/nats/topology-settings.ts';
import type { Log } from './actors/log.ts';
import type { HttpAddress } from './config/http-address.ts';
import type { Configuration } from './config/schema.ts';

const DAY_MS = 86_400_000;

export type Role = 'host' | 'worker' | 'all';

/** How the page is served, or, by a worker alone, its health and its metrics. */
export interface HttpOptions {
  address: HttpAddress;
  /** Take another port when this one is taken: nobody has asked for this very one. */
  isPortFlexible: boolean;
  /** Undefined keeps one in the state directory. */
  token: string | undefined;
  /** In whose name events of the page are sent, `operator:<user>`. */
  operator: string;
}

export interface ServedHttp {
  /** `http://127.0.0.1:7717/` */
  url: string;
  /** False where only health and metrics are served. */
  hasPage: boolean;
  token: string;
  /** Where the token is kept; null when the environment gave it. */
  tokenFile: string | null;
}

export interface AppOptions {
  role: Role;
  /** Of the worker: it serves the pools that ask for no others. Defaults to none. */
  labels?: readonly string[] | undefined;
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
  /** Undefined serves nothing over HTTP. */
  http?: HttpOptions | undefined;
  /** Of onceward, for metrics and traces. Without it nothing is measured or traced, and nobody is told of alarms. */
  version?: string | undefined;
  log: Log;
}

export interface RunningApp {
  natsUrl: string;
  /** Monitoring address of the embedded server; undefined for a server of somebody else. */
  monitorUrl: string | undefined;
  identity: string;
  /** What is served over HTTP; null when nothing is. */
  http: ServedHttp | null;
  /** Those it works on by now: of its configuration, and of the registry. */
  projects(): string[];
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
