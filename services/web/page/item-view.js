// One item: where it stands and why, its pipeline, the timeline of its runs, the log of the present one.
// It must never wait for the chart: what can be told in words is told at once.
import { auditList } from './audit-list.js';
import { createChart, exportLinks } from './chart.js';
import { every } from './clock.js';
import { onReconnected } from './connection.js';
import { deploymentPlace } from './deployment-place.js';
import { h, patch } from './element.js';
import { eventButton } from './event-button.js';
import { budgetList, itemFacts, itemTexts } from './item-facts.js';
import { keepFresh, readLive } from './live-data.js';
import { LogView } from './log-view.js';
import { ago, since } from './moment.js';
import { dataPathOf, followPathOf, pathOf, runOf, typedAddress } from './path.js';
import { queuePlace } from './queue-place.js';
import { crumbs, section } from './section.js';
import { StageLinks } from './stage-links.js';
import { stateBadge } from './state-badge.js';
import { openStream } from './stream.js';
import { isGrowing, waterfall } from './waterfall.js';
import { timerList, whyPanel } from './why-panel.js';

/** @typedef {import('../../queries/item-view.ts').ItemView} ItemView */

const GROW_MS = 1_000;

/** @param {import('./routes.js').Place} place @returns {Promise<import('./routes.js').View>} */
export async function openView({ main, names, signal }) {
  const address = names.join('/');
  /** @type {(item: ItemView) => void} */
  let show = () => {};
  // The chart is drawn while the item is read: neither waits for the other.
  const parts = createParts(address, signal);
  const { first, refresh } = await readLive(dataPathOf(address), signal, (item) => show(item));
  let item = /** @type {ItemView} */ (first);
  let drawn = progressOf(item);
  parts.scale.onclick = () => {
    parts.scale.setAttribute('aria-pressed', String(!isEachInFull(parts)));
    fillTimeline(parts, item);
  };
  show = (fresh) => {
    item = fresh;
    fill(parts, item, refresh);
    if (progressOf(item) !== drawn) parts.chart.reload();
    drawn = progressOf(item);
  };
  patch(main, ...parts.elements);
  fill(parts, item, refresh);
  // It may have come before it had a place.
  parts.chart.showActive();

  const closings = [
    openStream(followPathOf(address), {
      on: { record: refresh, removed: refresh },
      onOpen: refresh,
    }),
    onReconnected(refresh),
    keepFresh(refresh, () => !item.isFinished),
    every(GROW_MS, () => {
      if (!document.hidden && isGrowing(item.runs)) fillTimeline(parts, item);
    }),
  ];
  return {
    title: `${address} ${item.title}`,
    drawn: parts.chart.drawn,
    close() {
      for (const one of closings) one();
    },
  };
}

/** @param {string} address @param {AbortSignal} signal */
function createParts(address, signal) {
  const stem = `/charts${pathOf(address)}`;
  const links = new StageLinks();
  const chart = createChart({
    path: `${stem}.svg`,
    label: `Pipeline of ${address}`,
    signal,
    onLoad: (svg) => links.showIn(svg),
  });
  const log = new LogView(signal);
  const parts = {
    ...{ chart, links, log },
    scale: h('button', { class: 'quiet', type: 'button', 'aria-pressed': 'false' }),
    head: h('div', { class: 'headline' }),
    why: section('Why it stands here', 'first'),
    pipeline: section('Pipeline'),
    timeline: section('Runs'),
    timers: section('Timers'),
    budgets: section('Budgets'),
    details: section('Details'),
    output: section('Log'),
    audit: section('Events', 'last'),
  };
  patch(parts.pipeline.aside, chart.zoom, exportLinks(stem));
  patch(parts.pipeline.body, chart.box);
  patch(parts.timeline.aside, parts.scale);
  patch(parts.output.body, log.element);
  patch(parts.output.aside, log.tools);
  const { head, why, pipeline, timeline, timers, budgets, details, output, audit } = parts;
  const wide = [pipeline, timeline, output, audit].map(({ element }) => element);
  const side = [why, timers, budgets, details].map(({ element }) => element);
  const [project = '', name = ''] = address.split('/');
  const where = crumbs([
    ['Board', '/'],
    [project, `/?project=${encodeURIComponent(project)}`],
    [name, null],
  ]);
  const grid = h(
    'div',
    { class: 'columns' },
    h('div', { class: 'wide' }, ...wide),
    h('div', { class: 'side' }, ...side),
  );
  return { ...parts, elements: [where, head, grid] };
}

