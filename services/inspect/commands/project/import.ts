// `onceward project import`: puts the projects of an onceward.yaml into the registry.
// It must never write one of them while another is wrong.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { FrozenPipeline } from '../../../../machines/item/events.ts';
import { OncewardError } from '../../../../transport/errors.ts';
import { projectSchema } from '../../../config/project-settings.ts';
import { type Imported, readImport } from '../../../registry/project-exchange.ts';
import { invalidProjects, projectProblems } from '../../../registry/project-problems.ts';
import type { WrittenSettings } from '../../../registry/project-record.ts';
import {
  frozenFor,
  importProject,
  type ProjectChange,
} from '../../../registry/registry-changes.ts';
import type { CommandContext } from '../../command-context.ts';
import { EXIT } from '../../exit-codes.ts';
import { printDocument } from '../../output.ts';
import { changeLine, localFileIn, withRegistry } from '../../registry-session.ts';

export interface ProjectImportInput {
  /** `-` for standard input. Defaults to the configuration. */
  file: string | undefined;
}

interface Draft {
  project: string;
  settings: WrittenSettings;
  pipeline: FrozenPipeline;
}

/** Ends with 5 when somebody changed one at the same time. @throws CONFIG_INVALID, USAGE, PERMISSION_DENIED */
export async function projectImport(
  context: CommandContext,
  input: ProjectImportInput,
): Promise<number> {
  const drafts = draftsOf(await readFrom(context, input.file));
  const projects = await withRegistry(context, async (registry) => {
    const changes: ProjectChange[] = [];
    for (const { project, ...draft } of drafts) {
      changes.push(await importProject(registry, project, draft));
    }
    return changes;
  });
  printDocument(context, { projects }, () =>
    projects.length === 0 ? ['the file has no projects'] : projects.map(changeLine),
  );
  return projects.some(({ outcome }) => outcome === 'conflict') ? EXIT.conflict : EXIT.done;
}

/** @throws CONFIG_INVALID with every problem of every project */
function draftsOf({ projects, local }: Imported): Draft[] {
  const found = [...projects].map(
    ([project, settings]) => [project, projectProblems(project, settings, local)] as const,
  );
  const wrong = found.filter(([, findings]) => findings.length > 0);
  if (wrong.length > 0) throw invalidProjects(new Map(wrong));
  return [...projects].flatMap(([project, settings]) => {
    const effective = projectSchema.parse(settings);
    const pipeline = frozenFor(local.configuration, effective, local.folder);
    return pipeline === null ? [] : [{ project, settings, pipeline }];
  });
}

async function readFrom(context: CommandContext, given: string | undefined): Promise<Imported> {
  const { configurationFile, directory, environment } = context;
  const isInput = given === '-';
  const file = given === undefined ? configurationFile : resolve(directory, given);
  const text = isInput ? await context.readInput() : await textOf(file);
  const local = given === undefined ? null : await localFileIn(context);
  const named = isInput ? resolve(directory, 'standard-input') : file;
  return readImport(text, { file: named, graceMs: environment.graceMs, local });
}

/** @throws USAGE */
async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? 'unknown reason';
    throw new OncewardError('USAGE', `${file} cannot be read: ${why}`, { cause });
  }
}
