// What a process works by: the file's configuration together with the projects of the registry.
// It must never let one broken record take the others with it.
import { connectionKinds } from '../config/connection-checks.ts';
import { projectFindings } from '../config/project-checks.ts';
import type { Configuration } from '../config/schema.ts';
import type { ProjectReading, ReadableProject } from './project-record.ts';

export interface Effective {
  /** Projects of the file and of the registry; where both have one, that of the registry. */
  configuration: Configuration;
  /** Of those, the ones in which no item is opened any more. */
  draining: ReadonlySet<string>;
}

export type Readings = ReadonlyMap<string, ProjectReading>;

/** The projects of the registry come first; a pipeline that the file lacks is the one that was frozen. */
export function effectiveConfiguration(file: Configuration, readings: Readings): Effective {
  const registered = registeredIn(readings);
  const projects: Configuration['projects'] = Object.assign(Object.create(null), file.projects);
  const pipelines: Configuration['pipelines'] = Object.assign(Object.create(null), file.pipelines);
  for (const { project, effective, pipeline } of registered) {
    projects[project] = effective;
    const { stages, caps } = pipeline;
    pipelines[effective.pipeline] ??= { stages, caps };
  }
  const draining = registered.filter(({ isDraining }) => isDraining);
  return {
    configuration: { ...file, projects, pipelines },
    draining: new Set(draining.map(({ project }) => project)),
  };
}

/** What a person should know of the registry's projects in this process, by project. */
export function registryNotes(
  file: Configuration,
  readings: Readings,
  { hasConnections }: { hasConnections: boolean },
): Map<string, string[]> {
  const names = Object.keys(file.connections);
  const around = {
    data: file,
    pipelines: Object.keys(file.pipelines),
    connections: connectionKinds(file, names),
  };
  const notes = [...readings.values()].map((reading) => {
    if (reading.status === 'unreadable') {
      const message = `its record cannot be read, and is passed over: ${reading.why}`;
      return [reading.project, [message]] as const;
    }
    const { project, settings, origin } = reading;
    if (origin === 'file') return [project, []] as const;
    const isTwice = Object.hasOwn(file.projects, project);
    // A worker alone has no connections, and needs none.
    const found = hasConnections ? projectFindings([], settings, around) : [];
    return [
      project,
      [...(isTwice ? [OVERRIDDEN] : []), ...found.map(({ message }) => message)],
    ] as const;
  });
  return new Map(notes.filter(([, messages]) => messages.length > 0).map(([p, m]) => [p, [...m]]));
}

const OVERRIDDEN =
  'it stands in onceward.yaml and in the registry; the registry holds, take it out of the file';

function registeredIn(readings: Readings): ReadableProject[] {
  return [...readings.values()].flatMap((reading) =>
    reading.status === 'readable' && reading.origin === 'registry' ? [reading] : [],
  );
}
