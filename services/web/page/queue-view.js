// One merge queue: its train, the trial under way, who holds the lease, past trials, and its statechart.
// It must never wait for the chart: what can be told in words is told at once.
import { standingOf, wordButtons } from './actor-head.js';
import { auditList } from './audit-list.js';
import { createChart, exportLinks } from './chart.js';
import { h, patch } from './element.js';
import { openActor } from './live-actor.js';
import { dataPathOf } from './path.js';
import { decidedTable, leaseFacts, ruleFacts, trialTable } from './queue-facts.js';
import { holdNote } from './queue-hold.js';
import { operatorsWords, trainList } from './queue-train.js';
import { huntCard, trialCard } from './queue-trial.js';
import { crumbs, section } from './section.js';
import { timerList, whyPanel } from './why-panel.js';

/** @typedef {import('../../queries/queue-page-view.ts').QueuePage} QueuePage */

/** @param {import('./routes.js').Place} place @returns {Promise<import('./routes.js').View>} */
export function openView({ main, names, signal }) {
  // The chart is drawn while the record is read: neither waits for the other.
  const parts = createParts(names, signal);
  return openActor({
    ...{ path: dataPathOf(`merge.${names.join('.')}`), main, signal, parts },
    fill: (/** @type {QueuePage} */ queue, refresh) => fill(parts, queue, refresh),
    titleOf: (queue) => `${queue.project} ${queue.branch}, merge queue`,
  });
}

/** @param {string[]} names @param {AbortSignal} signal */
function createParts([project = '', branch = ''], signal) {
  const parts = {
    chart: createChart({ path: '/charts/merge.svg', label: 'Statechart of a merge queue', signal }),
    where: h('div'),
    head: h('div', { class: 'headline' }),
    trial: section('Trial under way', 'first'),
    train: section('Train', 'first'),
    lease: section('Merge lease', 'first'),
    hunt: section('Hunt', 'first'),
    why: section('Why it stands here', 'first'),
    audit: section('Events', 'last'),
    ended: section('Recent trials'),
    decided: section('Landings and returns'),
    rules: section('How trials are made'),
    timers: section('Timers'),
    statechart: section('Statechart', 'statechart last'),
  };
  const { trial, train, ended, decided, lease, hunt, why, rules, timers } = parts;
  const { audit, statechart, where } = parts;
  patch(statechart.body, parts.chart.box);
  const wide = [trial, train, ended, decided, audit].map(({ element }) => element);
  const side = [lease, hunt, why, timers, rules].map(({ element }) => element);
  const columns = h(
    'div',
    { class: 'columns' },
    h('div', { class: 'wide' }, ...wide),
    h('div', { class: 'side' }, ...side),
  );
  // Where the branch is not known yet as git knows it.
  patch(where, whereIs(project, branch));
  return { ...parts, elements: [where, parts.head, columns, statechart.element] };
}

/** @param {string} project @param {string} branch */
function whereIs(project, branch) {
  return crumbs([
    ['Queues', '/queues'],
    [project, `/?project=${encodeURIComponent(project)}`],
    [branch, null],
  ]);
}

/** @param {ReturnType<typeof createParts>} parts @param {QueuePage} queue @param {() => void} refresh */
function fill(parts, queue, refresh) {
  patch(parts.where, whereIs(queue.project, queue.branch));
  patch(parts.head, ...headOf(queue, refresh));
  patch(parts.trial.body, ...trialCard(queue));
  patch(parts.train.aside, inQueue(queue.train.length));
  patch(parts.train.body, ...trainList(queue, operatorsWords(queue, refresh)));
  patch(parts.lease.body, leaseFacts(queue));
  parts.hunt.element.hidden = queue.hunt === null;
  patch(parts.hunt.body, ...huntCard(queue.hunt));
  patch(parts.ended.body, trialTable(queue.ended));
  patch(parts.decided.body, decidedTable(queue.decided));
  patch(parts.rules.body, ruleFacts(queue));
  patch(parts.why.body, ...whyPanel(queue.why));
  patch(parts.audit.body, auditList(queue.audit, queue.address));
  patch(parts.timers.body, timerList(queue.timers));
  const query = `?state=${encodeURIComponent(queue.state)}`;
  patch(parts.statechart.aside, parts.chart.zoom, exportLinks('/charts/merge', query));
}

/** @param {number} count */
function inQueue(count) {
  return `${count} ${count === 1 ? 'item' : 'items'}`;
}

/** @param {QueuePage} queue @param {() => void} refresh */
function headOf(queue, refresh) {
  const { branch, hold } = queue;
  return [
    ...standingOf({ ...queue, name: branch }),
    hold !== null && holdNote(hold),
    wordButtons(queue, ['freeze', 'resume'], refresh),
  ];
}
