// What a process of role `worker` runs: for each configured pool its slots for work and a few for tending,
// fed by the job queue. It must never drop a pool that still carries a job.
import { resolve } from 'node:path';
import { isolationOf } from '../machines/isolation.ts';
import { createGit } from '../transport/git/git.ts';
import { createMutex } from '../transport/git/mutex.ts';
import { createRepositories, type Repositories } from '../transport/git/repository.ts';
import { ackWaitMsOf } from '../transport/nats/job-lanes.ts';
import type { Asker, Bucket, Clock, JobSource } from '../transport/ports.ts';
import { endAbandoned } from '../transport/process/abandoned.ts';
import type { Log } from './actors/log.ts';
import type { Configuration } from './config/schema.ts';
import { type Janitor, startJanitor } from './sweeps/janitor.ts';
import type { SweepOptions } from './sweeps/workspace-sweep.ts';
import { abandonedIn } from './workers/agent-environment.ts';
import { endAbandonedContainers } from './workers/isolation/leftover-containers.ts';
import { createJobHandling, type JobHandling } from './workers/job-handling.ts';
import { type Line, linesOf } from './workers/lines.ts';
import { type Pool, type PoolOptions, startPool } from './workers/pool.ts';
import { withTimeLimit } from './workers/time-limit.ts';
import type { AgentCount, WorkerDeps } from './workers/worker-deps.ts';

/** Between SIGTERM and SIGKILL for what a worker that was killed has left running, in milliseconds. */
const ABANDONED_KILL_GRACE_MS = 1_000;
/** Judging and cleaning up take a moment; they have slots of their own, so that no work delays them. */
const TENDING_SLOTS = 2;
/** Landing has slots of its own, too: no long work keeps a merge queue waiting. */
const MERGING_SLOTS = 2;
/** Building and deploying may be long; their slots are nobody else's. */
const DEPLOYING_SLOTS = 2;
/**
 * How long a stop may take beyond `drainMs`, in milliseconds: to end commands and to hand runs back. What is
 * left then is recovered by others.
 */
const HAND_BACK_LIMIT_MS = 20_000;

export interface WorkerRoleOptions {
  asker: Asker;
  clock: Clock;
  source: JobSource;
  runs: Bucket;
  items: Bucket;
  /** The merge queues. */
  merges: Bucket;
  /** The deployments. */
  deployments: Bucket;
  /** What has been used of accounts, and which are suspended. */
  accounts: Bucket;
  archive: Bucket;
  identity: string;
  machine: string;
  stateDirectory: string;
  environment: Readonly<Record<string, string | undefined>>;
  configuration: Configuration;
  /** What this worker has; it serves the pools that ask for no others. Defaults to none. */
  labels?: readonly string[] | undefined;
  agents?: AgentCount | undefined;
  /** Told of what the janitor has measured and kept. */
  onSwept?: SweepOptions['onSwept'];
  /** Raises an alarm for people; nobody hears of it by default. */
  alarm?: ((reason: 'disk-budget', message: string) => void) | undefined;
  log: Log;
}

export interface WorkerRole {
  /**
   * Takes jobs as the new configuration has it; jobs under way end as they began.
   * Rejects when the new lines cannot be opened: then everything goes on as before.
   */
  apply(configuration: Configuration): Promise<void>;
  /**
   * Takes no more jobs, lets those under way go on for `drainMs`, then ends their commands and hands their
   * runs back, for 20 s at most. Resolves once no job is under way, or at that limit. Where it is hopeless,
   * because nobody can be told anything any more, nothing is waited for.
   */
  stop(options?: { isHopeless?: boolean }): Promise<void>;
}

