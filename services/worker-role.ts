// What a process of role `worker` runs: a pool of slots for each configured pool, fed by the job queue.

import { createGit } from '../transport/git/git.ts';
import { createRepositories } from '../transport/git/repository.ts';
import type { Asker, Bucket, Clock, JobSource } from '../transport/ports.ts';
import type { Log } from './actors/log.ts';
import type { Configuration } from './config/schema.ts';
import { folderComments } from './workers/comments.ts';
import { createJobHandling } from './workers/job-handling.ts';
import { type Pool, startPool } from './workers/pool.ts';

const SLOTS_DEFAULT = 4;
/** How long commands under way may go on after a stop was asked for, in milliseconds. */
const DRAIN_MS = 2_000;

export interface WorkerRoleOptions {
  asker: Asker;
  clock: Clock;
  source: JobSource;
  runs: Bucket;
  items: Bucket;
  identity: string;
  machine: string;
  stateDirectory: string;
  environment: Readonly<Record<string, string | undefined>>;
  configuration: Configuration;
  log: Log;
}

export interface WorkerRole {
  apply(configuration: Configuration): Promise<void>;
  /** Takes no more jobs, lets short work end, ends the rest and hands it back. */
  stop(): Promise<void>;
}

export async function startWorkerRole(options: WorkerRoleOptions): Promise<WorkerRole> {
  const { clock, log, configuration, environment, stateDirectory } = options;
  const { progressMs, finalizeTimeoutMs, logCapBytes } = configuration.settings;
  const onTrouble = (err: unknown) => log.warn({ err }, 'a worker survived an error');
  const handling = createJobHandling({
    runs: options.runs,
    items: options.items,
    log: (fields, message) => log.info(fields, message),
    deps: {
      ...{ asker: options.asker, clock, environment, progressMs, finalizeTimeoutMs, logCapBytes },
      repositories: createRepositories({ stateDir: stateDirectory, git: createGit(environment) }),
      comments: folderComments(stateDirectory),
      stateDir: stateDirectory,
      worker: options.identity,
      machine: options.machine,
      onTrouble,
    },
  });

  let pools: Pool[] = [];
  const open = async (next: Configuration): Promise<void> => {
    for (const [pool, { slots, projects }] of linesOf(next)) {
      for (const { project, maxConcurrentRuns } of projects) {
        await options.source.open({ pool, project, maxConcurrentRuns });
      }
      const names = projects.map(({ project }) => project);
      const ackWaitMs = next.settings.jobAckWaitMs;
      const { carry } = handling;
      const { source } = options;
      const shared = { pool, slots, source, clock, ackWaitMs, carry, onError: onTrouble };
      pools.push(startPool({ ...shared, projects: names }));
    }
  };
  await open(configuration);

  return {
    async apply(next) {
      const old = pools;
      pools = [];
      // The old pools finish what they hold while the new ones begin.
      void Promise.all(old.map((pool) => pool.stop())).catch(onTrouble);
      await open(next);
    },
    async stop() {
      const cancelAbort = clock.after(DRAIN_MS, handling.abort);
      await Promise.all(pools.map((pool) => pool.stop()));
      cancelAbort();
    },
  };
}

interface Line {
  slots: number;
  projects: { project: string; maxConcurrentRuns: number }[];
}

/** Every configured pool with the projects whose pipelines have a stage in it. */
function linesOf({ pools, projects, pipelines }: Configuration): Map<string, Line> {
  const lines = new Map<string, Line>();
  for (const pool of new Set(['default', ...Object.keys(pools)])) {
    lines.set(pool, { slots: pools[pool]?.slots ?? SLOTS_DEFAULT, projects: [] });
  }
  for (const [project, { pipeline, maxConcurrentRuns }] of Object.entries(projects)) {
    const stages = pipelines[pipeline]?.stages ?? [];
    for (const pool of new Set(stages.map((stage) => stage.pool))) {
      lines.get(pool)?.projects.push({ project, maxConcurrentRuns });
    }
  }
  return lines;
}
