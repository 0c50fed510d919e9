// The accounts that agents live by: which are suspended, why and until when, and what was used of each.
// It must never show a price that nobody has said: the server's words tell the tokens instead.
import { copyableCommand } from './copy-button.js';
import { h } from './element.js';
import { until, utc } from './moment.js';
import { nothing, table } from './section.js';
import { stateBadge } from './state-badge.js';
import { causeText } from './suspension-banner.js';

/** @typedef {import('../../queries/fleet-view.ts').FleetAccount} FleetAccount */

const HEADS = ['Account', 'State', 'Today', 'Caps of a day', 'Yesterday', 'In all'];

/** @param {readonly FleetAccount[]} accounts @param {string} none */
export function accountTable(accounts, none) {
  if (accounts.length === 0) return nothing(none);
  const rows = accounts.map((account) => [
    h('span', { class: 'wrap' }, `${account.owner} ${account.name}`),
    stateOf(account),
    account.words.today,
    account.words.caps || '–',
    account.words.yesterday,
    account.words.total,
  ]);
  return table(HEADS, rows, 'Accounts');
}

/** @param {FleetAccount} account */
function stateOf({ state, suspension, resumeCommand }) {
  if (suspension === null) return stateBadge(state);
  const { cause, evidence, untilMs } = suspension;
  return [
    stateBadge(state),
    h(
      'span',
      { class: 'under' },
      `${causeText(cause)}, until `,
      utc(untilMs),
      ', ',
      until(untilMs),
    ),
    evidence !== '' && h('span', { class: 'under wrap' }, evidence),
    resumeCommand !== null && copyableCommand(resumeCommand),
  ];
}
