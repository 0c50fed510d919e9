// What can be learnt of a running NATS from outside, for `onceward doctor`.
// It changes nothing: no stream is created, no message stored.
import { OncewardError } from '../errors.ts';
import { type ConnectOptions, connectNats } from './connection.ts';
import { apiRequest } from './jetstream-api.ts';
import { forbiddenSubjects } from './permission-probes.ts';
import { createServerClock } from './server-clock.ts';
import { isAcceptable, parseServerVersion } from './server-version.ts';
import { type Difference, describeDifference, topologyDifferences } from './topology.ts';
import { EVENTS_STREAM, streamSettings, type TopologyOptions } from './topology-settings.ts';

export interface ServerFactsOptions extends ConnectOptions {
  /** `http://127.0.0.1:8222`; without it `syncAlways` stays unknown. */
  monitorUrl?: string | undefined;
  topology?: TopologyOptions;
}

export interface NodeFact {
  /** Host and port as the cluster advertises it. */
  server: string;
  /** Null when the node could not be reached. */
  version: string | null;
  isAcceptable: boolean;
}

export interface TopologyFact {
  /** A stream, or `ONCEWARD_EVENTS consumers`. */
  subject: string;
  /** In words, one for each setting that is not as asked. */
  differences: string[];
}

export interface ServerFacts {
  /** Every node the cluster advertises. */
  nodes(): Promise<NodeFact[]>;
  /** The JetStream API level; null when JetStream is off for this account. */
  apiLevel(): Promise<number | null>;
  topology(): Promise<TopologyFact[]>;
  /** Null when no monitoring address is known. @throws BROKER_UNAVAILABLE */
  isSyncAlways(): Promise<boolean | null>;
  /** Server time minus this machine's, in milliseconds. @throws STREAM_MISMATCH without streams */
  clockOffsetMs(): Promise<number>;
  /** Each subject a host needs and this login may not use. */
  forbiddenSubjects(): Promise<string[]>;
  close(): Promise<void>;
}

const MONITOR_LIMIT_MS = 5_000;

/** @throws BROKER_UNAVAILABLE, CONFIG_INVALID */
export async function openServerFacts(options: ServerFactsOptions): Promise<ServerFacts> {
  const nc = await connectNats(options);
  return {
    nodes: () => {
      const advertised = nc.info?.connect_urls ?? [];
      const servers = new Set([nc.getServer(), ...advertised]);
      return Promise.all([...servers].map((server) => nodeFact(options, server)));
    },
    apiLevel: async () => {
      const answer = await apiRequest<{ api: { level?: number } }>(nc, 'INFO');
      return answer.ok ? (answer.value.api.level ?? 0) : null;
    },
    topology: async () => topologyFacts(await topologyDifferences(nc, options.topology)),
    isSyncAlways: () => syncAlwaysOf(options.monitorUrl),
    clockOffsetMs: async () => {
      const clock = await createServerClock(nc, { stream: EVENTS_STREAM });
      clock.stop();
      return clock.offsetMs();
    },
    forbiddenSubjects: () => forbiddenSubjects(nc),
    close: () => nc.close(),
  };
}

function topologyFacts(differences: readonly Difference[]): TopologyFact[] {
  const streams = streamSettings({}).map((settings) => String(settings['name']));
  const fact = (subject: string, isOf: (difference: Difference) => boolean) => ({
    subject,
    differences: differences.filter(isOf).map(describeDifference),
  });
  return [
    ...streams.map((stream) => fact(stream, ({ subject }) => subject === stream)),
    fact(`${EVENTS_STREAM} consumers`, ({ subject }) => subject.startsWith(`${EVENTS_STREAM}/`)),
  ];
}

async function nodeFact(options: ConnectOptions, server: string): Promise<NodeFact> {
  try {
    const node = await connectNats({ ...options, url: atServer(options.url, server) });
    const version = node.info?.version ?? '';
    await node.close();
    const parsed = parseServerVersion(version);
    return { server, version, isAcceptable: parsed !== null && isAcceptable(parsed) };
  } catch {
    return { server, version: null, isAcceptable: false };
  }
}

/** The same login at another address. */
function atServer(url: string, server: string): string {
  const [first = ''] = url.split(',');
  const target = new URL(first.includes('://') ? first.trim() : `nats://${first.trim()}`);
  target.host = server;
  return target.href;
}

/**
 * Whether the server at this monitoring address has every acknowledged write on disk; null without an address.
 * @throws BROKER_UNAVAILABLE
 */
export async function syncAlwaysOf(monitorUrl: string | undefined): Promise<boolean | null> {
  if (monitorUrl === undefined) return null;
  try {
    const signal = AbortSignal.timeout(MONITOR_LIMIT_MS);
    const response = await fetch(new URL('/varz', monitorUrl), { signal });
    const varz = (await response.json()) as {
      jetstream?: { config?: { sync_always?: boolean } };
    };
    return varz.jetstream?.config?.sync_always === true;
  } catch (cause) {
    const message = `no monitoring answer from ${monitorUrl}`;
    throw new OncewardError('BROKER_UNAVAILABLE', message, { cause, details: { monitorUrl } });
  }
}
