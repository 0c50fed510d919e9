// How a version is watched, as charts: every measurement of a probe, the limits it must keep, and what it was before.
// It must never say anything by colour alone: each outcome has its shape, and its words.
import { h } from './element.js';
import { ago, until } from './moment.js';
import { nothing } from './section.js';
import { badge } from './state-badge.js';

/**
 * @typedef {import('../../queries/deployment-view.ts').ProbeView} ProbeView
 * @typedef {import('../../queries/deployment-view.ts').WatchView} WatchView
 * @typedef {ProbeView['points'][number]} Point
 * @typedef {{ x: (atMs: number) => number, y: (value: number) => number }} Scale
 */

const SVG = 'http://www.w3.org/2000/svg';
const WIDTH = 640;
const HEIGHT = 120;
const EDGE = 12;
const RADIUS = 5;
/** Room above the largest and below the smallest value, as a part of what lies between. */
const ROOM = 0.15;

/** @type {Record<ProbeView['state'], import('./state-badge.js').Tone>} */
const TONES = {
  running: 'busy',
  passed: 'good',
  failed: 'bad',
  inconclusive: 'attention',
  errored: 'attention',
};

/** @type {Record<Point['outcome'], string>} */
const WORDS = {
  good: 'good',
  bad: 'bad',
  inconclusive: 'says neither',
  error: 'could not be measured',
};

/** @param {WatchView | null} watch */
export function probeCharts(watch) {
  if (watch === null) return [nothing('No version has been watched lately.')];
  if (watch.probes.length === 0) return [nothing('No probe watches this environment.')];
  return [legend(), ...watch.probes.map(probeCard)];
}

function legend() {
  const outcomes = /** @type {Point['outcome'][]} */ (Object.keys(WORDS));
  const entries = outcomes.map((outcome) => {
    const sign = svg('svg', { class: 'sign', viewBox: '0 0 12 12', 'aria-hidden': 'true' });
    sign.append(mark(outcome, 6, 6));
    return h('li', null, sign, WORDS[outcome]);
  });
  return h('ul', { class: 'outcomes', 'aria-label': 'Outcomes' }, ...entries);
}

/** @param {ProbeView} probe */
function probeCard(probe) {
  const { name, kind, state, isShadow, detail, nextAtMs } = probe;
  return h(
    'figure',
    { key: name, class: 'probe', 'data-probe': name },
    h(
      'figcaption',
      null,
      h('strong', null, name),
      h('span', { class: 'muted' }, kind),
      badge(TONES[state], [state]),
      isShadow && h('span', { class: 'tag' }, 'shadow: decides nothing'),
      h('span', { class: 'muted' }, ...(nextAtMs === null ? [] : ['next ', until(nextAtMs)])),
    ),
    probe.points.length === 0 ? nothing('Not measured yet.') : chartOf(probe),
    h('p', { class: 'under' }, ...wordsOf(probe)),
    detail !== '' && h('p', { class: 'under wrap' }, `last: ${detail}`),
  );
}

/** @param {ProbeView} probe */
function wordsOf(probe) {
  const { measured, count, failures, failureLimit, consecutiveErrors, consecutiveErrorLimit } =
    probe;
  const { inconclusives, inconclusiveLimit, baseline, points } = probe;
  const { min, max } = probe.limits;
  const said = (/** @type {number} */ value) =>
    `${rounded(value)}${probe.unit && ` ${probe.unit}`}`;
  const last = points.at(-1);
  return [
    `${measured} of ${count} measured`,
    `, bad ${failures} (${failureLimit} allowed)`,
    `, neither ${inconclusives} (${inconclusiveLimit} allowed)`,
    `, not measured ${consecutiveErrors} in a row (${consecutiveErrorLimit} allowed)`,
    ...(min === null ? [] : [h('span', { class: 'limit' }, `at least ${said(min)}`)]),
    ...(max === null ? [] : [h('span', { class: 'limit' }, `at most ${said(max)}`)]),
    ...(baseline === null ? [] : [h('span', { class: 'before' }, `before ${said(baseline)}`)]),
    ...(last === undefined
      ? []
      : [
          h(
            'span',
            { class: 'newest' },
            `newest ${last.value === null ? WORDS[last.outcome] : said(last.value)}, `,
            ago(last.atMs),
          ),
        ]),
  ];
}

