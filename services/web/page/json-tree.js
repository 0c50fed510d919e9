// JSON as a tree that can be opened and closed. Plain text only, and never more of it than can be read.
import { h } from './element.js';
import { timeOfDay } from './moment.js';

const MAX_ENTRIES = 200;
const MAX_TEXT = 2_000;
/** Numbers that are moments of these decades, in epoch milliseconds: they are told as a time, too. */
const MOMENTS = { fromMs: 1.5e12, toMs: 2.5e12 };
/** Levels that stand open at first. */
const OPEN_LEVELS = 2;

/**
 * @param {unknown} value
 * @param {{ changed?: ReadonlySet<string>, label?: string }} [options] `changed` holds paths such as `context.exit.code`
 */
export function jsonTree(value, { changed = new Set(), label } = {}) {
  const tree = h(
    'div',
    { class: 'json' },
    nodeOf(value, { name: '', path: '', level: 0, changed }),
  );
  if (label !== undefined) tree.setAttribute('aria-label', label);
  return tree;
}

/** One value on one line, for a table. @param {unknown} value */
export function jsonLine(value) {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return h('code', { class: 'value', 'data-is': typeOf(value) }, clipped(text), momentOf(value));
}

/**
 * @typedef {{ name: string, path: string, level: number, changed: ReadonlySet<string> }} Spot
 * @param {unknown} value
 * @param {Spot} spot
 * @returns {HTMLElement}
 */
function nodeOf(value, spot) {
  const isBranch = typeof value === 'object' && value !== null;
  const entries = isBranch ? Object.entries(value) : [];
  if (entries.length === 0) return leafOf(value, spot);
  const isOpen = spot.level < OPEN_LEVELS || holdsChange(spot);
  return h(
    'details',
    { open: isOpen, key: spot.path || 'root', class: isChanged(spot) && 'changed' },
    h('summary', null, nameOf(spot), h('span', { class: 'muted' }, sizeOf(value, entries))),
    ...entries.slice(0, MAX_ENTRIES).map(([name, child]) => nodeOf(child, below(spot, name))),
    entries.length > MAX_ENTRIES &&
      h('p', { class: 'muted' }, `${entries.length - MAX_ENTRIES} more`),
  );
}

/** @param {unknown} value @param {Spot} spot */
function leafOf(value, spot) {
  const text = clipped(JSON.stringify(value) ?? 'nothing');
  return h(
    'div',
    { class: isChanged(spot) ? 'leaf changed' : 'leaf', key: spot.path || 'root' },
    nameOf(spot),
    h('span', { class: 'value', 'data-is': typeOf(value) }, text),
    momentOf(value),
  );
}

/** @param {unknown} value */
function momentOf(value) {
  const isMoment = typeof value === 'number' && value >= MOMENTS.fromMs && value < MOMENTS.toMs;
  return isMoment && h('span', { class: 'moment muted' }, timeOfDay(value));
}

/** @param {Spot} spot @param {string} name @returns {Spot} */
function below({ path, level, changed }, name) {
  return { name, path: path === '' ? name : `${path}.${name}`, level: level + 1, changed };
}

/** @param {Spot} spot */
function nameOf({ name }) {
  return name !== '' && h('span', { class: 'name' }, `${name}: `);
}

/** @param {Spot} spot */
function isChanged({ path, changed }) {
  return changed.has(path);
}

/** @param {Spot} spot */
function holdsChange({ path, changed }) {
  return [...changed].some((one) => one.startsWith(`${path}.`));
}

/** @param {unknown} value @param {unknown[]} entries */
function sizeOf(value, entries) {
  return Array.isArray(value) ? `[${entries.length}]` : `{${entries.length}}`;
}

/** @param {string} text */
function clipped(text) {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}… (${text.length} characters)` : text;
}

/** @param {unknown} value */
function typeOf(value) {
  return value === null || value === undefined ? 'none' : typeof value;
}