export async function startWorkerRole(options: WorkerRoleOptions): Promise<WorkerRole> {
  const { clock, log, configuration } = options;
  const onTrouble = (err: unknown) => log.warn({ err }, 'a worker survived an error');
  const giveUp = new AbortController();
  let { accounts } = configuration;
  const repositories = createRepositories({
    stateDir: options.stateDirectory,
    git: createGit(options.environment),
  });
  const janitor = janitorOf(options, repositories);
  const handling = handlingOf(options, {
    ...{ giveUpSignal: giveUp.signal, onTrouble, accounts: () => accounts },
    ...{ repositories, disk: janitor.budget },
  });
  // The queue keeps the ack wait it was opened with, so signs of life keep to it as well.
  const ackWaitMs = configuration.settings.jobAckWaitMs;
  const { carry } = handling;
  const shared = { source: options.source, clock, ackWaitMs, carry, onError: onTrouble };

  /** All that have not stopped yet, those of earlier configurations included. */
  const alive = new Set<Pool>();
  let current: Pool[] = [];
  let isStopped = false;
  let { drainMs } = configuration.settings;
  const begin = async (next: Configuration): Promise<void> => {
    const lines = linesOf(next, options.labels);
    await openLines(lines, options.source);
    if (isStopped) return;
    accounts = next.accounts;
    drainMs = next.settings.drainMs;
    const old = current;
    current = lines.flatMap((line) => startPools(line, shared));
    for (const pool of current) alive.add(pool);
    for (const pool of old) void pool.stop().then(() => alive.delete(pool));
  };
  await endLeftBehind(options, onTrouble);
  await begin(configuration).catch(async (error: unknown) => {
    await janitor.stop();
    throw error;
  });

  const oneAtATime = createMutex();
  return {
    apply: (next) =>
      oneAtATime(async () => {
        await begin(next);
        janitor.apply(next.settings);
      }),
    async stop({ isHopeless = false } = {}) {
      isStopped = true;
      const janitorStopping = janitor.stop();
      if (isHopeless) giveUp.abort();
      const waitMs = isHopeless ? 0 : drainMs;
      const cancelAbort = clock.after(waitMs, handling.abort);
      const limitMs = waitMs + HAND_BACK_LIMIT_MS;
      const limit = { clock, limitMs, subject: 'stopping the worker' };
      await withTimeLimit(limit, () => allStopped(alive)).catch((err: unknown) => {
        giveUp.abort();
        const busySlots = [...alive].reduce((sum, pool) => sum + pool.busySlots(), 0);
        log.warn({ err, busySlots }, 'ending with jobs under way; others will take them over');
      });
      cancelAbort();
      await janitorStopping;
    },
  };
}

// Its run may go on under another state directory, from where nobody would see what is left of it here.
async function endLeftBehind(
  { clock, configuration, environment, stateDirectory }: WorkerRoleOptions,
  onTrouble: (error: unknown) => void,
): Promise<void> {
  const folder = resolve(stateDirectory);
  const limits = { clock, killGraceMs: ABANDONED_KILL_GRACE_MS };
  await endAbandoned({ ...abandonedIn(folder), ...limits }).catch(onTrouble);
  if (!isContainerAskedFor(configuration)) return;
  await endAbandonedContainers(folder, { clock, environment }).catch(onTrouble);
}

// An engine is asked nothing where nobody means to use one.
function isContainerAskedFor({ pipelines }: Configuration): boolean {
  return Object.values(pipelines).some(({ stages }) =>
    stages.some((stage) => isolationOf(stage).kind === 'container'),
  );
}

async function allStopped(pools: ReadonlySet<Pool>): Promise<void> {
  await Promise.all([...pools].map((pool) => pool.stop()));
}

async function openLines(lines: readonly Line[], source: JobSource): Promise<void> {
  for (const { pool, projects } of lines) {
    for (const { project, maxConcurrentRuns } of projects) {
      await source.open({ pool, project, maxConcurrentRuns });
    }
  }
}

function startPools(
  { pool, slots, projects: ofLine }: Line,
  shared: Omit<PoolOptions, 'pool' | 'lane' | 'slots' | 'projects'>,
): Pool[] {
  const projects = ofLine.map(({ project }) => project);
  const leased = { ...shared, ackWaitMs: ackWaitMsOf('merge', shared.ackWaitMs), pool, projects };
  return [
    startPool({ ...shared, pool, projects, lane: 'work', slots }),
    startPool({ ...shared, pool, projects, lane: 'tend', slots: TENDING_SLOTS }),
    startPool({ ...leased, lane: 'merge', slots: MERGING_SLOTS }),
    startPool({ ...leased, lane: 'deploy', slots: DEPLOYING_SLOTS }),
  ];
}

function janitorOf(options: WorkerRoleOptions, repositories: Repositories): Janitor {
  const { clock, identity, items, archive, configuration, onSwept, log } = options;
  return startJanitor({
    ...{ clock, identity, repositories, onSwept, log },
    stateDir: resolve(options.stateDirectory),
    records: { items, archive },
    settings: configuration.settings,
    alarm: (message) => options.alarm?.('disk-budget', message),
  });
}

function handlingOf(
  options: WorkerRoleOptions,
  given: Pick<WorkerDeps, 'giveUpSignal' | 'onTrouble' | 'accounts' | 'repositories' | 'disk'>,
): JobHandling {
  const { clock, log, configuration, environment, stateDirectory } = options;
  const { progressMs, finalizeTimeoutMs, logCapBytes, workerLeaseMs } = configuration.settings;
  return createJobHandling({
    runs: options.runs,
    items: options.items,
    merges: options.merges,
    deployments: options.deployments,
    log: (fields, message) => log.info(fields, message),
    deps: {
      ...{ asker: options.asker, clock, environment, progressMs, finalizeTimeoutMs, logCapBytes },
      ...given,
      ...{ workerLeaseMs, accountRecords: options.accounts },
      stateDir: stateDirectory,
      worker: options.identity,
      machine: options.machine,
      agents: options.agents,
    },
  });
}
