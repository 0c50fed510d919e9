// The board's list: only the rows in view are in the document, however many there are.
// It must never lose the row a person is on when rows come, go or change their order.
import { emptyRow, fillRow, headRow } from './board-row.js';
import { h } from './element.js';

/**
 * @typedef {import('./board-row.js').ItemRow} ItemRow
 * @typedef {import('./board-pages.js').BoardPages} BoardPages
 * @typedef {{ element: HTMLElement, row: ItemRow | null }} ShownRow
 */

/** Rows kept ready above and below. */
const MORE_ROWS = 8;
const LEAST_ROW_HEIGHT = 20;

export class BoardList {
  #body = h('div', { class: 'rows', role: 'rowgroup' });
  #head = headRow();
  #pages;
  #total = 0;
  /** By address, or by place while it has not come. @type {Map<string, ShownRow>} */
  #shown = new Map();
  /** The row a person is on. */
  #active = { index: 0, address: '' };
  #isFocusWanted = false;

  /** @param {BoardPages} pages */
  constructor(pages) {
    this.#pages = pages;
    this.table = h(
      'div',
      { class: 'board', role: 'table', 'aria-label': 'Items' },
      h('div', { class: 'heads', role: 'rowgroup' }, this.#head),
      this.#body,
    );
    this.#body.addEventListener('focusin', ({ target }) => this.#notice(target));
  }

  /** @param {number} total */
  setTotal(total) {
    this.#total = total;
    const index = this.#pages.indexOf(this.#active.address) ?? this.#active.index;
    this.#active.index = Math.max(0, Math.min(index, total - 1));
    this.table.setAttribute('aria-rowcount', String(total + 1));
  }

  render() {
    const height = this.#rowHeight();
    this.#body.style.height = `${this.#total * height}px`;
    const range = this.#rangeInView(height);
    this.#pages.show(range);
    /** @type {Map<string, ShownRow>} */
    const kept = new Map();
    for (let index = range.first; index <= range.last; index += 1) {
      const row = this.#pages.rowAt(index);
      kept.set(row?.address ?? `#${index}`, this.#place(row, index, height));
    }
    for (const [key, { element }] of this.#shown) if (!kept.has(key)) element.remove();
    this.#shown = kept;
    putInOrder(
      this.#body,
      [...kept.values()].map(({ element }) => element),
    );
    if (this.#isFocusWanted) this.#focusActive();
  }

  /** So many rows down, or up when it is negative. The first time it only comes to the list. @param {number} steps */
  move(steps) {
    const isThere = this.#body.contains(document.activeElement) || this.#active.address !== '';
    const index = this.#active.index + (isThere || Math.abs(steps) > 1 ? steps : 0);
    this.#active = { index: Math.max(0, Math.min(index, this.#total - 1)), address: '' };
    this.#isFocusWanted = true;
    this.#bringIntoView(this.#active.index);
    this.render();
  }

  /** For other rows. */
  rest() {
    this.#active = { index: 0, address: '' };
    const top = this.table.getBoundingClientRect().top + scrollY;
    if (scrollY > top) scrollTo(0, 0);
  }

  /** @param {ItemRow | null} row @param {number} index @param {number} height @returns {ShownRow} */
  #place(row, index, height) {
    const before = this.#shown.get(row?.address ?? `#${index}`);
    const element = before?.element ?? emptyRow();
    const isActive = index === this.#active.index;
    if (row !== null) fillRow(element, row, { before: before?.row ?? null, isActive });
    element.setAttribute('aria-rowindex', String(index + 2));
    element.style.transform = `translateY(${index * height}px)`;
    return { element, row };
  }

  #focusActive() {
    const row = this.#pages.rowAt(this.#active.index);
    const link = row && this.#shown.get(row.address)?.element.querySelector('a');
    if (!link) return;
    this.#isFocusWanted = false;
    link.focus({ preventScroll: true });
  }

  /** @param {EventTarget | null} target */
  #notice(target) {
    for (const [address, { element, row }] of this.#shown) {
      if (row === null || !element.contains(/** @type {Node | null} */ (target))) continue;
      this.#active = { index: this.#pages.indexOf(address) ?? this.#active.index, address };
      element.querySelector('a')?.setAttribute('tabindex', '0');
    }
  }

  /** @param {number} height */
  #rangeInView(height) {
    const above = Math.max(0, -this.#body.getBoundingClientRect().top);
    const first = Math.floor(above / height) - MORE_ROWS;
    const last = Math.ceil((above + innerHeight) / height) + MORE_ROWS;
    return { first: Math.max(0, first), last: Math.min(this.#total - 1, last) };
  }

  /** @param {number} index */
  #bringIntoView(index) {
    const height = this.#rowHeight();
    const top = this.#body.getBoundingClientRect().top + index * height;
    const covered = Math.max(0, this.#head.getBoundingClientRect().bottom);
    if (top < covered) scrollBy(0, top - covered);
    else if (top + height > innerHeight) scrollBy(0, top + height - innerHeight);
  }

  #rowHeight() {
    const set = getComputedStyle(this.#body).getPropertyValue('--row-height');
    return Math.max(LEAST_ROW_HEIGHT, Number.parseFloat(set) || 0);
  }
}

/**
 * Moves everything but the element that has the focus: moving that would lose it.
 * @param {HTMLElement} body
 * @param {HTMLElement[]} elements
 */
function putInOrder(body, elements) {
  if (elements.every((element, index) => body.children[index] === element)) return;
  const focused = elements.find((element) => element.contains(document.activeElement)) ?? null;
  const at = focused === null ? elements.length : elements.indexOf(focused);
  for (const element of elements.slice(0, at)) body.insertBefore(element, focused);
  for (const element of elements.slice(at)) if (element !== focused) body.append(element);
}
