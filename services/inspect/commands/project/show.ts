// `onceward project show`: one project with all its settings, its pipeline, what is wrong with it, and what waits
// outside as far as a host of this state directory has seen it.
import { stringify } from 'yaml';
import { readOutsideReport } from '../../../queries/outside-file.ts';
import { UNCHECKED } from '../../../registry/project-problems.ts';
import type { ProjectReading } from '../../../registry/project-record.ts';
import { type ProjectRow, projectRow } from '../../../registry/project-rows.ts';
import { findProject, unknownProject } from '../../../registry/registry-changes.ts';
import type { CommandContext } from '../../command-context.ts';
import { EXIT } from '../../exit-codes.ts';
import { printDocument } from '../../output.ts';
import { type OutsideSeen, outsideOf, outsidePairs, outsideTable } from '../../outside-sections.ts';
import { printable } from '../../printable.ts';
import { stateOf } from '../../project-listing.ts';
import { localFileIn, withRegistry } from '../../registry-session.ts';
import { createSections } from '../../sections.ts';
import { type Times, timesOf } from '../../times.ts';

/** @throws PROJECT_NOT_FOUND, BROKER_UNAVAILABLE, OUTCOME_UNKNOWN, CONFIG_INVALID */
export async function projectShow(
  context: CommandContext,
  { project }: { project: string },
): Promise<number> {
  const local = await localFileIn(context);
  const outside = outsideOf(await readOutsideReport(context.stateDirectory), project);
  const { reading, row, nowMs } = await withRegistry(context, async (registry, session) => {
    const { reading } = await findProject(registry, project);
    if (reading === null) throw unknownProject(project);
    const nowMs = session.clock.nowMs();
    return { reading, row: await projectRow(session, reading, local), nowMs };
  });
  const isRegistered = reading.status === 'readable' && reading.origin === 'registry';
  const notes = local === null && isRegistered ? [UNCHECKED] : [];
  const times = timesOf(context, nowMs);
  printDocument(context, { ...documentOf(reading, row, notes), outside }, () =>
    linesOf(context, { reading, row, notes, outside, times }),
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

interface Shown {
  reading: ProjectReading;
  row: ProjectRow;
  notes: readonly string[];
  outside: OutsideSeen | null;
  times: Times;
}

function linesOf(
  context: CommandContext,
  { reading, row, notes, outside, times }: Shown,
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
    ...outsidePairs(outside, times),
  ]);
  outsideTable(sections, outside);
  if (!isReadable) return sections.lines();
  const yaml = stringify(reading.effective, { lineWidth: 0 }).trimEnd().split('\n');
  return [...sections.lines(), '', context.style('bold', 'settings'), ...yaml.map(indented)];
}

function indented(line: string): string {
  return `  ${printable(line)}`;
}
