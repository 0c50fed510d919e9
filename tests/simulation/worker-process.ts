// A worker of the simulated fleet: the real pools, job handling and stage runs, on a simulated machine,
// composed as services/worker-role.ts does.
import { createJobHandling } from '../../services/workers/job-handling.ts';
import { startPool } from '../../services/workers/pool.ts';
import type { Environments } from './environments.ts';
import type { Forge } from './forge.ts';
import { SILENT_LOG, type Stop } from './host-process.ts';
import type { Life } from './life.ts';
import { type Bench, type Machine, setUpBench } from './machine-room.ts';
import type { MergeRemote } from './merge-remote.ts';
import { createSimulatedRepositories } from './repository.ts';
import type { Server } from './server.ts';
import { POOL, PROJECT, type Shape } from './shape.ts';
import type { World } from './world.ts';

const TENDING_SLOTS = 2;
const MERGING_SLOTS = 2;
const DEPLOYING_SLOTS = 2;
const DRAIN_MS = 2_000;
/** Kept short, so that what is given up after an outage comes back within the run. */
const REPORT_TIMEOUT_MS = 40_000;

export interface WorkerOptions {
  life: Life;
  server: Server;
  shape: Shape;
  machine: Machine;
  forge: Forge;
  remote: MergeRemote;
  environments: Environments;
}

export async function startWorker(world: World, options: WorkerOptions): Promise<Stop> {
  const { life, server, shape, machine, forge, remote, environments } = options;
  const { settings, pools } = shape.configuration;
  const identity = `worker-${life.name}`;
  const bench: Bench = { world, life, machine, forge, remote, environments };
  setUpBench(bench);
  const announced = server.presence.announce(life, {
    ...{ identity, role: 'worker', machine: machine.name, pid: 1, startedAtMs: 0 },
  });
  const giveUp = new AbortController();
  const outside = server.worldFor(life);
  const handling = createJobHandling({
    runs: outside.bucket('onceward-runs'),
    items: outside.bucket('onceward-items'),
    merges: outside.bucket('onceward-merges'),
    deployments: outside.bucket('onceward-deployments'),
    log: SILENT_LOG.info,
    deps: {
      asker: server.asks.askerFor(life),
      clock: life.clock,
      repositories: createSimulatedRepositories(bench),
      stateDir: `/${machine.name}`,
      worker: identity,
      machine: machine.name,
      environment: {},
      accounts: () => ({}),
      accountRecords: server.accountsFor(life, identity),
      workerLeaseMs: settings.workerLeaseMs,
      progressMs: settings.progressMs,
      finalizeTimeoutMs: settings.finalizeTimeoutMs,
      reportTimeoutMs: REPORT_TIMEOUT_MS,
      giveUpSignal: giveUp.signal,
    },
  });
  const source = server.jobs.sourceFor(life);
  await source.open({ pool: POOL, project: PROJECT, maxConcurrentRuns: 4 });
  const shared = {
    ...{ pool: POOL, projects: [PROJECT], source, clock: life.clock, onError: () => {} },
    ...{ ackWaitMs: settings.jobAckWaitMs, carry: handling.carry },
  };
  const slots = pools[POOL]?.slots ?? 1;
  const started = [
    startPool({ ...shared, lane: 'work', slots }),
    startPool({ ...shared, lane: 'tend', slots: TENDING_SLOTS }),
  ];
  // Elsewhere nobody waits in this lane, and looking into it would only take time.
  if (shape.merge !== null) {
    started.push(startPool({ ...shared, lane: 'merge', slots: MERGING_SLOTS }));
  }
  if (shape.deploy !== null) {
    started.push(startPool({ ...shared, lane: 'deploy', slots: DEPLOYING_SLOTS }));
  }
  return async () => {
    const cancelAbort = life.clock.after(DRAIN_MS, handling.abort);
    await Promise.all(started.map((pool) => pool.stop()));
    cancelAbort();
    giveUp.abort();
    await announced.withdraw().catch(() => {});
  };
}
