// Three real nats-servers as one JetStream cluster, on the loopback and on temporary stores, for tests
// that kill, stop and depose them. No server of it may outlive the test process.
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { NatsConnection } from 'nats';
import { connectNats } from '../../transport/nats/connection.ts';
import { type ClusterNode, clusterNode } from './cluster-node.ts';
import { freePorts } from './free-ports.ts';
import { natsServerBinary } from './nats-server.ts';
import { temporaryDirectory } from './temporary-directory.ts';

export interface NatsClusterOptions {
  /** Path of the nats-server of all three. Defaults to the one found as onceward itself finds it. */
  binary?: string;
  /** Defaults to true; must be false for a server before 2.10, which refuses the setting. */
  syncAlways?: boolean;
}

export interface NatsCluster {
  /** The client addresses of all three, separated by commas, as `connectNats` takes them. */
  readonly url: string;
  readonly nodes: readonly ClusterNode[];
  /** The version of the servers, such as `2.15.1`. */
  readonly version: string;
  /**
   * Waits until all running servers agree on a leader of the cluster, each is up to date and says
   * that its streams and consumers are, too.
   */
  ready(limitMs?: number): Promise<void>;
  /** The node that leads the stream; waits for an election to end. */
  leaderOf(stream: string): Promise<ClusterNode>;
  /**
   * Deposes the leader of a stream, again if it is elected again, waits until another one leads,
   * and returns both.
   */
  stepDown(stream: string): Promise<{ from: ClusterNode; to: ClusterNode }>;
  /** Ends all three, whatever state they are in, and proves each process gone. */
  stop(): Promise<void>;
}

const NODES = 3;
const PORTS_PER_NODE = 3;
/** Another process may take a port between our looking and the server's. */
const MAX_START_ATTEMPTS = 3;
const READY_LIMIT_MS = 60_000;
const POLL_MS = 25;
const REQUEST_LIMIT_MS = 1_000;

/** Starts the three servers and waits until the cluster is ready. Ends with the test process at the latest. */
export async function startNatsCluster(options: NatsClusterOptions = {}): Promise<NatsCluster> {
  const binary = options.binary ?? (await natsServerBinary()).binary;
  const nodes = await startNodes(binary, options.syncAlways ?? true);
  const url = nodes.map((node) => node.url).join(',');
  const stopNodes = () => Promise.all(nodes.map((node) => node.stop()));
  const ready = (limitMs = READY_LIMIT_MS) =>
    poll('the cluster to be ready', limitMs, () => isReady(nodes));
  try {
    await ready();
    const nc = await connectNats({ url, name: 'cluster control' });
    return {
      ...{ url, nodes, ready, version: nc.info?.version ?? '' },
      leaderOf: (stream) => leaderOf({ nc, nodes, stream }),
      stepDown: (stream) => stepDown({ nc, nodes, stream }),
      async stop() {
        await nc.close();
        await stopNodes();
      },
    };
  } catch (error) {
    await stopNodes();
    throw error;
  }
}

async function startNodes(binary: string, isSyncAlways: boolean): Promise<ClusterNode[]> {
  for (let attempt = 1; ; attempt += 1) {
    const nodes = await newNodes(binary, isSyncAlways);
    const started = await Promise.allSettled(nodes.map((node) => node.start()));
    const failed = started.find((result) => result.status === 'rejected');
    if (failed === undefined) return nodes;
    await Promise.all(nodes.map((node) => node.stop()));
    if (attempt === MAX_START_ATTEMPTS) throw failed.reason;
  }
}

async function newNodes(binary: string, isSyncAlways: boolean): Promise<ClusterNode[]> {
  const directory = temporaryDirectory();
  const ports = await freePorts(NODES * PORTS_PER_NODE);
  const routePorts = ports.slice(0, NODES);
  return routePorts.map((routePort, index) => {
    const name = `n${index + 1}`;
    const [port = 0, monitorPort = 0] = ports.slice(NODES + 2 * index);
    const own = { name, directory: join(directory, name), port, monitorPort, routePort };
    return clusterNode({ ...own, binary, routePorts, isSyncAlways });
  });
}

interface JetStreamState {
  meta_cluster?: {
    leader?: string;
    /** Told by the leader only. */
    replicas?: { name: string; current: boolean }[];
  };
}

async function isReady(nodes: readonly ClusterNode[]): Promise<boolean> {
  const running = nodes.filter((node) => node.isRunning);
  const states = await Promise.all(running.map((node) => monitored(node, '/jsz')));
  const metas = states.map((state) => (state as JetStreamState | null)?.meta_cluster);
  const leader = metas[0]?.leader;
  if (!leader || metas.some((meta) => meta?.leader !== leader)) return false;
  const index = running.findIndex((node) => node.name === leader);
  const followers = running.filter((node) => node.name !== leader);
  const replicas = metas[index]?.replicas ?? [];
  const isCurrent = ({ name }: ClusterNode) => replicas.some((r) => r.name === name && r.current);
  if (index < 0 || !followers.every(isCurrent)) return false;
  const health = await Promise.all(running.map((node) => monitored(node, '/healthz')));
  return health.every((answer) => (answer as { status?: string } | null)?.status === 'ok');
}

/** What the server's monitoring port says; null when it says nothing, or that it is not well. */
async function monitored(node: ClusterNode, path: string): Promise<unknown> {
  try {
    const signal = AbortSignal.timeout(REQUEST_LIMIT_MS);
    const response = await fetch(node.monitorUrl + path, { signal });
    const body: unknown = await response.json();
    return response.ok ? body : null;
  } catch {
    return null;
  }
}

interface OfStream {
  nc: NatsConnection;
  nodes: readonly ClusterNode[];
  stream: string;
}

interface StreamAnswer {
  cluster?: { leader?: string };
}

async function leaderOf(of: OfStream): Promise<ClusterNode> {
  return found(`a leader of ${of.stream}`, () => leaderNow(of));
}

async function leaderNow({ nc, nodes, stream }: OfStream): Promise<ClusterNode | undefined> {
  const answer = await asked(nc, `STREAM.INFO.${stream}`);
  return nodes.find((node) => node.isRunning && node.name === answer?.cluster?.leader);
}

async function stepDown(of: OfStream): Promise<{ from: ClusterNode; to: ClusterNode }> {
  const from = await leaderOf(of);
  const to = await found(`another leader of ${of.stream} than ${from.name}`, async () => {
    const leader = await leaderNow(of);
    if (leader !== from) return leader;
    await asked(of.nc, `STREAM.LEADER.STEPDOWN.${of.stream}`);
    return undefined;
  });
  return { from, to };
}

/** Nothing is answered during an election, and an error is answered right after one: both mean later. */
async function asked(nc: NatsConnection, subject: string): Promise<StreamAnswer | null> {
  try {
    const reply = await nc.request(`$JS.API.${subject}`, '', { timeout: REQUEST_LIMIT_MS });
    return reply.json<StreamAnswer>();
  } catch {
    return null;
  }
}

async function poll(what: string, limitMs: number, isSo: () => Promise<boolean>): Promise<void> {
  await found(what, async () => ((await isSo()) ? true : undefined), limitMs);
}

async function found<T>(
  what: string,
  look: () => Promise<T | undefined>,
  limitMs = READY_LIMIT_MS,
): Promise<T> {
  const endsAtMs = performance.now() + limitMs;
  do {
    const result = await look();
    if (result !== undefined) return result;
    await delay(POLL_MS);
  } while (performance.now() < endsAtMs);
  throw new Error(`waited ${limitMs} ms for ${what}`);
}
