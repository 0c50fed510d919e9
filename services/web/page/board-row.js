// One item as a row of the board.
// It must never be higher than every other row: the list counts on it.
import { h, patch } from './element.js';
import { ago, since } from './moment.js';
import { pathOf } from './path.js';
import { stateBadge } from './state-badge.js';

/** @typedef {import('../../queries/rows.ts').ItemRow} ItemRow */

const FLASH_MS = 1_400;

export function headRow() {
  const names = ['State', 'Item', 'Stage', 'For', 'Held by'];
  const cells = names.map((name) => h('span', { role: 'columnheader' }, name));
  return h('div', { class: 'row head', role: 'row' }, ...cells);
}

export function emptyRow() {
  return h('div', { class: 'row', role: 'row' });
}

/**
 * @param {HTMLElement} element
 * @param {ItemRow} row
 * @param {{ before: ItemRow | null, isActive: boolean }} options by Tab one row is reached, the others by the arrows
 */
export function fillRow(element, row, { before, isActive }) {
  if (before !== row) patch(element, ...cellsOf(row));
  element.querySelector('a')?.setAttribute('tabindex', isActive ? '0' : '-1');
  if (before !== null && before.revision !== row.revision) flash(element);
}

/** @param {ItemRow} row */
function cellsOf(row) {
  const { address, title, state, parking, holder } = row;
  const why = parking === null ? '' : `${parking.reason}: ${parking.message}`;
  const shown = row.endedAtMs === null ? since(row.sinceMs) : ago(row.endedAtMs);
  return [
    cell('state', stateBadge(state)),
    cell(
      'item',
      h('a', { href: pathOf(address), class: 'title', title }, title || address),
      h(
        'span',
        { class: 'under' },
        h('code', null, address),
        row.isArchived && h('span', { class: 'tag' }, 'archived'),
        why !== '' && h('em', { title: why }, why),
      ),
    ),
    cell('stage', h('span', { class: 'clip' }, stageOf(row))),
    cell('age', shown),
    cell('holder', h('span', { class: 'clip', title: holder }, holder ?? '–')),
  ];
}

/** @param {ItemRow} row */
function stageOf({ stage, attempt }) {
  if (stage === null) return '–';
  return attempt === null ? stage : `${stage}/${attempt}`;
}

/** @param {string} name @param {...import('./element.js').Child} content */
function cell(name, ...content) {
  return h('div', { class: `cell-${name}`, role: 'cell' }, ...content);
}

/** @param {HTMLElement} element */
function flash(element) {
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
  const colour = getComputedStyle(element).getPropertyValue('--accent-soft');
  element.animate([{ backgroundColor: colour }, {}], { duration: FLASH_MS, easing: 'ease-out' });
}