/** @param {ReturnType<typeof createParts>} parts @param {ItemView} item @param {() => void} refresh */
function fill(parts, item, refresh) {
  patch(parts.head, ...headOf(item, refresh));
  patch(parts.why.body, ...whyPanel(item.why));
  parts.links.lead(item.runs);
  fillTimeline(parts, item);
  patch(parts.timers.body, timerList([...item.why.timers, ...(item.why.run?.timers ?? [])]));
  patch(parts.budgets.body, budgetList(item.budgets));
  patch(parts.details.body, itemFacts(item), ...itemTexts(item));
  patch(parts.audit.body, auditList(item.audit, item.address));
  const source = logSourceOf(item);
  parts.log.show(source);
  patch(parts.output.title, source === null ? 'Log' : `Log of ${runOf(source.address)}`);
}

/** @param {ReturnType<typeof createParts>} parts @param {ItemView} item */
function fillTimeline(parts, item) {
  const isInFull = isEachInFull(parts);
  parts.scale.hidden = item.runs.length < 2;
  parts.scale.textContent = isInFull ? 'On one scale' : 'Each in full';
  patch(parts.timeline.body, ...waterfall(item.runs, isInFull));
}

/** @param {ReturnType<typeof createParts>} parts */
function isEachInFull({ scale }) {
  return scale.getAttribute('aria-pressed') === 'true';
}

/** @param {ItemView} item @param {() => void} refresh */
function headOf(item, refresh) {
  const {
    address,
    title,
    state,
    revision,
    sinceMs,
    endedAtMs,
    isArchived,
    parking,
    queue,
    deployment,
  } = item;
  const target = { address, state, revision };
  const buttons = item.accepts.map((event) => eventButton(target, event, { onSent: refresh }));
  return [
    h('h1', null, title || address),
    h(
      'p',
      { class: 'standing', role: 'status' },
      stateBadge(state),
      isArchived && h('span', { class: 'tag' }, 'archived'),
      h('span', null, endedAtMs === null ? ['for ', since(sinceMs)] : ['ended ', ago(endedAtMs)]),
      h('span', { class: 'muted' }, `${runsEnded(item)}, revision ${revision}`),
    ),
    queue !== null && queuePlace(queue),
    deployment !== null && deploymentPlace(deployment),
    parking !== null &&
      h('p', { class: 'parking' }, h('strong', null, parking.reason), `: ${parking.message}`),
    buttons.length > 0 &&
      h(
        'div',
        { class: 'buttons', role: 'group', 'aria-label': 'Events that would be accepted now' },
        buttons,
      ),
  ];
}

/**
 * Of the newest run that has had a process: others write nothing.
 * @param {ItemView} item
 * @returns {import('./log-view.js').LogSource | null}
 */
function logSourceOf({ runs }) {
  const run = runs.findLast(({ phases }) => phases.some(({ name }) => name === 'working'));
  if (run === undefined) return null;
  const isRunning = run.phases.some(({ name, endMs }) => name === 'working' && endMs === null);
  return { address: typedAddress(run.address), epoch: null, machine: null, isRunning };
}

/** @param {ItemView} item */
function runsEnded({ endedRuns }) {
  return `${endedRuns} ${endedRuns === 1 ? 'run' : 'runs'} ended`;
}

/** @param {ItemView} item */
function progressOf({ pipeline }) {
  return pipeline.stages
    .map(({ name, progress, attempts }) => `${name} ${progress} ${attempts}`)
    .join();
}
