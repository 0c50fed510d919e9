// Renders docs/grafana-dashboard.json: panels over the metrics of onceward, for Grafana 10 and later.
// It must never name a data source or an instance of anybody: both are chosen on import.
import { ROWS } from './dashboard-panels.ts';
import type { Panel } from './dashboard-queries.ts';

const FULL_WIDTH = 24;
const SIZES = { stat: { w: 6, h: 4 }, timeseries: { w: 12, h: 8 } } as const;
const DATA_SOURCE = { type: 'prometheus', uid: '$datasource' };

export function renderDashboard(): string {
  const dashboard = {
    title: 'onceward',
    uid: 'onceward',
    description: 'A fleet of onceward: what it decides, hands over and waits for.',
    tags: ['onceward'],
    schemaVersion: 39,
    version: 1,
    editable: true,
    graphTooltip: 1,
    refresh: '30s',
    time: { from: 'now-6h', to: 'now' },
    timezone: 'browser',
    annotations: { list: [] },
    templating: { list: [dataSourceVariable(), jobVariable()] },
    panels: laidOut(),
  };
  return `${JSON.stringify(dashboard, null, 2)}\n`;
}

function dataSourceVariable() {
  return { name: 'datasource', label: 'Data source', type: 'datasource', query: 'prometheus' };
}

function jobVariable() {
  const query = 'label_values(onceward_build_info, job)';
  const choice = { refresh: 1, includeAll: true, multi: true, allValue: '.*' };
  return { name: 'job', label: 'Job', type: 'query', datasource: DATA_SOURCE, query, ...choice };
}

function laidOut(): object[] {
  const panels: object[] = [];
  let y = 0;
  for (const { title, panels: ofRow } of ROWS) {
    panels.push({
      ...placed(panels, { x: 0, y, w: FULL_WIDTH, h: 1 }),
      type: 'row',
      title,
      panels: [],
    });
    y += 1;
    let x = 0;
    for (const panel of ofRow) {
      const { w, h } = SIZES[panel.kind];
      if (x + w > FULL_WIDTH) [x, y] = [0, y + h];
      panels.push({ ...placed(panels, { x, y, w, h }), ...shown(panel) });
      x += w;
    }
    y += SIZES[ofRow.at(-1)?.kind ?? 'timeseries'].h;
  }
  return panels;
}

function placed(before: readonly object[], gridPos: object) {
  return { id: before.length + 1, gridPos };
}

function shown({ title, meaning, kind, unit, queries }: Panel) {
  return {
    type: kind,
    title,
    description: meaning,
    datasource: DATA_SOURCE,
    fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
    options: kind === 'stat' ? { reduceOptions: { calcs: ['lastNotNull'] }, textMode: 'auto' } : {},
    targets: queries.map(({ expr, legend }, index) => ({
      refId: String.fromCharCode(65 + index),
      datasource: DATA_SOURCE,
      expr,
      legendFormat: legend,
    })),
  };
}
