// The composition root of a running onceward: constructs every adapter, starts them in order and stops them
// in the reverse one. It decides nothing about items or runs.
import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { machineName } from '../transport/identity.ts';
import { createAsker } from '../transport/nats/asker.ts';
import { connectNats } from '../transport/nats/connection.ts';
import { createHostWorld } from '../transport/nats/host-world.ts';
import { createJobSource } from '../transport/nats/jobs.ts';
import { createServerClock } from '../transport/nats/server-clock.ts';
import { ensureTopology } from '../transport/nats/topology.ts';
import type { Clock, HostWorld, Presence } from '../transport/ports.ts';
import { createLocalAsker } from './actors/local-asker.ts';
import { type AppOptions, type RunningApp, type ServedHttp, topologyOf } from './app-options.ts';
import { boundedStop } from './bounded-stop.ts';
import type { Configuration } from './config/schema.ts';
import { watchForFailure } from './failure-watch.ts';
import { followProjects } from './followed-projects.ts';
import { type HostRole, startHostRole } from './host-role.ts';
import { createWatchedOutside } from './intake/watched-outside.ts';
import type { WebhookOptions } from './intake/webhook-intake.ts';
import { type Fleet, joinFleet } from './membership.ts';
import type { Observability } from './observability/observability.ts';
import { readForScrape } from './observability/scrape-reading.ts';
import { startObserving } from './observing.ts';
import { startServer } from './own-server.ts';
import { identityOf, presencesOf, servingAs } from './presences.ts';
import { partitionFor } from './queries/session.ts';
import { startReconcilerBeside } from './reconciler-beside.ts';
import type { Effective } from './registry/effective-configuration.ts';
import { checkServerSafety } from './server-safety.ts';
import type { RunningRoles } from './web-role.ts';
import { startWorkerRole, type WorkerRole } from './worker-role.ts';

/** Something that was started and can be stopped; the newest is stopped first. */
type Started = () => Promise<void> | void;

/**
 * Starts the given role and resolves once it works. What was started before a failure is stopped again.
 * @throws STORE_IN_USE, NATS_SERVER_MISSING, NATS_SERVER_TOO_OLD, BROKER_UNAVAILABLE, STREAM_MISMATCH
 */
