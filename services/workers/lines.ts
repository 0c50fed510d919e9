// Which lines of jobs a worker serves: every pool whose labels it has, with the projects that have a stage in it.
// It must never know of a queue or a slot that is taken: it only reads the configuration.
import { hasLabels } from '../config/pool-labels.ts';
import type { Configuration } from '../config/schema.ts';

const SLOTS_DEFAULT = 4;

export interface Line {
  pool: string;
  slots: number;
  projects: { project: string; maxConcurrentRuns: number }[];
}

/** The pools, `default` included, that a worker with these labels serves, with the projects that use them. */
export function linesOf(
  { pools, projects, pipelines }: Configuration,
  labels: readonly string[] = [],
): Line[] {
  const lines = new Map<string, Line>();
  for (const pool of new Set(['default', ...Object.keys(pools)])) {
    if (!hasLabels(labels, pools[pool]?.labels ?? [])) continue;
    lines.set(pool, { pool, slots: pools[pool]?.slots ?? SLOTS_DEFAULT, projects: [] });
  }
  for (const [project, { pipeline, maxConcurrentRuns }] of Object.entries(projects)) {
    const stages = pipelines[pipeline]?.stages ?? [];
    for (const pool of new Set(stages.map((stage) => stage.pool))) {
      lines.get(pool)?.projects.push({ project, maxConcurrentRuns });
    }
  }
  return [...lines.values()];
}
