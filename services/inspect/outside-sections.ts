// What a host of this state directory last saw of the tracker and the forge of a project, for people.
// It must never say that nothing waits where nobody has looked.
import type { OutsideReport, OutsideRow } from '../queries/outside-file.ts';
import type { Sections } from './sections.ts';
import type { Times } from './times.ts';

export interface OutsideSeen extends OutsideRow {
  /** The host that looked. */
  by: string;
}

/** Null when no host that writes to this state directory looks at it. */
export function outsideOf(report: OutsideReport | null, project: string): OutsideSeen | null {
  const row = report?.projects.find((one) => one.project === project);
  return report === null || row === undefined ? null : { ...row, by: report.by };
}

export function outsidePairs(seen: OutsideSeen | null, times: Times) {
  if (seen === null) return [];
  const { lookedAtMs, failedLooks, problem, unshown, waitingCount } = seen;
  const failures = failedLooks > 1 ? ` (${failedLooks} looks in a row)` : '';
  return [
    ['last look', lookedAtMs === null ? 'none yet' : times.both(lookedAtMs)],
    ['outside', problem === null ? null : `${problem}${failures}`],
    ['to be shown', unshown === 0 ? null : `${unshown} items`],
    ['waiting issues', waitingCount === 0 ? null : String(waitingCount)],
  ] as const;
}

export function outsideTable(sections: Sections, seen: OutsideSeen | null): void {
  if (seen === null) return;
  const { waiting, waitingCount } = seen;
  const more = waitingCount > waiting.length ? `, the first ${waiting.length}` : '';
  sections.table(`waiting issues${more}`, waiting, [
    { header: 'issue', cell: ({ ref }) => ref },
    { header: 'title', cell: ({ title }) => title },
    { header: 'why it waits', isProse: true, cell: ({ reason }) => reason },
  ]);
}
