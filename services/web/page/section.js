// A titled part of a page, and the small forms everything in one is shown in.
import { h } from './element.js';

/** @typedef {import('./element.js').Child} Child */

/** A part that stays while its body is brought up to date. @param {string} title @param {string} [name] by which it is styled */
export function section(title, name = '') {
  const body = h('div', { class: 'body' });
  const aside = h('div', { class: 'aside' });
  const head = h('h2', null, title);
  const heading = h('header', null, head, aside);
  const element = h('section', { class: `card ${name}`, 'aria-label': title }, heading, body);
  return { element, body, aside, title: head };
}

/** Names with what they are; those without are left out. @param {[string, Child | Child[]][]} pairs */
export function facts(pairs) {
  const known = pairs.filter(([, value]) => value !== null && value !== undefined && value !== '');
  return h(
    'dl',
    { class: 'facts' },
    ...known.flatMap(([name, value]) => [h('dt', null, name), h('dd', null, value)]),
  );
}

/**
 * @param {string[]} heads
 * @param {(Child | Child[])[][]} rows
 * @param {string} label
 */
export function table(heads, rows, label) {
  const head = heads.map((name) => h('th', { scope: 'col', role: 'columnheader' }, name));
  const lines = rows.map((cells) =>
    h(
      'tr',
      { role: 'row' },
      ...cells.map((cell, index) => h('td', { role: 'cell', 'data-head': heads[index] }, cell)),
    ),
  );
  return h(
    'div',
    { class: 'scroll' },
    // The roles are those it has anyway: a narrow page lays it out as no table.
    h(
      'table',
      { role: 'table', 'aria-label': label },
      h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, ...head)),
      h('tbody', { role: 'rowgroup' }, ...lines),
    ),
  );
}

/** @param {string} text */
export function nothing(text) {
  return h('p', { class: 'muted' }, text);
}

/** Where one is: the board, the item, the run. @param {[string, string | null][]} parts label and path */
export function crumbs(parts) {
  const links = parts.map(([label, path]) =>
    h(
      'li',
      null,
      path === null ? h('span', { 'aria-current': 'page' }, label) : h('a', { href: path }, label),
    ),
  );
  return h('nav', { class: 'crumbs', 'aria-label': 'Where you are' }, h('ol', null, ...links));
}

/** Says something to who does not see the page. @param {string} text */
export function say(text) {
  const said = document.getElementById('said');
  if (said !== null && said.textContent !== text) said.textContent = text;
}
