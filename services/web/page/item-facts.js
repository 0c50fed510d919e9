// The small parts of an item's page: its budgets, links, cost and texts.
import { h } from './element.js';
import { ago } from './moment.js';
import { facts, nothing } from './section.js';

/** @typedef {import('../../queries/item-view.ts').ItemView} ItemView */

/** @param {ItemView['budgets']} budgets */
export function budgetList(budgets) {
  if (budgets.length === 0) return nothing('Nothing has been spent.');
  const rows = budgets.map(({ stage, budget, spent, allowed }) => {
    const isSpent = spent >= allowed;
    return h(
      'li',
      { 'data-spent': isSpent },
      h('span', null, `${stage}, ${budget}`),
      gauge(spent / Math.max(1, allowed)),
      h('strong', null, `${spent} of ${allowed}`),
    );
  });
  return h('ul', { class: 'budgets' }, ...rows);
}

/** The numbers stand beside it. @param {number} part */
function gauge(part) {
  const width = `${Math.min(1, part) * 100}%`;
  return h('span', { class: 'gauge', 'aria-hidden': 'true' }, h('i', { css: { width } }));
}

/** @param {ItemView} item */
export function itemFacts(item) {
  return facts([
    ...item.links.map(linkPair),
    ['Opened by', h('span', { class: 'wrap' }, item.by)],
    [
      'Pipeline',
      [item.pipeline.name, ' ', h('code', { class: 'muted' }, item.pipeline.digest.slice(0, 8))],
    ],
    ['Heard', item.heard && [heardText(item.heard), ', ', ago(item.heard.atMs)]],
    ['Landed', item.isLanded ? 'yes, seen on the base branch' : null],
    ['Cost', costText(item.cost)],
  ]);
}

/** @param {NonNullable<ItemView['heard']>} heard */
function heardText({ verb, by }) {
  return h('span', { class: 'wrap' }, `${verb}, said by ${by}`);
}

/** @param {ItemView['cost']} cost */
export function costText({ usage, words }) {
  return usage === null ? h('span', { class: 'muted' }, words) : words;
}

/** @param {ItemView} item */
export function itemTexts({ body, feedback, ending }) {
  /** @type {[string, string][]} */
  const texts = [
    ['How it ended', ending ?? ''],
    ['Why the last attempt failed', feedback],
    ['What is to be done', body],
  ];
  return texts
    .filter(([, text]) => text !== '')
    .map(([title, text]) =>
      h(
        'details',
        { key: title, open: title !== 'What is to be done' },
        h('summary', null, title),
        h('pre', { class: 'text' }, text),
      ),
    );
}

/**
 * The server lets through only http and https; the page does not take its word for it.
 * @param {ItemView['links'][number]} link
 * @returns {[string, import('./element.js').Child]}
 */
function linkPair({ label, url, text }) {
  const isSafe = url !== null && /^https?:\/\//i.test(url);
  const props = { href: url, rel: 'noreferrer noopener', target: '_blank', class: 'wrap' };
  return [label, isSafe ? h('a', props, text) : h('code', { class: 'wrap' }, text)];
}
