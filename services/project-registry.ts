// The projects of the fleet: written by whoever runs with a configuration, read by every host that opens an
// item for a publisher who knows only the project's name.
import { createHash } from 'node:crypto';
import { type FrozenPipeline, frozenPipelineSchema } from '../machines/item/events.ts';
import { limitsSchema } from '../machines/limits.ts';
import type { Bucket } from '../transport/ports.ts';
import type { Committer } from './actors/commit.ts';
import { resolveStage } from './config/grace-law.ts';
import { resolveRepository } from './config/repository.ts';
import type { Configuration } from './config/schema.ts';

/** How often a project is written anew because another host wrote it at the same time. */
const MAX_CONFLICTS = 8;

/** The pipeline of every project, as it is frozen into the items opened from now on. */
export function freezePipelines(
  configuration: Configuration,
  folder: string,
): Map<string, FrozenPipeline> {
  const { settings, pipelines, projects } = configuration;
  const limits = limitsSchema.parse(settings);
  return new Map(
    Object.entries(projects).flatMap(([name, project]) => {
      const pipeline = pipelines[project.pipeline];
      if (pipeline === undefined) return [];
      const stages = pipeline.stages.map((stage) => resolveStage(stage, settings));
      const digest = createHash('sha256')
        .update(JSON.stringify({ stages, limits, caps: pipeline.caps }))
        .digest('hex');
      const repository = resolveRepository(project.repository, folder);
      const { pipeline: pipelineName, baseBranch, dailyCaps } = project;
      const { caps } = pipeline;
      const frozen = {
        ...{ name: pipelineName, digest, stages, limits, repository, baseBranch, caps, dailyCaps },
      };
      return [[name, frozenPipelineSchema.parse(frozen)] as const];
    }),
  );
}

/** Stores every project that differs from what is stored. */
export async function registerProjects(
  pipelines: ReadonlyMap<string, FrozenPipeline>,
  store: { bucket: Bucket; committer: Committer },
): Promise<void> {
  for (const [name, pipeline] of pipelines) {
    const value = JSON.stringify({ v: 1, pipeline });
    for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts += 1) {
      const entry = await store.bucket.read(name);
      if (entry?.value === value) break;
      const expectedRevision = entry?.revision ?? 0;
      const written = await store.committer.commit({ key: name, value, expectedRevision });
      if (written.outcome === 'won') break;
    }
  }
}

/** The pipeline to freeze into a new item; null when nobody has registered the project. */
export async function readProject(
  bucket: Pick<Bucket, 'read'>,
  name: string,
): Promise<FrozenPipeline | null> {
  const entry = await bucket.read(name);
  if (entry === null || entry.value === null) return null;
  const stored = JSON.parse(entry.value) as { pipeline?: unknown };
  return frozenPipelineSchema.safeParse(stored.pipeline).data ?? null;
}
