// The ways an event could have gone, and which of them were closed by what: "why was it refused?"
import { h } from './element.js';

/** @typedef {import('../../queries/why-view.ts').Candidate} Candidate */

const ANSWERS = /** @type {const} */ ({
  true: ['yes', '✓ holds'],
  false: ['no', '✕ does not hold'],
  null: ['none', '– not tried'],
});

/** @param {readonly Candidate[]} candidates */
export function candidateTable(candidates) {
  if (candidates.length === 0) return null;
  return h(
    'ul',
    { class: 'candidates' },
    ...candidates.map(({ from, to, guard, asks, holds }) => {
      const [is, says] = ANSWERS[/** @type {keyof typeof ANSWERS} */ (String(holds))];
      return h(
        'li',
        null,
        h('span', { class: 'way' }, `${from || 'anywhere'} → ${to ?? 'stays'}`),
        h('span', { class: 'answer', 'data-is': is }, says),
        h(
          'span',
          { class: 'asks' },
          guard && h('code', null, guard),
          guard && ' ',
          asks || 'asks nothing',
        ),
      );
    }),
  );
}
