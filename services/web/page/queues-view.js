// All merge queues: of each its state and what it waits for, who is tried now, who is next, and who holds the lease.
import { onReconnected } from './connection.js';
import { h, patch } from './element.js';
import { keepFresh, readLive } from './live-data.js';
import { ago, since } from './moment.js';
import { pathOf } from './path.js';
import { holdNote } from './queue-hold.js';
import { groupsOf } from './queue-train.js';
import { itemLinks } from './queue-trial.js';
import { facts, nothing } from './section.js';
import { stateBadge } from './state-badge.js';
import { openStream } from './stream.js';

/**
 * @typedef {import('../../queries/queue-page-view.ts').QueueList} QueueList
 * @typedef {import('../../queries/queue-page-view.ts').QueueSummary} QueueSummary
 */

const PATH = '/api/queues';

/** @param {import('./routes.js').Place} place @returns {Promise<import('./routes.js').View>} */
export async function openView({ main, signal }) {
  const summary = h('p', { class: 'summary' });
  const notes = h('div');
  const cards = h('div', { class: 'queues' });
  const show = (/** @type {QueueList} */ list) => fill({ summary, notes, cards }, list);
  const { first, refresh } = await readLive(PATH, signal, show);
  patch(
    main,
    h('div', { class: 'headline' }, h('h1', null, 'Merge queues'), summary),
    notes,
    cards,
  );
  show(/** @type {QueueList} */ (first));
  const closings = [
    openStream(`${PATH}/stream`, { on: { record: refresh, removed: refresh }, onOpen: refresh }),
    onReconnected(refresh),
    keepFresh(refresh, () => true),
  ];
  return {
    title: 'Merge queues',
    close() {
      for (const one of closings) one();
    },
  };
}

/** @param {Record<'summary' | 'notes' | 'cards', HTMLElement>} parts @param {QueueList} list */
function fill({ summary, notes, cards }, { queues, notes: unread }) {
  const waiting = queues.reduce((sum, { train }) => sum + train.length, 0);
  patch(summary, `${count(queues.length, 'queue')}, ${count(waiting, 'item')}`);
  patch(notes, ...unread.map((note) => h('p', { class: 'problem' }, note)));
  const none = 'No item has come to a stage of kind merge yet.';
  const isNone = queues.length === 0 && unread.length === 0;
  patch(cards, ...(isNone ? [nothing(none)] : queues.map(cardOf)));
}

/** @param {QueueSummary} queue */
function cardOf(queue) {
  const { address, project, branch, state, sinceMs, waitsFor, hold, train } = queue;
  return h(
    'section',
    { key: address, class: 'card queue', 'aria-label': `${project} ${branch}` },
    h(
      'header',
      null,
      h('h2', null, h('a', { href: pathOf(address) }, `${project} ${branch}`)),
      h(
        'div',
        { class: 'aside' },
        stateBadge(state),
        h('span', null, 'for ', since(sinceMs)),
        h('span', null, count(train.length, 'item')),
      ),
    ),
    h(
      'div',
      { class: 'body' },
      hold === null ? h('p', { class: 'waits' }, `Waits for ${waitsFor}`) : holdNote(hold),
      facts([...trainFacts(queue), ...otherFacts(queue)]),
    ),
  );
}

/** @param {QueueSummary} queue @returns {[string, import('./element.js').Child[]][]} */
function trainFacts(queue) {
  return groupsOf(queue).map(({ title, entries }) => [
    title,
    entries.length === 0 ? ['–'] : itemLinks(entries.map(({ item }) => item)),
  ]);
}

/** @param {QueueSummary} queue @returns {[string, import('./element.js').Child | import('./element.js').Child[]][]} */
function otherFacts({ holder, hunt, lastEnded, lastLandedAtMs }) {
  return [
    ['Hunt', hunt?.words],
    [
      'Lease',
      holder && [
        h('code', { class: 'wrap' }, holder.worker),
        `, token ${holder.token}, for `,
        since(holder.sinceMs),
      ],
    ],
    [
      'Last trial',
      lastEnded && [`${lastEnded.number}: ${lastEnded.outcome}, `, ago(lastEnded.endedAtMs)],
    ],
    ['Last landing', lastLandedAtMs && ago(lastLandedAtMs)],
  ];
}

/** @param {number} number @param {string} name */
function count(number, name) {
  return `${number} ${name}${number === 1 ? '' : 's'}`;
}
