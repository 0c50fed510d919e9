// Projects as rows: where each comes from, what it is about, how much is under way, and what is wrong.
import type { ProjectRow } from '../registry/project-rows.ts';
import type { Listing } from './output.ts';

export function projectListing(rows: readonly ProjectRow[]): Listing<ProjectRow> {
  return {
    name: 'projects',
    rows,
    nameOf: ({ project }) => project,
    columns: [
      { header: 'project', cell: ({ project }) => project },
      { header: 'from', cell: ({ origin }) => origin ?? '' },
      { header: 'state', cell: stateOf, style: (row) => STYLES[stateOf(row)] },
      { header: 'items', cell: ({ activeItems }) => String(activeItems) },
      { header: 'pipeline', cell: ({ pipeline }) => pipeline ?? '' },
      { header: 'tracker', cell: ({ tracker }) => tracker ?? '' },
      { header: 'forge', cell: ({ forge }) => forge ?? '' },
      { header: 'repository', isWide: true, cell: ({ repository }) => repository ?? '' },
      { header: 'branch', isWide: true, cell: ({ baseBranch }) => baseBranch ?? '' },
      { header: 'runs', isWide: true, cell: ({ maxConcurrentRuns }) => String(maxConcurrentRuns) },
      { header: 'revision', isWide: true, cell: ({ revision }) => String(revision) },
      { header: 'problem', isProse: true, cell: ({ problems }) => problems[0] ?? '' },
    ],
    document: (row) => row,
  };
}

const STYLES = { unreadable: 'red', wrong: 'yellow', draining: 'cyan', ok: undefined } as const;

export function stateOf(row: ProjectRow): keyof typeof STYLES {
  if (row.origin === null) return 'unreadable';
  if (row.isDraining) return 'draining';
  return row.problems.length > 0 ? 'wrong' : 'ok';
}
