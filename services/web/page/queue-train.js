// The train of a merge queue: who is tried now and together with whom, who is next, and what everybody waits for.
// It must never tell by its colour alone where an item stands.
import { h } from './element.js';
import { eventButton } from './event-button.js';
import { since } from './moment.js';
import { pathOf, runOf } from './path.js';
import { nothing } from './section.js';
import { badge } from './state-badge.js';

/**
 * @typedef {import('../../queries/queue-view.ts').TrainEntry} TrainEntry
 * @typedef {import('../../queries/queue-page-view.ts').QueuePage} QueuePage
 * @typedef {Pick<QueuePage, 'train' | 'trial' | 'hold' | 'hunt' | 'state'>} Train
 * @typedef {{ name: string, title: string, entries: TrainEntry[] }} Group
 */

/** @type {Record<TrainEntry['place'], import('./state-badge.js').Tone>} */
const TONES = {
  merging: 'busy',
  testing: 'busy',
  next: 'waiting',
  suspect: 'attention',
  alone: 'attention',
  waiting: 'dim',
};

/** What is being done with who is tried. @type {Record<string, string>} */
const DOINGS = {
  preparing: 'being merged',
  validating: 'being tested',
  merging: 'on the way to the base',
  verifying: 'being read back from the base',
};

/** What an operator may say of one item. @typedef {(entry: TrainEntry) => import('./element.js').Child[]} Words */

/** @param {Train} queue @param {Words} words */
export function trainList(queue, words) {
  const groups = groupsOf(queue);
  if (groups.length === 0) return [nothing('Nobody is in the queue.')];
  return groups.flatMap(({ name, title, entries }) => [
    h('h3', { key: `h-${name}` }, title),
    entries.length === 0
      ? nothing('No item is in it.')
      : h(
          'ol',
          {
            key: name,
            class: 'train',
            'data-group': name,
            'aria-label': title,
            start: entries[0]?.position,
          },
          ...entries.map((entry) => carOf(entry, queue.hunt, words)),
        ),
  ]);
}

/**
 * Those that are tried, the next, the suspects and the rest; a trial of the base alone is a group without anybody.
 * @param {Train} queue
 * @returns {Group[]}
 */
export function groupsOf(queue) {
  const { train, trial } = queue;
  const isTried = (/** @type {TrainEntry} */ { place }) =>
    place === 'testing' || place === 'merging';
  const tried = train.filter(isTried);
  const rest = train.filter((entry) => !isTried(entry));
  const next = rest.filter(({ isNext }) => isNext);
  const suspects = rest.filter(({ isNext, place }) => !isNext && place === 'suspect');
  const others = rest.filter(({ isNext, place }) => !isNext && place !== 'suspect');
  const groups = [
    { name: 'tried', title: triedTitle(queue, tried.length), entries: tried },
    { name: 'next', title: nextTitle(queue, next), entries: next },
    { name: 'suspects', title: 'Suspects', entries: suspects },
    { name: 'rest', title: 'Waiting', entries: others },
  ];
  return groups.filter(({ name, entries }) => {
    return entries.length > 0 || (name === 'tried' && trial !== null);
  });
}

/** @param {Train} queue @param {number} count */
function triedTitle({ trial, state }, count) {
  if (trial === null) return '';
  const name = `Trial ${trial.number}`;
  if (trial.kind === 'control') return `${name}: the base alone`;
  const together = count > 1 ? `, ${count} together` : '';
  return `${name}: ${DOINGS[state] ?? state}${together}`;
}

/** @param {Train} queue @param {TrainEntry[]} next */
function nextTitle({ trial, hold }, next) {
  const together = next.length > 1 ? `, ${next.length} together` : '';
  const held = hold === null ? '' : `, once nothing holds it up`;
  return trial === null
    ? `Next${together}${held}`
    : `Next${together}, if trial ${trial.number} lands${held}`;
}

/** @param {TrainEntry} entry @param {Train['hunt']} hunt @param {Words} words */
function carOf(entry, hunt, words) {
  const { position, item, title, headSha, place, waitsFor, enqueuedAtMs, run } = entry;
  const told = words(entry).filter(Boolean);
  return h(
    'li',
    { key: item, value: position },
    h('span', { class: 'position', 'aria-hidden': 'true' }, String(position)),
    h(
      'div',
      { class: 'who' },
      h('a', { href: pathOf(item), class: 'title' }, title || item),
      h(
        'span',
        { class: 'under' },
        h('code', null, item),
        ' ',
        h('a', { href: pathOf(run) }, runOf(run)),
        ' ',
        h('code', null, headSha.slice(0, 12)),
        ...marksOf(entry, hunt).map((mark) => h('span', { class: 'tag' }, mark)),
      ),
    ),
    badge(TONES[place], [place]),
    h('p', { class: 'why' }, 'waits for ', waitsFor),
    h('span', { class: 'age' }, since(enqueuedAtMs)),
    told.length > 0 &&
      h('div', { class: 'words', role: 'group', 'aria-label': `Events on ${item}` }, told),
  );
}

/** What is unusual about it. @param {TrainEntry} entry @param {Train['hunt']} hunt */
function marksOf({ item, priority, retries, reds, isMoved, isAdmitted, place }, hunt) {
  return [
    place !== 'suspect' && hunt?.suspects.includes(item) && 'suspect',
    priority !== 2 && `priority ${priority}`,
    reds > 0 && `${reds} red ${reds === 1 ? 'trial' : 'trials'}`,
    retries > 0 && `sent back ${retries === 1 ? 'once' : `${retries} times`}`,
    isMoved && 'moved',
    !isAdmitted && 'not admitted',
  ].flatMap((mark) => mark || []);
}

/**
 * Buttons for what may be said of one item now.
 * @param {QueuePage} queue
 * @param {() => void} onSent
 * @returns {Words}
 */
export function operatorsWords(queue, onSent) {
  const { address, state, revision, accepts, train } = queue;
  const target = { address, state, revision };
  const move = train.length > 1 ? accepts.find(({ type }) => type === 'move') : undefined;
  const eject = accepts.find(({ type }) => type === 'eject');
  return ({ item: whole, place }) => {
    const item = whole.slice(queue.project.length + 1);
    const moving = (/** @type {'first' | 'last'} */ to) =>
      move !== undefined &&
      eventButton(
        target,
        { ...move, data: { ...move.data, item, to } },
        { onSent, label: to, name: `Move ${whole} ${to}` },
      );
    const isTried = place === 'testing' || place === 'merging';
    const ejecting =
      eject !== undefined &&
      place !== 'merging' &&
      eventButton(
        target,
        { ...eject, to: isTried ? 'idle' : null, data: { ...eject.data, item } },
        { onSent, label: 'eject', name: `Eject ${whole}` },
      );
    return [moving('first'), moving('last'), ejecting];
  };
}
