// How a panel of the dashboard is written: its title, its unit and what it asks Prometheus.
// It must never know of a metric by name.

export interface Query {
  expr: string;
  /** How a series is called in the legend. */
  legend: string;
}

export interface Panel {
  title: string;
  meaning: string;
  kind: 'stat' | 'timeseries';
  unit: 'short' | 'ops' | 's' | 'bytes' | 'percentunit';
  queries: readonly Query[];
}

export const ALL = '{job=~"$job"}';
export const rate = (metric: string, by: string): Query => ({
  expr: `sum by (${by}) (rate(${metric}${ALL}[$__rate_interval]))`,
  legend: legendOf(by),
});
/** For what is rare: a number for each stretch of the axis says more than one a second. */
export const rises = (metric: string, by: string): Query => ({
  expr: `sum by (${by}) (increase(${metric}${ALL}[$__rate_interval]))`,
  legend: legendOf(by),
});
export const quantiles = (metric: string): Query[] =>
  [0.5, 0.95, 0.99].map((quantile) => ({
    expr: `histogram_quantile(${quantile}, sum by (le) (rate(${metric}_bucket${ALL}[$__rate_interval])))`,
    legend: `p${quantile * 100}`,
  }));
/** What is said of the whole fleet is the same on every host. */
export const fleet = (metric: string, by: string): Query => ({
  expr: `max by (${by}) (${metric}${ALL})`,
  legend: legendOf(by),
});
export const each = (metric: string): Query => ({
  expr: `${metric}${ALL}`,
  legend: '{{instance}}',
});

function legendOf(by: string): string {
  return by
    .split(', ')
    .map((label) => `{{${label}}}`)
    .join(' ');
}

export function stat(title: string, meaning: string, expr: string): Panel {
  return { title, meaning, kind: 'stat', unit: 'short', queries: [{ expr, legend: '' }] };
}

export function lines(
  title: string,
  meaning: string,
  unit: Panel['unit'],
  ...queries: Query[]
): Panel {
  return { title, meaning, kind: 'timeseries', unit, queries };
}
