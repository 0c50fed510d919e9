// Projects as rows of a list: where each comes from, what it is about, how much is under way, what is wrong.
// It must never leave one out because its record cannot be read.
import type { Session } from '../queries/session.ts';
import { countActiveItems } from './active-items.ts';
import type { LocalFile } from './local-file.ts';
import { problemText, projectProblems } from './project-problems.ts';
import { type ProjectReading, readProjectEntry } from './project-record.ts';
import { forgeWord, trackerWord } from './tracker-words.ts';

/** Plain data, printed as JSON. What cannot be read of a record is null. */
export interface ProjectRow {
  project: string;
  origin: 'file' | 'registry' | null;
  isDraining: boolean;
  revision: number;
  repository: string | null;
  baseBranch: string | null;
  pipeline: string | null;
  /** `github:acme/shop@main`, `folder`, … */
  tracker: string | null;
  forge: string | null;
  maxConcurrentRuns: number | null;
  /** Items that have not ended. */
  activeItems: number;
  problems: string[];
}

type Reading = Pick<Session, 'bucket'>;

/** By name. @throws BROKER_UNAVAILABLE, OUTCOME_UNKNOWN */
export async function readProjectRows(
  session: Reading,
  local: LocalFile | null,
): Promise<ProjectRow[]> {
  const readings: ProjectReading[] = [];
  await session.bucket('onceward-projects').scan((entry) => {
    const reading = readProjectEntry(entry);
    if (reading !== null) readings.push(reading);
  });
  const rows = await Promise.all(readings.map((reading) => projectRow(session, reading, local)));
  return rows.sort((one, other) => (one.project < other.project ? -1 : 1));
}

/** @throws BROKER_UNAVAILABLE, OUTCOME_UNKNOWN */
export async function projectRow(
  session: Reading,
  reading: ProjectReading,
  local: LocalFile | null,
): Promise<ProjectRow> {
  const { project, revision } = reading;
  const activeItems = await countActiveItems(session.bucket('onceward-items'), project);
  if (reading.status === 'unreadable') {
    const problems = [`its record cannot be read, and is passed over: ${reading.why}`];
    return { ...NOTHING_KNOWN, project, revision, activeItems, problems };
  }
  const { origin, isDraining, effective, settings } = reading;
  const { repository, baseBranch, pipeline, maxConcurrentRuns } = effective;
  return {
    ...{ project, origin, isDraining, revision, repository, baseBranch, pipeline },
    ...{ tracker: trackerWord(effective.tracker), forge: forgeWord(effective.forge) },
    ...{ maxConcurrentRuns, activeItems },
    // What a host has written it has checked, against a file that may be none of ours.
    problems: origin === 'file' ? [] : projectProblems(project, settings, local).map(problemText),
  };
}

const NOTHING_KNOWN = {
  ...{ origin: null, isDraining: false, repository: null, baseBranch: null, pipeline: null },
  ...{ tracker: null, forge: null, maxConcurrentRuns: null },
} as const;
