// What the command line changes in the registry of projects, each by compare-and-set on what was read.
// It must never change a project that an onceward.yaml defines, but for taking it over.
import { isDeepStrictEqual } from 'node:util';
import type { FrozenPipeline } from '../../machines/item/events.ts';
import { OncewardError } from '../../transport/errors.ts';
import type { Bucket } from '../../transport/ports.ts';
import type { Committer } from '../actors/commit.ts';
import type { ProjectSettings } from '../config/project-settings.ts';
import type { Configuration } from '../config/schema.ts';
import { freezePipelines } from '../project-registry.ts';
import {
  encodeProject,
  type ProjectReading,
  type ProjectRecord,
  type ReadableProject,
  readProjectEntry,
  type UnreadableProject,
} from './project-record.ts';

export interface Registry {
  bucket: Pick<Bucket, 'read'>;
  committer: Pick<Committer, 'commit'>;
  /** Why a write was denied that counts as lost; null when none was. */
  denial: () => OncewardError | null;
}

export type ChangeOutcome =
  | 'added'
  | 'changed'
  | 'unchanged'
  | 'taken-over'
  | 'draining'
  | 'removed'
  | 'conflict';

export interface ProjectChange {
  project: string;
  outcome: ChangeOutcome;
  /** Of the record as it is now; null when it is gone, or somebody else has written it. */
  revision: number | null;
}

export interface Found {
  reading: ProjectReading | null;
  /** 0 when there never was one; that of its removal when it is gone. */
  revision: number;
}

/** @throws BROKER_UNAVAILABLE */
export async function findProject({ bucket }: Registry, project: string): Promise<Found> {
  const entry = await bucket.read(project);
  if (entry === null) return { reading: null, revision: 0 };
  return { reading: readProjectEntry(entry), revision: entry.revision };
}

/** One that the command line may change. @throws PROJECT_NOT_FOUND, PROJECT_REFUSED, RECORD_CORRUPT */
export async function requireRegistered(
  registry: Registry,
  project: string,
): Promise<ReadableProject> {
  const { reading } = await findProject(registry, project);
  if (reading === null) throw unknownProject(project);
  if (reading.status === 'unreadable') throw unreadable(reading);
  if (reading.origin === 'file') {
    const message =
      `project ${project} is defined in onceward.yaml; edit it there, or \`onceward project import\` ` +
      'and take it out of the file';
    throw new OncewardError('PROJECT_REFUSED', message);
  }
  return reading;
}

export function unknownProject(
  project: string,
  message = `no project is called ${project}`,
): OncewardError {
  return new OncewardError('PROJECT_NOT_FOUND', message, { details: { project } });
}

/** @throws REVISION_CONFLICT unless it is at the revision that was asked for */
export function assertRevision(
  { project, revision }: { project: string; revision: number },
  asked: number | undefined,
): void {
  if (asked === undefined || asked === revision) return;
  const message = `project ${project} moved: expected revision ${asked}, found ${revision}`;
  throw new OncewardError('REVISION_CONFLICT', message);
}

/** @throws PROJECT_REFUSED when there is one already, REVISION_CONFLICT */
export async function addProject(
  registry: Registry,
  project: string,
  draft: Pick<ProjectRecord, 'settings' | 'pipeline'>,
): Promise<ProjectChange> {
  const { reading, revision } = await findProject(registry, project);
  if (reading !== null) {
    const where = reading.status === 'readable' && reading.origin === 'file' ? ORIGIN_FILE : '';
    const message = `project ${project} exists already${where}; nothing was changed`;
    throw new OncewardError('PROJECT_REFUSED', message, {
      remedy: 'change it with `onceward project set`, or look with `onceward project show`',
    });
  }
  const record: ProjectRecord = { origin: 'registry', isDraining: false, ...draft };
  return { project, outcome: 'added', revision: await put(registry, project, record, revision) };
}

const ORIGIN_FILE = ', in an onceward.yaml';

/** @throws REVISION_CONFLICT */
export async function changeProject(
  registry: Registry,
  before: ReadableProject,
  change: Partial<Pick<ProjectRecord, 'settings' | 'pipeline' | 'isDraining'>>,
): Promise<ProjectChange> {
  const { project, revision } = before;
  const record: ProjectRecord = { ...before, ...change };
  if (encodeProject(record) === encodeProject(before)) {
    return { project, outcome: 'unchanged', revision };
  }
  const outcome = change.isDraining === true ? 'draining' : 'changed';
  return { project, outcome, revision: await put(registry, project, record, revision) };
}

/** @throws REVISION_CONFLICT */
export async function eraseProject(
  registry: Registry,
  { project, revision: expectedRevision }: Pick<ReadableProject, 'project' | 'revision'>,
): Promise<ProjectChange> {
  const written = await registry.committer.commit({ key: project, value: null, expectedRevision });
  if (written.outcome === 'lost') throw conflict(project, expectedRevision);
  return { project, outcome: 'removed', revision: null };
}

/** Adds it, changes it, or takes it over from a file; says so when somebody else was first. */
export async function importProject(
  registry: Registry,
  project: string,
  draft: Pick<ProjectRecord, 'settings' | 'pipeline'>,
): Promise<ProjectChange> {
  const { reading, revision } = await findProject(registry, project);
  if (reading?.status === 'unreadable' && reading.isNewer) throw unreadable(reading);
  const before = reading?.status === 'readable' ? reading : null;
  const isDraining = before?.origin === 'registry' && before.isDraining;
  const record: ProjectRecord = { origin: 'registry', isDraining, ...draft };
  if (before?.origin === 'registry' && isSame(before, record)) {
    return { project, outcome: 'unchanged', revision };
  }
  const outcome = reading === null ? 'added' : before?.origin === 'file' ? 'taken-over' : 'changed';
  try {
    return { project, outcome, revision: await put(registry, project, record, revision) };
  } catch (error) {
    const isConflict = error instanceof OncewardError && error.code === 'REVISION_CONFLICT';
    if (isConflict && registry.denial() === null)
      return { project, outcome: 'conflict', revision: null };
    throw error;
  }
}

/** The pipeline of one project; null when the configuration has none of that name. */
export function frozenFor(
  configuration: Configuration,
  settings: ProjectSettings,
  folder: string,
): FrozenPipeline | null {
  const projects = { project: settings };
  return freezePipelines({ ...configuration, projects }, folder).get('project') ?? null;
}

function isSame(before: ProjectRecord, after: ProjectRecord): boolean {
  const { settings, pipeline } = before;
  return isDeepStrictEqual([settings, pipeline], [after.settings, after.pipeline]);
}

async function put(
  { committer }: Registry,
  project: string,
  record: ProjectRecord,
  expectedRevision: number,
): Promise<number> {
  const value = encodeProject(record);
  const written = await committer.commit({ key: project, value, expectedRevision });
  if (written.outcome === 'lost') throw conflict(project, expectedRevision);
  return written.revision;
}

function conflict(project: string, revision: number): OncewardError {
  const message = `project ${project} moved since it was read at revision ${revision}; nothing was changed`;
  return new OncewardError('REVISION_CONFLICT', message);
}

function unreadable({ project, why, isNewer }: UnreadableProject): OncewardError {
  const message = `the record of project ${project} cannot be read: ${why}`;
  if (isNewer) return new OncewardError('RECORD_FROM_NEWER_VERSION', message);
  return new OncewardError('RECORD_CORRUPT', message, {
    remedy: 'write it anew with `onceward project import`',
  });
}
