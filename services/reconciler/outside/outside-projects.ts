// Makes of the configuration what the reconciler works with: trackers and forges, with their credentials.
// It must never fail for one project's sake: what is wrong with one is said, and it is left alone.
import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import type { Forge } from '../../../transport/forge/forge.ts';
import { gitForge } from '../../../transport/forge/git-forge.ts';
import { createGit } from '../../../transport/git/git.ts';
import type { Clock } from '../../../transport/ports.ts';
import { folderTracker } from '../../../transport/tracker/folder-tracker.ts';
import type { FolderProblem } from '../../../transport/tracker/issue-files.ts';
import type { Tracker } from '../../../transport/tracker/tracker.ts';
import type { Log } from '../../actors/log.ts';
import type { ProjectSettings } from '../../config/project-settings.ts';
import { resolveRepository } from '../../config/repository.ts';
import { type ResolvedConnection, resolveConnections } from '../../config/resolved-connections.ts';
import type { Effective } from '../../registry/effective-configuration.ts';
import type { OutsideClients } from './outside-clients.ts';
import type { OutsideProject } from './outside-project.ts';

export interface OutsideProjectsOptions {
  environment: Readonly<Record<string, string | undefined>>;
  /** Folder of the configuration; relative paths are resolved against it. */
  folder: string;
  stateDirectory: string;
  version: string;
  clock: Clock;
  /** Told once of each project that nothing can be done for here. */
  onLeftAlone?: ((project: string, problem: string) => void) | undefined;
  log: Log;
}

export interface Arranged {
  /** Changes whenever anything about it does. */
  digest: string;
  project: OutsideProject;
}

export interface OutsideProjects {
  /** Those that can be worked with; what has not changed is kept, with what it remembers. */
  arrange(effective: Effective): Promise<Map<string, Arranged>>;
  /** Those that are left alone, each with what is wrong with it. */
  leftAlone(): ReadonlyMap<string, string>;
}

interface Means {
  options: OutsideProjectsOptions;
  connections: ReadonlyMap<string, ResolvedConnection>;
  clients: OutsideClients | null;
}

export function createOutsideProjects(options: OutsideProjectsOptions): OutsideProjects {
  const { environment, log } = options;
  const kept = new Map<string, Arranged>();
  const leftAlone = new Map<string, string>();
  let clients: OutsideClients | null = null;

  const left = (project: string, error: unknown): void => {
    kept.delete(project);
    const problem = error instanceof Error ? error.message : String(error);
    if (leftAlone.get(project) === problem) return;
    log.error({ project }, `its tracker and forge are left alone: ${problem}`);
    options.onLeftAlone?.(project, problem);
    leftAlone.set(project, problem);
  };

  return {
    leftAlone: () => leftAlone,
    async arrange({ configuration, draining }) {
      const { projects } = configuration;
      const connections = resolveConnections(configuration, environment);
      if (connections.size > 0) clients ??= await loadClients(options);
      const means: Means = { options, connections, clients };
      for (const [name, settings] of Object.entries(projects)) {
        const digest = digestOf(settings, draining.has(name), connections);
        if (kept.get(name)?.digest === digest) continue;
        try {
          const project = outsideProjectOf(name, settings, means);
          kept.set(name, { digest, project: { ...project, isDraining: draining.has(name) } });
          leftAlone.delete(name);
        } catch (error) {
          left(name, error);
        }
      }
      for (const known of [kept, leftAlone]) {
        for (const name of known.keys()) if (projects[name] === undefined) known.delete(name);
      }
      return new Map(kept);
    },
  };
}

async function loadClients(options: OutsideProjectsOptions): Promise<OutsideClients> {
  const { createOutsideClients } = await import('./outside-clients.ts');
  return createOutsideClients(options);
}

function outsideProjectOf(
  name: string,
  settings: ProjectSettings,
  means: Means,
): Omit<OutsideProject, 'isDraining'> {
  const { tracker, forge, baseBranch, actuators } = settings;
  return {
    ...{ name, baseBranch, actuators, maxActive: tracker.maxActive },
    trackerName: trackerNameOf(name, tracker),
    tracker: trackerOf(name, tracker, means),
    forgeName: forge.kind === 'github' ? `github:${forge.repository}` : `git:${name}`,
    forge: forgeOf(settings, means),
  };
}

function trackerNameOf(name: string, tracker: ProjectSettings['tracker']): string {
  if (tracker.kind === 'github') return `github:${tracker.repository}`;
  return tracker.kind === 'plane' ? `plane:${tracker.project}` : `folder:${name}`;
}

function trackerOf(
  name: string,
  settings: ProjectSettings['tracker'],
  { options, connections, clients }: Means,
): Tracker {
  if (settings.kind !== 'folder') return known(clients).tracker(settings, connections);
  const { folder, stateDirectory, clock, log } = options;
  const { path } = settings;
  const place = path === undefined ? join(stateDirectory, 'tracker', name) : resolve(folder, path);
  const onProblem = ({ path: file, reason }: FolderProblem) =>
    log.warn({ project: name, file }, `passed over: ${reason}`);
  return folderTracker({ folder: place, clock, onProblem });
}

function forgeOf({ forge, repository }: ProjectSettings, means: Means): Forge {
  const { options, connections, clients } = means;
  if (forge.kind === 'github') return known(clients).forge(forge, connections);
  const url = resolveRepository(repository, options.folder);
  return gitForge({ git: createGit(options.environment), url });
}

function known(clients: OutsideClients | null): OutsideClients {
  if (clients === null) throw new Error('there are no connections');
  return clients;
}

/** Secrets are part of what it is made of, and cannot be read out of it. */
function digestOf(
  settings: ProjectSettings,
  isDraining: boolean,
  connections: ReadonlyMap<string, ResolvedConnection>,
): string {
  const used = [settings.tracker, settings.forge].map((one) =>
    'connection' in one ? connections.get(one.connection) : null,
  );
  return createHash('sha256')
    .update(JSON.stringify([settings, isDraining, used]))
    .digest('hex');
}
