// `onceward project show`: one project with all its settings, its pipeline, and what is wrong with it.
import { stringify } from 'yaml';
import { UNCHECKED } from '../../../registry/project-problems.ts';
import type { ProjectReading } from '../../../registry/project-record.ts';
import { type ProjectRow, projectRow } from '../../../registry/project-rows.ts';
import { findProject, unknownProject } from '../../../registry/registry-changes.ts';
import type { CommandContext } from '../../command-context.ts';
import { EXIT } from '../../exit-codes.ts';
import { printDocument } from '../../output.ts';
import { printable } from '../../printable.ts';
import { stateOf } from '../../project-listing.ts';
import { localFileIn, withRegistry } from '../../registry-session.ts';
import { createSections } from '../../sections.ts';

/** @throws PROJECT_NOT_FOUND, BROKER_UNAVAILABLE, OUTCOME_UNKNOWN, CONFIG_INVALID */
export async function projectShow(
  context: CommandContext,
  { project }: { project: string },
): Promise<number> {
  const local = await localFileIn(context);
  const { reading, row } = await withRegistry(context, async (registry, session) => {
    const { reading } = await findProject(registry, project);
    if (reading === null) throw unknownProject(project);
    return { reading, row: await projectRow(session, reading, local) };
  });
  const isRegistered = reading.status === 'readable' && reading.origin === 'registry';
  const notes = local === null && isRegistered ? [UNCHECKED] : [];
  printDocument(context, documentOf(reading, row, notes), () =>
    linesOf(context, { reading, row, notes }),
  );
  return EXIT.done;
}

function documentOf(reading: ProjectReading, row: ProjectRow, notes: readonly string[]) {
  if (reading.status === 'unreadable') {
    return { ...row, settings: null, written: null, stages: null, digest: null, notes };
  }
  const { effective: settings, settings: written, pipeline } = reading;
  const { digest, stages } = pipeline;
  return { ...row, settings, written, stages: stages.map(({ name }) => name), digest, notes };
}

function linesOf(
  context: CommandContext,
  { reading, row, notes }: { reading: ProjectReading; row: ProjectRow; notes: readonly string[] },
): string[] {
  const sections = createSections(context);
  const isReadable = reading.status === 'readable';
  sections.pairs([
    ['project', row.project],
    ['from', row.origin === 'file' ? 'onceward.yaml of a host' : row.origin],
    ['state', stateOf(row)],
    ['revision', String(row.revision)],
    ['active items', String(row.activeItems)],
    ['stages', isReadable ? reading.pipeline.stages.map(({ name }) => name).join(' → ') : null],
    ...row.problems.map((problem) => ['problem', problem] as const),
    ...notes.map((note) => ['note', note] as const),
  ]);
  if (!isReadable) return sections.lines();
  const yaml = stringify(reading.effective, { lineWidth: 0 }).trimEnd().split('\n');
  return [...sections.lines(), '', context.style('bold', 'settings'), ...yaml.map(indented)];
}

function indented(line: string): string {
  return `  ${printable(line)}`;
}