/** @param {ProbeView} probe */
function chartOf(probe) {
  const { name, points, limits, baseline, unit } = probe;
  const scale = scaleOf(probe);
  const last = points.at(-1);
  const chart = svg('svg', {
    class: 'probe-chart',
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    role: 'img',
    'aria-label': `${points.length} measurements of ${name}: ${summaryOf(points)}`,
    // Drawn anew as soon as there is another one.
    'data-key': `${name}-${last?.atMs}-${points.length}`,
  });
  const ends = [limits.min, limits.max].flatMap((end) => end ?? []);
  chart.append(
    ...ends.map((end) => level(scale.y(end), 'limit-line')),
    ...(baseline === null ? [] : [level(scale.y(baseline), 'before-line')]),
    svg('polyline', { class: 'course', points: courseOf(points, scale) }),
    ...points.map((point) => dotOf(point, scale, unit)),
  );
  return chart;
}

/** What could not be measured has no value: it stands at the lower edge. @param {ProbeView} probe @returns {Scale} */
function scaleOf({ points, limits, baseline }) {
  const levels = [limits.min, limits.max, baseline, ...points.map(({ value }) => value)];
  const values = levels.flatMap((one) => one ?? []);
  const least = Math.min(...values);
  const most = Math.max(...values);
  const room = (most - least || Math.abs(most) || 1) * ROOM;
  const [bottom, top] = [least - room, most + room];
  const firstMs = points[0]?.atMs ?? 0;
  const wholeMs = Math.max(1, (points.at(-1)?.atMs ?? 0) - firstMs);
  const inner = { width: WIDTH - 2 * EDGE, height: HEIGHT - 2 * EDGE };
  return {
    x: (atMs) => EDGE + ((atMs - firstMs) / wholeMs) * inner.width,
    y: (value) => EDGE + (1 - (value - bottom) / (top - bottom)) * inner.height,
  };
}

/** @param {readonly Point[]} points @param {Scale} scale */
function courseOf(points, { x, y }) {
  return points
    .filter(({ value }) => value !== null)
    .map(({ atMs, value }) => `${x(atMs).toFixed(1)},${y(value ?? 0).toFixed(1)}`)
    .join(' ');
}

/** @param {Point} point @param {Scale} scale @param {string} unit */
function dotOf({ atMs, outcome, value }, { x, y }, unit) {
  const dot = mark(outcome, x(atMs), value === null ? HEIGHT - EDGE : y(value));
  const title = svg('title', {});
  const said = value === null ? '' : `${rounded(value)}${unit && ` ${unit}`}, `;
  title.textContent = `${said}${WORDS[outcome]}, ${new Date(atMs).toISOString().slice(11, 19)} UTC`;
  dot.append(title);
  return dot;
}

/** @param {Point['outcome']} outcome @param {number} x @param {number} y */
function mark(outcome, x, y) {
  const r = RADIUS;
  const paths = {
    good: `M${x - r},${y}a${r},${r} 0 1,0 ${2 * r},0a${r},${r} 0 1,0 ${-2 * r},0`,
    bad: `M${x - r},${y - r}L${x + r},${y + r}M${x - r},${y + r}L${x + r},${y - r}`,
    inconclusive: `M${x},${y - r}L${x + r},${y + r}L${x - r},${y + r}Z`,
    error: `M${x - r},${y - r}h${2 * r}v${2 * r}h${-2 * r}Z`,
  };
  return svg('path', { class: 'point', 'data-outcome': outcome, d: paths[outcome] });
}

/** @param {number} y @param {string} name */
function level(y, name) {
  const at = y.toFixed(1);
  return svg('line', { class: name, x1: '0', x2: String(WIDTH), y1: at, y2: at });
}

/** `3 good, 1 bad` @param {readonly Point[]} points */
function summaryOf(points) {
  const outcomes = /** @type {Point['outcome'][]} */ (Object.keys(WORDS));
  return outcomes
    .map((outcome) => [points.filter((one) => one.outcome === outcome).length, WORDS[outcome]])
    .filter(([number]) => number !== 0)
    .map(([number, words]) => `${number} ${words}`)
    .join(', ');
}

/** @param {number} value */
function rounded(value) {
  return String(Number(value.toPrecision(4)));
}

/** @param {string} tag @param {Record<string, string>} attributes */
function svg(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}
