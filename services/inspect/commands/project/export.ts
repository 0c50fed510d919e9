// `onceward project export`: projects of the registry as YAML, which `import` reads back as they were.
// It must never leave out one that was asked for.
import { OncewardError } from '../../../../transport/errors.ts';
import { exportText } from '../../../registry/project-exchange.ts';
import { type ReadableProject, readProjectEntry } from '../../../registry/project-record.ts';
import { unknownProject } from '../../../registry/registry-changes.ts';
import type { CommandContext } from '../../command-context.ts';
import { EXIT } from '../../exit-codes.ts';
import { printDocument } from '../../output.ts';
import { withRegistry } from '../../registry-session.ts';

export interface ProjectExportInput {
  /** None: all that the command line has put there. */
  projects: readonly string[];
}

/** @throws PROJECT_NOT_FOUND, RECORD_CORRUPT, BROKER_UNAVAILABLE */
export async function projectExport(
  context: CommandContext,
  input: ProjectExportInput,
): Promise<number> {
  const readable = await withRegistry(context, async (_, session) => {
    const found = new Map<string, ReadableProject | null>();
    await session.bucket('onceward-projects').scan((entry) => {
      const reading = readProjectEntry(entry);
      if (reading === null) return;
      found.set(entry.key, reading.status === 'readable' ? reading : null);
    });
    return chosen(context, found, input.projects);
  });
  const sorted = readable.toSorted((one, other) => (one.project < other.project ? -1 : 1));
  const projects = new Map(sorted.map(({ project, settings }) => [project, settings]));
  printDocument(context, { projects: Object.fromEntries(projects) }, () => [
    exportText(projects).trimEnd(),
  ]);
  return EXIT.done;
}

function chosen(
  { err }: CommandContext,
  found: ReadonlyMap<string, ReadableProject | null>,
  names: readonly string[],
): ReadableProject[] {
  if (names.length === 0) {
    const broken = [...found].filter(([, reading]) => reading === null).map(([name]) => name);
    if (broken.length > 0) err.line(`left out, because they cannot be read: ${broken.join(', ')}`);
    return [...found.values()].flatMap((one) => (one?.origin === 'registry' ? [one] : []));
  }
  return [...new Set(names)].map((name) => {
    const reading = found.get(name);
    if (reading === undefined) throw unknownProject(name);
    if (reading !== null) return reading;
    throw new OncewardError('RECORD_CORRUPT', `the record of project ${name} cannot be read`);
  });
}
