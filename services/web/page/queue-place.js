// Where an item stands in the merge queue of its base branch, with the way there.
import { h } from './element.js';
import { pathOf } from './path.js';
import { stateBadge } from './state-badge.js';

/** @param {NonNullable<import('../../queries/item-view.ts').ItemView['queue']>} queue */
export function queuePlace({ address, branch, state, position, length, place, waitsFor }) {
  const link = h('a', { href: pathOf(address) }, `merge queue of ${branch}`);
  const isKnown = position !== null;
  return h(
    'p',
    { class: 'standing' },
    h(
      'span',
      { class: 'wrap' },
      isKnown ? `${position} of ${length} in the ` : 'Not in the ',
      link,
      isKnown && `, ${place}: waits for ${waitsFor}`,
    ),
    stateBadge(state),
  );
}
