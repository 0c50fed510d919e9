// The keys that work everywhere, and those the present view adds.
// It must never take a key away from a field people type into.
import { h } from './element.js';

/** @typedef {{ keys: string[], does: string, act: () => void }} Key */

/** @type {readonly Key[]} */
let keysOfView = [];

/** @type {readonly Key[]} */
const EVERYWHERE = [
  { keys: ['?'], does: 'show these keys', act: () => void showKeys() },
  { keys: ['b'], does: 'go to the board', act: () => follow('/') },
  { keys: ['q'], does: 'go to the merge queues', act: () => follow('/queues') },
  { keys: ['d'], does: 'go to the deployments', act: () => follow('/deployments') },
  { keys: ['f'], does: 'go to the fleet', act: () => follow('/fleet') },
];

/** What is only told: the browser does it. */
const BY_THE_BROWSER = [
  { keys: ['Tab'], does: 'go to the next thing that can be used' },
  { keys: ['Enter'], does: 'open or press it' },
  { keys: ['Esc'], does: 'close a dialog, leave a field' },
];

/** @type {Record<string, string>} */
const SIGNS = { ArrowDown: '↓', ArrowUp: '↑', ArrowLeft: '←', ArrowRight: '→' };

/** The present view's keys, in place of those of the one before. @param {readonly Key[]} keys */
export function setKeys(keys) {
  keysOfView = keys;
}

export function startListening() {
  document.addEventListener('keydown', (event) => {
    if (document.querySelector('dialog[open]') || event.ctrlKey || event.metaKey || event.altKey)
      return;
    if (isTyping(event.target)) {
      if (event.key === 'Escape') leaveField(event);
      return;
    }
    const found = [...keysOfView, ...EVERYWHERE].find(({ keys }) => keys.includes(event.key));
    if (found === undefined || isScrolling(event)) return;
    event.preventDefault();
    found.act();
  });
}

export async function showKeys() {
  const { tell } = await import('./dialog.js');
  const rows = [...keysOfView, ...EVERYWHERE, ...BY_THE_BROWSER].map(({ keys, does }) => [
    h('dt', null, ...keys.map((key) => h('kbd', null, SIGNS[key] ?? key))),
    h('dd', null, does),
  ]);
  return tell('Keys', [h('dl', { class: 'keys' }, rows.flat())]);
}

/** The browser would also empty a search field. @param {KeyboardEvent} event */
function leaveField(event) {
  event.preventDefault();
  /** @type {HTMLElement} */ (event.target).blur();
}

/** @param {EventTarget | null} target */
function isTyping(target) {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !['checkbox', 'range'].includes(target.type);
  return ['TEXTAREA', 'SELECT'].includes(target.tagName);
}

/** The arrows belong to a box that is scrolled by them. @param {KeyboardEvent} event */
function isScrolling({ key, target }) {
  const isIn =
    target instanceof Element && target.closest('.chart, .scroll, .log, .audit') !== null;
  return isIn && key.startsWith('Arrow');
}

/** By the link that is there, so that it is followed as any other. @param {string} path */
function follow(path) {
  const link = document.querySelector(`nav a[href="${path}"]`);
  if (link instanceof HTMLElement) link.click();
}
