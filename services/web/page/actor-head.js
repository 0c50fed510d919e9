// The head of an actor's page: what it is, in which state and since when, and the words it would take now.
// It must never offer a word that the machine would refuse.
import { h } from './element.js';
import { eventButton } from './event-button.js';
import { since } from './moment.js';
import { stateBadge } from './state-badge.js';

/**
 * @param {object} given
 * @param {string} given.name
 * @param {string} given.project
 * @param {string} given.state
 * @param {number} given.sinceMs
 * @param {number} given.revision
 */
export function standingOf({ name, project, state, sinceMs, revision }) {
  return [
    h('h1', null, name, h('span', { class: 'muted' }, ` of ${project}`)),
    h(
      'p',
      { class: 'standing', role: 'status' },
      stateBadge(state),
      h('span', null, 'for ', since(sinceMs)),
      h('span', { class: 'muted' }, `revision ${revision}`),
    ),
  ];
}

/**
 * Null where none of them would be accepted.
 * @param {{ address: string, state: string, revision: number, accepts: import('../../queries/run-view.ts').AcceptableEvent[] }} actor
 * @param {readonly string[]} types
 * @param {() => void} refresh
 */
export function wordButtons({ address, state, revision, accepts }, types, refresh) {
  const words = accepts.filter(({ type }) => types.includes(type));
  if (words.length === 0) return null;
  const target = { address, state, revision };
  return h(
    'div',
    { class: 'buttons', role: 'group', 'aria-label': 'Events that would be accepted now' },
    words.map((event) => eventButton(target, event, { onSent: refresh })),
  );
}
