// All deployments: of each environment what is live, what is under way, how it is watched, and what holds it up.
import { onReconnected } from './connection.js';
import { LIVE_WORDS, versionOf } from './deployment-facts.js';
import { holdNote } from './deployment-hold.js';
import { h, patch } from './element.js';
import { keepFresh, readLive } from './live-data.js';
import { ago, since } from './moment.js';
import { pathOf } from './path.js';
import { facts, nothing } from './section.js';
import { stateBadge } from './state-badge.js';
import { openStream } from './stream.js';

/**
 * @typedef {import('../../queries/deployment-page-view.ts').DeploymentList} DeploymentList
 * @typedef {import('../../queries/deployment-page-view.ts').DeploymentSummary} DeploymentSummary
 */

const PATH = '/api/deployments';

/** @param {import('./routes.js').Place} place @returns {Promise<import('./routes.js').View>} */
export async function openView({ main, signal }) {
  const summary = h('p', { class: 'summary' });
  const notes = h('div');
  const cards = h('div', { class: 'queues' });
  const show = (/** @type {DeploymentList} */ list) => fill({ summary, notes, cards }, list);
  const { first, refresh } = await readLive(PATH, signal, show);
  patch(main, h('div', { class: 'headline' }, h('h1', null, 'Deployments'), summary), notes, cards);
  show(/** @type {DeploymentList} */ (first));
  const closings = [
    openStream(`${PATH}/stream`, { on: { record: refresh, removed: refresh }, onOpen: refresh }),
    onReconnected(refresh),
    keepFresh(refresh, () => true),
  ];
  return {
    title: 'Deployments',
    close() {
      for (const one of closings) one();
    },
  };
}

/** @param {Record<'summary' | 'notes' | 'cards', HTMLElement>} parts @param {DeploymentList} list */
function fill({ summary, notes, cards }, { deployments, notes: unread }) {
  const held = deployments.filter(({ hold }) => hold !== null).length;
  const waits = held === 0 ? '' : `, ${held} waiting for a person`;
  patch(summary, `${count(deployments.length, 'environment')}${waits}`);
  patch(notes, ...unread.map((note) => h('p', { class: 'problem' }, note)));
  const none = 'No item has come to a stage of kind deploy yet.';
  const isNone = deployments.length === 0 && unread.length === 0;
  patch(cards, ...(isNone ? [nothing(none)] : deployments.map(cardOf)));
}

/** @param {DeploymentSummary} deployment */
function cardOf(deployment) {
  const { address, project, environment, state, sinceMs, waitsFor, hold, queue } = deployment;
  return h(
    'section',
    { key: address, class: 'card queue', 'aria-label': `${project} ${environment}` },
    h(
      'header',
      null,
      h('h2', null, h('a', { href: pathOf(address) }, `${project} ${environment}`)),
      h(
        'div',
        { class: 'aside' },
        stateBadge(state),
        h('span', null, 'for ', since(sinceMs)),
        queue.length > 0 && h('span', null, `${queue.length} waiting`),
      ),
    ),
    h(
      'div',
      { class: 'body' },
      hold === null ? h('p', { class: 'waits' }, `Waits for ${waitsFor}`) : holdNote(hold),
      facts(factsOf(deployment)),
    ),
  );
}

/** @param {DeploymentSummary} deployment @returns {[string, import('./element.js').Child | import('./element.js').Child[]][]} */
function factsOf({ live, liveIs, operation, release, holder, watch, lastEnded }) {
  const item = release?.item ?? operation?.target?.item ?? null;
  return [
    ['Live', live && [versionOf(live), `, ${LIVE_WORDS[liveIs]}, `, ago(live.atMs)]],
    [
      'Under way',
      operation && [
        `${operation.kind} ${operation.number} `,
        item === null ? '' : h('a', { href: pathOf(item) }, item),
        ` ${operation.step}`,
      ],
    ],
    ['Probes', watch && probesOf(watch.probes)],
    [
      'Lease',
      holder && [h('code', { class: 'wrap' }, holder.worker), ', for ', since(holder.sinceMs)],
    ],
    [
      'Last ended',
      lastEnded && [
        `${lastEnded.kind} ${lastEnded.number}: ${lastEnded.outcome}, `,
        ago(lastEnded.endedAtMs),
      ],
    ],
  ];
}

/** @param {readonly { name: string, state: string }[]} probes */
function probesOf(probes) {
  return probes.map(({ name, state }) => `${name} ${state}`).join(', ') || 'none';
}

/** @param {number} number @param {string} name */
function count(number, name) {
  return `${number} ${name}${number === 1 ? '' : 's'}`;
}
