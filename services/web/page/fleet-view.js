// The fleet: who is alive, which accounts are suspended, who holds which partition, what waits, what rang an alarm.
import { accountTable } from './account-table.js';
import { every } from './clock.js';
import { onReconnected } from './connection.js';
import { h, patch } from './element.js';
import { readLive } from './live-data.js';
import { ago, since } from './moment.js';
import { partitionTable } from './partition-table.js';
import { hasPage, pathOf, typedAddress } from './path.js';
import { nothing, section, table } from './section.js';
import { stateBadge } from './state-badge.js';

/**
 * @typedef {import('../../queries/fleet-view.ts').FleetView} FleetView
 * @typedef {FleetView['hosts'][number]} Presence
 */

const REFRESH_MS = 3_000;
/** In the place of what may only seem to be none. */
const UNREAD = 'None is known: not everything could be read.';

/** @param {import('./routes.js').Place} place @returns {Promise<import('./routes.js').View>} */
export async function openView({ main, signal }) {
  const parts = {
    alarms: section('Alarms'),
    hosts: section('Hosts'),
    workers: section('Workers'),
    accounts: section('Accounts'),
    queues: section('Jobs waiting'),
    partitions: section('Partitions'),
    merges: section('Merge queues'),
    deployments: section('Deployments'),
  };
  const summary = h('p', { class: 'summary' });
  const show = (/** @type {FleetView} */ fleet) => fill(parts, summary, fleet);
  const { first, refresh } = await readLive('/api/fleet', signal, show);
  const cards = Object.values(parts).map(({ element }) => element);
  patch(
    main,
    h('div', { class: 'headline' }, h('h1', null, 'Fleet'), summary),
    h('div', { class: 'cards' }, ...cards),
  );
  show(/** @type {FleetView} */ (first));
  const closings = [
    onReconnected(refresh),
    every(REFRESH_MS, () => {
      if (!document.hidden) refresh();
    }),
  ];
  return {
    title: 'Fleet',
    close() {
      for (const one of closings) one();
    },
  };
}

/**
 * @param {Record<'alarms' | 'hosts' | 'workers' | 'accounts' | 'queues' | 'partitions' | 'merges' | 'deployments', ReturnType<typeof section>>} parts
 * @param {HTMLElement} summary
 * @param {FleetView} fleet
 */
function fill(parts, summary, fleet) {
  const { hosts, workers, partitions, queues, alarms, notes } = fleet;
  const isAllRead = notes.length === 0;
  patch(
    summary,
    [count(hosts, 'host'), count(workers, 'worker'), count(alarms, 'alarm')].join(', '),
  );
  patch(
    parts.alarms.body,
    ...notes.map((note) => h('p', { class: 'problem' }, note)),
    alarmList(alarms, isAllRead),
  );
  patch(
    parts.hosts.body,
    presenceTable(hosts, isAllRead ? 'No host is alive: nothing moves on.' : UNREAD, 'Hosts'),
  );
  patch(
    parts.workers.body,
    workerTable(workers, isAllRead ? 'No worker is alive: jobs wait.' : UNREAD),
  );
  patch(
    parts.accounts.body,
    accountTable(fleet.accounts, isAllRead ? 'No agent has drawn on an account yet.' : UNREAD),
  );
  patch(parts.partitions.body, partitionTable(partitions));
  patch(parts.queues.body, queueTable(queues));
  patch(
    parts.merges.body,
    mergeTable(fleet.merges, isAllRead ? 'No item has come to a stage of kind merge yet.' : UNREAD),
  );
  patch(
    parts.deployments.body,
    deploymentTable(
      fleet.deployments,
      isAllRead ? 'No item has come to a stage of kind deploy yet.' : UNREAD,
    ),
  );
}

/** @param {FleetView['alarms']} alarms @param {boolean} isAllRead */
function alarmList(alarms, isAllRead) {
  if (alarms.length === 0) return nothing(isAllRead ? 'No alarm in the last 24 hours.' : UNREAD);
  const rows = alarms.map(({ atMs, address, reason, message }) =>
    h(
      'li',
      null,
      h('strong', null, `▲ ${reason}`),
      ' ',
      hasPage(typedAddress(address))
        ? h('a', { href: pathOf(typedAddress(address)) }, typedAddress(address))
        : h('code', { class: 'wrap' }, address),
      ' ',
      h('span', { class: 'muted' }, ago(atMs)),
      h('p', null, message),
    ),
  );
  return h('ul', { class: 'alarms' }, ...rows);
}

/** @param {readonly Presence[]} present @param {string} none @param {string} label */
function presenceTable(present, none, label) {
  if (present.length === 0) return nothing(none);
  return table(['Identity', 'Machine', 'Process', 'Up for'], present.map(presenceCells), label);
}

/** Workers say which pools they serve; older ones do not. @param {readonly Presence[]} workers @param {string} none */
function workerTable(workers, none) {
  if (workers.length === 0) return nothing(none);
  const rows = workers.map((worker) => [
    ...presenceCells(worker),
    worker.labels?.join(', ') || '–',
    worker.pools?.join(', ') ?? '–',
  ]);
  const heads = ['Identity', 'Machine', 'Process', 'Up for', 'Labels', 'Pools'];
  return table(heads, rows, 'Workers');
}

/** @param {Presence} presence */
function presenceCells({ identity, machine, pid, startedAtMs }) {
  return [h('code', { class: 'wrap' }, identity), machine, String(pid), since(startedAtMs)];
}

/** @param {FleetView['queues']} queues */
function queueTable(queues) {
  if (queues.length === 0) return nothing('No queue has been used yet.');
  const rows = queues.map(({ pool, project, lane, waiting, underWay }) => [
    pool,
    project,
    lane,
    String(waiting),
    String(underWay),
  ]);
  return table(['Pool', 'Project', 'Lane', 'Waiting', 'Under way'], rows, 'Jobs');
}

/** @param {FleetView['merges']} merges @param {string} none */
function mergeTable(merges, none) {
  if (merges.length === 0) return nothing(none);
  const rows = merges.map(({ address, project, branch, state, entries, first, holder }) => [
    h('a', { href: pathOf(address) }, `${project} ${branch}`),
    stateBadge(state),
    String(entries),
    first === null ? '–' : h('a', { href: pathOf(first) }, first),
    holder === null ? '–' : h('code', { class: 'wrap' }, holder),
  ]);
  return table(['Queue', 'State', 'Items', 'First', 'Lease'], rows, 'Merge queues');
}

/** @param {FleetView['deployments']} deployments @param {string} none */
function deploymentTable(deployments, none) {
  if (deployments.length === 0) return nothing(none);
  const rows = deployments.map(
    ({ address, project, environment, state, live, operation, queued }) => [
      h('a', { href: pathOf(address) }, `${project} ${environment}`),
      stateBadge(state),
      live === null ? '–' : h('code', { title: live.digest }, live.sha.slice(0, 12)),
      operation === null ? '–' : `${operation.kind} ${operation.number}`,
      String(queued),
    ],
  );
  return table(['Deployment', 'State', 'Live', 'Under way', 'Waiting'], rows, 'Deployments');
}

/** @param {readonly unknown[]} list @param {string} name */
function count(list, name) {
  return `${list.length} ${name}${list.length === 1 ? '' : 's'}`;
}
