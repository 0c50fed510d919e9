// The dashboard and the page of metrics: made from the code, and about nothing that is not there.
import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { METRICS } from '../../../services/observability/metric-definitions.ts';
import { renderDashboard } from '../../support/grafana-dashboard.ts';
import { renderMetricsPage } from '../../support/metrics-page.ts';
import { within } from '../../support/within.ts';
import { setup } from './metrics-fixture.ts';

interface Panel {
  id: number;
  type: string;
  title: string;
  gridPos: { x: number; y: number; w: number; h: number };
  datasource?: { type: string; uid: string };
  targets?: { refId: string; expr: string; datasource: { uid: string } }[];
}

const dashboard = JSON.parse(renderDashboard()) as {
  schemaVersion: number;
  templating: { list: { name: string }[] };
  panels: Panel[];
};
const expressions = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
const fileAt = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

/** Names as they stand in a query, without what a histogram appends. */
function metricsIn(expr: string): string[] {
  const names = expr.match(/\b(?:onceward|process|nodejs)_[a-z0-9_]+/g) ?? [];
  return names.map((name) => name.replace(/_(?:bucket|sum|count)$/, ''));
}

function isApart(one: Panel, other: Panel): boolean {
  const [a, b] = [one.gridPos, other.gridPos];
  return a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
}

/** What opens and is not closed, or is closed and was not opened. */
function isBalanced(expr: string): boolean {
  const counts = ['()', '{}', '[]'].map(([open = '', close = '']) => [
    expr.split(open).length,
    expr.split(close).length,
  ]);
  return counts.every(([open, close]) => open === close);
}

test('docs/grafana-dashboard.json and docs/metrics.md are current', () => {
  assert.fixture(fileAt('docs/grafana-dashboard.json'), renderDashboard());
  assert.fixture(fileAt('docs/metrics.md'), renderMetricsPage());
});

test(
  'every metric that the dashboard asks for is in the registry',
  within(5_000, async () => {
    const text = await setup().metrics.text();
    const asked = [...new Set(expressions.flatMap(metricsIn))];

    assert.ok(asked.length > 15);
    assert.equal(
      asked.filter((name) => !text.includes(`# TYPE ${name} `)),
      [],
    );
  }),
);

test('every metric of onceward has a panel, and stands on the page', () => {
  const asked = new Set(expressions.flatMap(metricsIn));
  const names = Object.values(METRICS).map(({ name }) => name);

  assert.equal(
    names.filter((name) => !asked.has(name)),
    [],
  );
  assert.equal(
    names.filter((name) => !renderMetricsPage().includes(`| \`${name}\` |`)),
    [],
  );
});

test('the dashboard is one that Grafana can show', () => {
  const { panels, schemaVersion, templating } = dashboard;
  const drawn = panels.filter(({ type }) => type !== 'row');

  assert.ok(schemaVersion >= 36);
  assert.is(new Set(panels.map(({ id }) => id)).size, panels.length);
  assert.ok(panels.every(({ gridPos: { x, w } }) => x >= 0 && x + w <= 24));
  assert.ok(panels.every((one) => panels.every((other) => one === other || isApart(one, other))));
  assert.ok(drawn.every(({ targets = [] }) => targets.length > 0));
  assert.ok(drawn.every(({ datasource }) => datasource?.uid === '$datasource'));
  assert.equal(
    templating.list.map(({ name }) => name),
    ['datasource', 'job'],
  );
  assert.equal(
    expressions.filter((expr) => !isBalanced(expr) || !expr.includes('job=~"$job"')),
    [],
  );
});

test('names are those of Prometheus: a counter ends in total, a time in seconds', () => {
  const namesOf = (wanted: string) =>
    Object.values(METRICS)
      .filter(({ kind }) => kind === wanted)
      .map(({ name }) => name);

  assert.ok(namesOf('counter').every((name) => /^onceward_[a-z_]+_total$/.test(name)));
  assert.ok(namesOf('histogram').every((name) => /^onceward_[a-z_]+_seconds$/.test(name)));
  assert.ok(Object.values(METRICS).every(({ help }) => help.length > 10 && help.endsWith('.')));
});

test.run();
