// The projects of the fleet: written by whoever runs with a configuration, and by the command line; read by
// every host that opens an item for a publisher who knows only the project's name.
import { createHash } from 'node:crypto';
import { type FrozenPipeline, frozenPipelineSchema } from '../machines/item/events.ts';
import { limitsSchema } from '../machines/limits.ts';
import type { Bucket, Entry } from '../transport/ports.ts';
import type { Committer } from './actors/commit.ts';
import { resolveStage } from './config/grace-law.ts';
import { resolveRepository } from './config/repository.ts';
import type { Configuration } from './config/schema.ts';
import {
  encodeProject,
  type ProjectReading,
  type ProjectRecord,
  readProjectEntry,
} from './registry/project-record.ts';

/** How often a project is written anew because another host wrote it at the same time. */
const MAX_CONFLICTS = 8;

export interface RegistryStore {
  bucket: Bucket;
  committer: Committer;
}

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

/**
 * Stores every project of the file that differs from what is stored, and freezes those of the registry anew
 * whose pipeline the file has. What the registry defines itself is not taken over by the file.
 */
export async function registerProjects(
  configuration: Configuration,
  folder: string,
  store: RegistryStore,
): Promise<void> {
  for (const [name, pipeline] of freezePipelines(configuration, folder)) {
    const settings = { ...configuration.projects[name] };
    const record: ProjectRecord = { origin: 'file', isDraining: false, settings, pipeline };
    await changeUntilSettled(store, name, (entry) => {
      const stored = entry === null ? null : readProjectEntry(entry);
      return isLeftAlone(stored) ? null : record;
    });
  }
  await freezeAnew(configuration, folder, store);
}

/** What the registry defines itself, and what only a newer version understands. */
function isLeftAlone(stored: ProjectReading | null): boolean {
  if (stored === null) return false;
  return stored.status === 'readable' ? stored.origin === 'registry' : stored.isNewer;
}

async function freezeAnew(
  configuration: Configuration,
  folder: string,
  store: RegistryStore,
): Promise<void> {
  const names: string[] = [];
  await store.bucket.scan(({ key }) => void names.push(key));
  for (const name of names) {
    await changeUntilSettled(store, name, (entry) => {
      const stored = entry === null ? null : readProjectEntry(entry);
      if (stored?.status !== 'readable' || stored.origin !== 'registry') return null;
      const projects = { [name]: stored.effective };
      const pipeline = freezePipelines({ ...configuration, projects }, folder).get(name);
      return pipeline === undefined ? null : { ...stored, pipeline };
    });
  }
}

/** Null leaves it as it is. */
async function changeUntilSettled(
  { bucket, committer }: RegistryStore,
  name: string,
  change: (entry: Entry | null) => ProjectRecord | null,
): Promise<void> {
  for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts += 1) {
    const entry = await bucket.read(name);
    const record = change(entry);
    const value = record === null ? null : encodeProject(record);
    if (value === null || entry?.value === value) return;
    const expectedRevision = entry?.revision ?? 0;
    const written = await committer.commit({ key: name, value, expectedRevision });
    if (written.outcome === 'won') return;
  }
}

/** The pipeline to freeze into a new item, in words why there is none, or null when nobody knows the project. */
export async function openingOf(
  bucket: Pick<Bucket, 'read'>,
  name: string,
): Promise<FrozenPipeline | string | null> {
  const entry = await bucket.read(name);
  const reading = entry === null ? null : readProjectEntry(entry);
  if (reading === null) return null;
  if (reading.status === 'unreadable') {
    return `the record of project ${name} cannot be read: ${reading.why}`;
  }
  if (!reading.isDraining) return reading.pipeline;
  return `project ${name} is being drained: what is under way is finished, nothing new is opened`;
}

/** The pipeline of a project as it is drawn; null when there is none, or it cannot be read. */
export async function readProject(
  bucket: Pick<Bucket, 'read'>,
  name: string,
): Promise<FrozenPipeline | null> {
  const entry = await bucket.read(name);
  const reading = entry === null ? null : readProjectEntry(entry);
  return reading?.status === 'readable' ? reading.pipeline : null;
}
