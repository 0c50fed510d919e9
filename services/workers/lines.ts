// Which lines of jobs a worker serves: every configured pool, with the projects that have a stage in it.
// It must never know of a queue or a slot that is taken: it only reads the configuration.
import type { Configuration } from '../config/schema.ts';

const SLOTS_DEFAULT = 4;

export interface Line {
  pool: string;
  slots: number;
  projects: { project: string; maxConcurrentRuns: number }[];
}

/** Every configured pool, and `default`, with the projects whose pipelines have a stage in it. */
export function linesOf({ pools, projects, pipelines }: Configuration): Line[] {
  const lines = new Map<string, Line>();
  for (const pool of new Set(['default', ...Object.keys(pools)])) {
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
