// Why a deployment waits for a person, and what that person may say.
// It must never offer a word without what it leads to, nor let an override pass for anything else.
import { h } from './element.js';
import { eventButton } from './event-button.js';
import { since } from './moment.js';

/**
 * @typedef {import('../../queries/deployment-page-view.ts').DeploymentPage} DeploymentPage
 * @typedef {NonNullable<DeploymentPage['hold']>} Hold
 */

/** What a person may say with it. */
const SCHEMA = {
  type: 'object',
  properties: {
    decision: { type: 'string', enum: ['retry', 'accept', 'reject'] },
    reason: { type: 'string', maxLength: 4_000 },
    by: { type: 'string' },
  },
};

/** @param {Hold} hold */
export function holdNote({ cause, reason, by, sinceMs }) {
  return h(
    'p',
    { class: 'parking' },
    h('strong', null, `▲ a person decides: ${cause.replaceAll('-', ' ')}`),
    reason === '' ? '' : `: ${reason}`,
    h('span', { class: 'under' }, `by ${by}, for `, since(sinceMs)),
  );
}

/** @param {DeploymentPage} deployment @param {() => void} onSent */
export function decisionList({ hold, address, state, revision }, onSent) {
  if (hold === null) return [];
  const target = { address, state, revision };
  const decisions = hold.decisions.map(({ decision, to, does, isOverride }) => {
    const data = { by: 'operator', decision, reason: '' };
    const event = { type: 'release', data, to, schema: SCHEMA };
    return h(
      'li',
      { key: decision },
      eventButton(target, event, { onSent, label: decision, name: `Release: ${decision}` }),
      h('span', null, isOverride && h('strong', null, 'Override: '), does),
    );
  });
  return [h('ul', { class: 'decisions', 'aria-label': 'What a person may decide' }, ...decisions)];
}
