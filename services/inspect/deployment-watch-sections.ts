// How a version is watched, as a table with a small drawing of each probe; and what proved bad before.
import type { DeploymentView, ProbeView, WatchView } from '../queries/deployment-view.ts';
import { shortSha } from '../queries/deployment-words.ts';
import type { TextStyle } from './command-context.ts';
import type { Sections } from './sections.ts';
import type { Times } from './times.ts';

const SHOWN_POINTS = 20;
const SHOWN_INCIDENTS = 5;
const LEVELS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;
/** Of a measurement without a number. */
const SIGNS = { good: '·', bad: '✕', inconclusive: '?', error: '!' } as const;

const STYLES: Readonly<Record<ProbeView['state'], TextStyle>> = {
  running: 'cyan',
  passed: 'green',
  failed: 'red',
  inconclusive: 'yellow',
  errored: 'yellow',
};

export function addProbes(sections: Sections, watch: WatchView | null, times: Times): void {
  const next = ({ nextAtMs }: ProbeView) => (nextAtMs === null ? '' : times.due(nextAtMs));
  sections.table('Probes', watch?.probes ?? [], [
    { header: 'probe', cell: ({ name, isShadow }) => (isShadow ? `${name} (shadow)` : name) },
    { header: 'state', cell: ({ state }) => state, style: ({ state }) => STYLES[state] },
    { header: 'measured', cell: ({ measured, count }) => `${measured}/${count}` },
    { header: 'bad', cell: ({ failures, failureLimit }) => `${failures}/${failureLimit}` },
    {
      header: 'undecided',
      cell: ({ inconclusives, inconclusiveLimit }) => `${inconclusives}/${inconclusiveLimit}`,
    },
    {
      header: 'errors',
      cell: ({ consecutiveErrors, consecutiveErrorLimit }) =>
        `${consecutiveErrors}/${consecutiveErrorLimit}`,
    },
    { header: 'next', cell: next },
    { header: 'values', cell: sparkline },
    { header: 'limit', cell: limitCell },
    { header: 'last', isProse: true, cell: ({ detail }) => detail },
  ]);
}

/** `▁▂█✕`: the newest on the right; a measurement without a number is told by a sign. */
export function sparkline({ points }: Pick<ProbeView, 'points'>): string {
  const shown = points.slice(-SHOWN_POINTS);
  const values = shown.flatMap(({ value }) => value ?? []);
  const least = Math.min(...values);
  const span = Math.max(...values) - least;
  return shown
    .map(({ value, outcome }) => {
      if (value === null || outcome === 'error') return SIGNS[outcome];
      const level = span === 0 ? 0 : Math.round(((value - least) / span) * (LEVELS.length - 1));
      return LEVELS[level] ?? SIGNS[outcome];
    })
    .join('');
}

function limitCell({ limits: { min, max }, unit, baseline }: ProbeView): string {
  const said = (value: number) => `${Number(value.toPrecision(4))}${unit}`;
  const ends = [
    min === null ? '' : `≥ ${said(min)}`,
    max === null ? '' : `≤ ${said(max)}`,
    baseline === null ? '' : `was ${said(baseline)}`,
  ];
  return ends.filter(Boolean).join(', ');
}

export function addIncidents(
  sections: Sections,
  incidents: DeploymentView['incidents'],
  times: Times,
): void {
  sections.table('Incidents', incidents.slice(0, SHOWN_INCIDENTS), [
    { header: '#', cell: ({ number }) => String(number) },
    { header: 'item', cell: ({ item }) => item ?? '' },
    { header: 'commit', cell: ({ sha }) => shortSha(sha) },
    { header: 'at', cell: ({ atMs }) => times.past(atMs) },
    { header: 'cause', cell: ({ cause }) => cause },
    { header: 'opened', cell: openedCell },
    { header: 'evidence', isProse: true, cell: ({ summary }) => summary },
  ]);
}

function openedCell({ openedItem, isItemWanted }: DeploymentView['incidents'][number]): string {
  return openedItem ?? (isItemWanted ? 'to be opened' : '');
}
