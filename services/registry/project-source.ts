// What this process works by, kept up to date: whenever the file or the registry changes, it is applied anew.
// It must never apply two at once, nor give up: what failed is tried again.
import { createMutex } from '../../transport/git/mutex.ts';
import type { Log } from '../actors/log.ts';
import type { Configuration } from '../config/schema.ts';
import {
  type Effective,
  effectiveConfiguration,
  registryNotes,
} from './effective-configuration.ts';
import { type FollowOptions, followRecords } from './followed-records.ts';

/** Changes that come together are applied together. */
const GATHER_MS = 200;
const RETRY_MS = 5_000;

export interface ProjectSource {
  current(): Effective;
  /** Calls back with each change from now on, and at once with what has changed since `current` was first asked. */
  begin(apply: (effective: Effective) => Promise<void>): void;
  /** Rejects with what `apply` rejects with; then it is tried again with the next change. */
  replaceFile(file: Configuration): Promise<void>;
  close(): Promise<void>;
}

export interface ProjectSourceOptions extends Omit<FollowOptions, 'onChange'> {
  file: Configuration;
  /** False for a worker alone. */
  hasConnections: boolean;
  log: Log;
}

export async function openProjectSource(options: ProjectSourceOptions): Promise<ProjectSource> {
  const { clock, log } = options;
  let { file } = options;
  let apply: ((effective: Effective) => Promise<void>) | null = null;
  let isClosed = false;
  let cancelNext: (() => void) | null = null;
  const oneAtATime = createMutex();

  const records = await followRecords({ ...options, onChange: () => schedule(GATHER_MS) });
  const current = () => effectiveConfiguration(file, records.readings());
  let applied = textOf(current());
  const tell = createNotes(log);

  const refresh = () =>
    oneAtATime(async () => {
      tell(registryNotes(file, records.readings(), options));
      const next = current();
      if (apply === null || isClosed || textOf(next) === applied) return;
      await apply(next);
      applied = textOf(next);
      log.info({ projects: Object.keys(next.configuration.projects) }, 'projects applied');
    });
  const schedule = (delayMs: number) => {
    if (isClosed || cancelNext !== null || apply === null) return;
    cancelNext = clock.after(delayMs, () => {
      cancelNext = null;
      refresh().catch((err: unknown) => {
        log.warn({ err }, 'the projects of the registry could not be applied; trying again');
        schedule(RETRY_MS);
      });
    });
  };

  return {
    current,
    begin(callback) {
      apply = callback;
      schedule(0);
    },
    replaceFile(next) {
      file = next;
      return refresh();
    },
    async close() {
      isClosed = true;
      cancelNext?.();
      await records.close();
    },
  };
}

function textOf({ configuration, draining }: Effective): string {
  return JSON.stringify([configuration, [...draining].sort()]);
}

/** Says each note once, and again only when it has changed in between. */
function createNotes(log: Log): (notes: ReadonlyMap<string, readonly string[]>) => void {
  let told = new Map<string, string>();
  return (notes) => {
    const next = new Map([...notes].map(([project, found]) => [project, found.join('; ')]));
    for (const [project, note] of next) {
      if (told.get(project) !== note) log.warn({ project }, `project ${project}: ${note}`);
    }
    told = next;
  };
}