export async function startApp(options: AppOptions): Promise<RunningApp> {
  const started: Started[] = [];
  const stop = async () => {
    const failures: unknown[] = [];
    for (let next = started.pop(); next !== undefined; next = started.pop()) {
      await Promise.resolve()
        .then(next)
        .catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  };
  try {
    return await compose(options, { started, stop });
  } catch (error) {
    // Why it did not start matters more than what else went wrong while it was taken back.
    await stop().catch((err: unknown) => options.log.warn({ err }, 'stopping failed'));
    throw error;
  }
}

interface Progress {
  started: Started[];
  stop: () => Promise<void>;
}

async function compose(options: AppOptions, { started, stop }: Progress): Promise<RunningApp> {
  const stateDirectory = resolve(options.stateDirectory);
  await mkdir(stateDirectory, { recursive: true });
  const server = options.natsUrl === undefined ? await startServer(options, stateDirectory) : null;
  if (server !== null) started.push(() => server.stop());
  const natsUrl = server?.url ?? options.natsUrl ?? '';
  const machine = machineName();
  const presences = presencesOf(options, machine);
  const identity = presences.map((presence) => presence.identity).join('+');

  const broker = await connectBroker(options, { natsUrl, identity, started });
  const roles: RunningRoles = { host: null, worker: null, isStopping: false };
  const place = { natsUrl, identity, stateDirectory, presences };
  const webhooks = createWatchedOutside(options);
  const http = await startHttp(options, { ...broker, ...place, roles, webhooks, started });
  const projects = await followProjects(options, { ...broker, started });
  const serving = () => servingAs(presences, projects.current().configuration);
  const joining = { ...broker, natsUrl, presences: serving(), started };
  const fleet = await joinFleet(options, joining);
  const host = await startHost(options, { ...broker, ...fleet, presences, started });
  roles.host = host;
  fleet.listeners.push(() => void host?.updateMembers());
  // Whoever came or went while this host was starting.
  await host?.updateMembers();
  // Others take over before this host lets go; revisions keep the two apart.
  started.push(fleet.leave);
  const failure = watchForFailure({ connection: broker.nc, server });
  const beside = { ...broker, ...fleet, host, presences, machine, stateDirectory, started };
  const { configuration } = projects.current();
  const worker = await startWorker({ ...options, configuration }, beside);
  roles.worker = worker;
  if (worker !== null) started.push(() => worker.stop({ isHopeless: failure.hasHappened() }));

  const reconciler = await startReconcilerBeside(options, beside);
  const follow = async (effective: Effective) => {
    webhooks.follow(effective.configuration);
    await host?.follow(effective);
    await reconciler?.follow(effective);
  };
  const announce = ({ configuration: effective }: Effective) =>
    fleet.announce(servingAs(presences, effective, reconciler?.leftAlone()));
  await follow(projects.current());
  announce(projects.current());
  projects.begin(async (effective) => {
    await follow(effective);
    await worker?.apply(effective.configuration);
    announce(effective);
  });
  // Nothing is applied any more to what is being stopped.
  started.push(projects.close);
  const apply = async (next: Configuration) => {
    broker.observability.apply(next.settings.alarms);
    await host?.apply(next);
    await projects.replaceFile(next);
  };
  const { onFailure } = failure;
  const stopInOrder = () => {
    failure.expect();
    roles.isStopping = true;
    return stop();
  };
  const { monitorUrl } = server ?? {};
  const names = () => Object.keys(projects.current().configuration.projects);
  const running = { natsUrl, monitorUrl, identity, http, projects: names };
  return { ...running, apply, stop: stopInOrder, onFailure };
}

interface Broker {
  nc: Awaited<ReturnType<typeof connectNats>>;
  clock: Clock;
  world: HostWorld;
  partitions: number;
  observability: Observability;
}

async function connectBroker(
  options: AppOptions,
  { natsUrl, identity, started }: { natsUrl: string; identity: string; started: Started[] },
): Promise<Broker> {
  const { credentials, inboxPrefix } = options;
  const login = credentials === undefined ? {} : { credentials: () => credentials };
  const nc = await connectNats({ url: natsUrl, name: identity, inboxPrefix, ...login });
  started.push(() => nc.close());
  const topology = topologyOf(options);
  // The embedded server was chosen by its version, and syncs every write.
  if (options.natsUrl !== undefined) await checkServerSafety(nc.info?.version ?? '', options);
  const { partitions } = await ensureTopology(nc, topology);
  const clock = await createServerClock(nc);
  started.push(() => clock.stop());
  const world = createHostWorld(nc, clock);
  const readFacts = () => readForScrape(nc, world);
  const observability = await startObserving(options, { identity, clock, readFacts });
  started.push(observability.stop);
  return { nc, clock, world, partitions, observability };
}

/** Before the roles, so that whoever asks is told how far they are; it is stopped after them. */
async function startHttp(
  { http, credentials, inboxPrefix, log }: AppOptions,
  given: Broker & {
    natsUrl: string;
    identity: string;
    stateDirectory: string;
    presences: Presence[];
    roles: RunningRoles;
    webhooks: WebhookOptions;
    started: Started[];
  },
): Promise<ServedHttp | null> {
  if (http === undefined) return null;
  const { nc, clock, natsUrl, identity, stateDirectory, presences, roles, started } = given;
  // Here, so that no process without it waits for all of this to be loaded.
  const { startWebRole } = await import('./web-role.ts');
  const web = await startWebRole({
    ...{ http, credentials, inboxPrefix, log, clock, natsUrl, identity, stateDirectory, roles },
    webhooks: given.webhooks,
    wanted: presences.map(({ role }) => role),
    reachNats: () => nc.flush(),
    metrics: given.observability.metrics,
  });
  started.push(web.stop);
  return web.served;
}

async function startHost(
  options: AppOptions,
  given: Broker & Fleet & { presences: Presence[]; started: Started[] },
): Promise<HostRole | null> {
  const identity = identityOf(given.presences, 'host');
  if (identity === null) return null;
  const { configuration, configurationFolder, isOwnershipIgnored, log } = options;
  const { world, partitions, watch } = given;
  const { observer, metrics } = given.observability;
  const shared = { world, partitions, watch, configuration, configurationFolder, log };
  const host = await startHostRole({ ...shared, identity, isOwnershipIgnored, observer });
  metrics?.watchPartitions(() => host.status().partitions.length);
  given.started.push(boundedStop('host', host.stop, { clock: given.clock, log }));
  return host;
}

async function startWorker(
  { configuration, environment, labels, log }: AppOptions,
  given: Broker & {
    host: HostRole | null;
    presences: Presence[];
    machine: string;
    stateDirectory: string;
  },
): Promise<WorkerRole | null> {
  const identity = identityOf(given.presences, 'worker');
  if (identity === null) return null;
  const { nc, clock, world, partitions, host, machine, stateDirectory, observability } = given;
  const remote = createAsker(nc, clock, (address) => partitionFor(address, partitions));
  return startWorkerRole({
    ...{ clock, machine, stateDirectory, configuration, environment, labels, log, identity },
    ...{ agents: observability.agents, onSwept: observability.onSwept },
    asker: host === null ? remote : createLocalAsker({ host, remote, clock }),
    source: createJobSource(nc, { ackWaitMs: configuration.settings.jobAckWaitMs }),
    runs: world.bucket('onceward-runs'),
    items: world.bucket('onceward-items'),
    merges: world.bucket('onceward-merges'),
    deployments: world.bucket('onceward-deployments'),
    accounts: world.bucket('onceward-accounts'),
    archive: world.bucket('onceward-archive'),
    alarm: host?.alarm ?? ((...alarm) => observability.alarm(identity, ...alarm)),
  });
}
