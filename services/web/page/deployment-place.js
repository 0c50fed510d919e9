// Where an item stands in the deployment of its stage, with the way there.
import { h } from './element.js';
import { pathOf } from './path.js';
import { stateBadge } from './state-badge.js';

/** @param {NonNullable<import('../../queries/item-view.ts').ItemView['deployment']>} deployment */
export function deploymentPlace({ address, environment, state, position, length, waitsFor }) {
  const link = h('a', { href: pathOf(address) }, `deployment of ${environment}`);
  return h(
    'p',
    { class: 'standing' },
    h(
      'span',
      { class: 'wrap' },
      placeWords(position, length),
      link,
      position !== null && `: waits for ${waitsFor}`,
    ),
    stateBadge(state),
  );
}

/** @param {number | null} position @param {number} length */
function placeWords(position, length) {
  if (position === null) return 'Not in the ';
  return position === 0 ? 'Under way in the ' : `${position} of ${length} that wait for the `;
}
