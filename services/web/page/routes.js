// Which view an address shows, and going from one to another without loading the page again.
// It must never leave an old view at work behind a new one.
import { h, patch } from './element.js';
import { setKeys } from './keys.js';
import { RequestError } from './request.js';

/**
 * A view that is on screen.
 * @typedef {object} View
 * @property {string} title
 * @property {() => void} close
 * @property {Promise<void>} [drawn] when it is as high as it will be
 *
 * What a view is given: its place, the names in its address, and where it was scrolled to.
 * @typedef {object} Place
 * @property {HTMLElement} main
 * @property {string[]} names
 * @property {number} scrollY
 * @property {AbortSignal} signal aborted when another view comes
 */

const NO_PAGE = 'There is no such page';
const NAME = '([^/]+)';
const ROUTES = [
  { path: /^\/$/, styles: ['board'], load: () => import('./board-view.js') },
  {
    path: new RegExp(`^/items/${NAME}/${NAME}$`),
    styles: ['card', 'table', 'chart', 'waterfall'],
    load: () => import('./item-view.js'),
  },
  {
    path: new RegExp(`^/runs/${NAME}/${NAME}/${NAME}/${NAME}$`),
    styles: ['card', 'table', 'chart', 'revision'],
    load: () => import('./run-view.js'),
  },
  {
    path: /^\/queues$/,
    styles: ['card', 'table', 'queue'],
    load: () => import('./queues-view.js'),
  },
  {
    path: new RegExp(`^/queues/${NAME}/${NAME}$`),
    styles: ['card', 'table', 'chart', 'queue'],
    load: () => import('./queue-view.js'),
  },
  {
    path: /^\/deployments$/,
    styles: ['card', 'table', 'queue', 'deployment'],
    load: () => import('./deployments-view.js'),
  },
  {
    path: new RegExp(`^/deployments/${NAME}/${NAME}$`),
    styles: ['card', 'table', 'chart', 'queue', 'deployment'],
    load: () => import('./deployment-view.js'),
  },
  { path: /^\/fleet$/, styles: ['card', 'table'], load: () => import('./fleet-view.js') },
];

/** @type {View | null} */
let current = null;
let leave = new AbortController();

export function startRouting() {
  history.scrollRestoration = 'manual';
  // Before an address is left, whichever way: by then it cannot be told any more where it was scrolled to.
  addEventListener('scrollend', keepPlace);
  addEventListener('popstate', (event) => void show(event.state?.scrollY ?? 0));
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
    const to = link && destinationOf(link);
    if (!to || !isPlain(event)) return;
    event.preventDefault();
    if (to.hash === '') go(to.pathname + to.search);
    else document.getElementById(to.hash.slice(1))?.focus();
  });
  return show(history.state?.scrollY ?? 0, true);
}

function keepPlace() {
  if (history.state?.scrollY !== scrollY) history.replaceState({ ...history.state, scrollY }, '');
}

/** @param {string} path */
function go(path) {
  keepPlace();
  if (path !== location.pathname + location.search) history.pushState(null, '', path);
  void show(0);
}

/**
 * @param {number} scrollY
 * @param {boolean} [isFirst] then the focus stays where the page begins: the first stop leads to the content
 */
async function show(scrollY, isFirst = false) {
  leave.abort();
  leave = new AbortController();
  const { signal } = leave;
  current?.close();
  current = null;
  setKeys([]);
  markPresent();
  const main = h('main', { id: 'main', tabindex: '-1' }, h('p', { class: 'loading' }, 'Loading …'));
  document.getElementById('main')?.replaceWith(main);
  const opened = await open({ main, scrollY, signal });
  // Somebody has gone on meanwhile.
  if (signal.aborted) return opened?.close();
  current = opened;
  document.title = opened === null ? 'onceward' : `${opened.title} · onceward`;
  if (scrollY !== 0) await opened?.drawn;
  else if (!isFirst) main.focus({ preventScroll: true });
  if (!signal.aborted) scrollTo(0, scrollY);
}

/**
 * @param {Omit<Place, 'names'>} place
 * @returns {Promise<View | null>}
 */
async function open(place) {
  const path = location.pathname;
  const route = ROUTES.find((one) => one.path.test(path));
  if (route === undefined) return showProblem(place.main, NO_PAGE, [path], false);
  try {
    const names = (route.path.exec(path) ?? []).slice(1).map(decodeURIComponent);
    const [{ openView }] = await Promise.all([route.load(), ...route.styles.map(loadStyle)]);
    return await openView({ ...place, names });
  } catch (error) {
    if (place.signal.aborted) return null;
    // What no name can be read from.
    if (error instanceof URIError) return showProblem(place.main, NO_PAGE, [path], false);
    const { message, hint } = /** @type {RequestError} */ (error);
    const isMissing = error instanceof RequestError && error.status === 404;
    const title = isMissing ? 'Not found' : 'This cannot be shown';
    return showProblem(place.main, title, [message, hint], true);
  }
}

/** What only some views need is loaded with the first of them. @param {string} name */
function loadStyle(name) {
  const href = `/page/${name}.css`;
  if (document.querySelector(`link[href="${href}"]`) !== null) return null;
  const link = h('link', { rel: 'stylesheet', href });
  const isThere = new Promise((resolve) => {
    link.onload = resolve;
    link.onerror = resolve;
  });
  document.head.append(link);
  return isThere;
}

/**
 * @param {HTMLElement} main
 * @param {string} title
 * @param {(string | undefined)[]} told what is wrong, and a hint
 * @param {boolean} canRetry
 * @returns {View}
 */
function showProblem(main, title, [message, hint], canRetry) {
  const again = canRetry && h('button', { onclick: () => void show(0) }, 'Try again');
  const lines = [
    h('p', { class: 'wrap' }, message),
    hint && h('p', { class: 'muted' }, hint),
    h('p', { class: 'buttons' }, h('a', { href: '/', class: 'button' }, 'To the board'), again),
  ];
  patch(main, h('div', { class: 'empty', role: 'alert' }, h('h1', null, title), ...lines));
  return { title, close() {} };
}

function markPresent() {
  for (const link of document.querySelectorAll('nav a')) {
    const isHere = link.getAttribute('href') === location.pathname;
    if (isHere) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
}

/** A click that asks for nothing special, such as a new tab. @param {MouseEvent} event */
function isPlain(event) {
  const isModified = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
  return event.button === 0 && !isModified && !event.defaultPrevented;
}

/** Where a link leads, when that is a view of this page. Links in charts are none of HTML. @param {Element} link */
function destinationOf(link) {
  if (link.hasAttribute('target') || link.hasAttribute('download')) return null;
  const to = new URL(link.getAttribute('href') ?? '', location.href);
  const isView = to.origin === location.origin && ROUTES.some(({ path }) => path.test(to.pathname));
  return isView ? to : null;
}
