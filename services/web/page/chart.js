// A chart drawn by the server, taken into the page so that it can be lit while things happen.
// It must never let anything in but shapes and text, whatever the answer holds.
import { h } from './element.js';
import { getText } from './request.js';

const FORBIDDEN = 'script, foreignObject, style, image, animate, set, iframe';
const FLASH_MS = 1_600;
/** So that its words can be read: a machine that is fitted has larger ones. Beyond that, a part of it is shown. */
const LEAST_SCALES = { machine: 0.54, pipeline: 0.7 };

/** @param {string} path @param {AbortSignal} signal @returns {Promise<SVGElement>} */
async function loadChart(path, signal) {
  const text = await getText(path, { signal });
  const parsed = new DOMParser().parseFromString(text, 'image/svg+xml').documentElement;
  if (parsed.nodeName !== 'svg') throw new Error('the chart is no SVG');
  for (const element of parsed.querySelectorAll(FORBIDDEN)) element.remove();
  for (const element of [parsed, ...parsed.querySelectorAll('*')]) clean(element);
  return /** @type {SVGElement} */ (/** @type {unknown} */ (document.importNode(parsed, true)));
}

/** @param {Element} element */
function clean(element) {
  for (const { name, value } of [...element.attributes]) {
    const isElsewhere = /href$/i.test(name) && !value.startsWith('#');
    if (/^on/i.test(name) || name === 'style' || isElsewhere) element.removeAttribute(name);
  }
}

/**
 * A box with a chart in it, which may be wider than the page.
 * @param {{ path: string, label: string, signal: AbortSignal, onLoad?: (svg: SVGElement) => void }} options `onLoad` puts
 *   links into it: then it is no mere picture
 */
export function createChart({ path, label, signal, onLoad }) {
  const role = onLoad === undefined ? 'img' : 'group';
  const box = h('div', { class: 'chart', tabindex: '0', role, 'aria-label': label });
  /** @type {SVGElement | null} */
  let svg = null;
  let lit = '';

  const reload = () =>
    loadChart(path, signal).then(
      (loaded) => {
        svg = loaded;
        keepReadable(loaded);
        box.replaceChildren(loaded);
        light(lit);
        showActive();
        if (onLoad === undefined) return;
        loaded.removeAttribute('role');
        onLoad(loaded);
      },
      (error) => {
        if (signal.aborted || svg !== null) return;
        box.replaceChildren(h('p', { class: 'problem' }, `No chart: ${error.message}`));
      },
    );

  const zoom = h('button', { class: 'quiet', type: 'button' }, 'Full size');
  const setBig = (/** @type {boolean} */ isBig) => {
    box.classList.toggle('big', isBig);
    zoom.setAttribute('aria-pressed', String(isBig));
    zoom.textContent = isBig ? 'Fit' : 'Full size';
    showActive();
  };
  zoom.onclick = () => setBig(!box.classList.contains('big'));

  /** Lights a state and the states around it; a pipeline comes lit. @param {string} state */
  const light = (state) => {
    const isOther = state !== lit;
    lit = state;
    if (state === '') return;
    box.setAttribute('aria-label', `${label}: ${state}`);
    for (const group of svg?.querySelectorAll('[data-state]') ?? []) {
      const name = group.getAttribute('data-state') ?? '';
      group.classList.toggle('active', name === state);
      group.classList.toggle('around', state.startsWith(`${name}.`));
    }
    // Whoever has scrolled elsewhere stays there until something happens.
    if (isOther) showActive();
  };
  const showActive = () => {
    const active = svg?.querySelector('.active');
    if (active) keepInView(box, active);
  };

  /** Shows which way was just taken. @param {Step} step */
  const flash = (step) => {
    for (const name of ['taken', 'entered']) {
      for (const element of box.querySelectorAll(`.${name}`)) element.classList.remove(name);
    }
    for (const edge of svg?.querySelectorAll('[data-event]') ?? []) {
      if (isTaken(edge, step)) pulse(edge, 'taken');
    }
    for (const group of svg?.querySelectorAll('[data-state].active') ?? []) pulse(group, 'entered');
  };

  box.append(h('p', { class: 'loading' }, 'Drawing the chart …'));
  // To read it, a small screen has to show a part of it.
  setBig(matchMedia('(max-width: 640px)').matches);
  // Resolves once it is there, or cannot be.
  const drawn = reload();
  return { box, zoom, light, showActive, flash, reload, drawn };
}

/**
 * An edge may stand for several events, and begin at a parent of the state that was left.
 * @typedef {{ from: string | null, to: string, event: string }} Step
 * @param {Element} edge
 * @param {Step} step
 */
function isTaken(edge, { from, to, event }) {
  const events = (edge.getAttribute('data-event') ?? '').split(' ');
  const begins = edge.getAttribute('data-from') ?? '';
  const ends = edge.getAttribute('data-to') || begins;
  const isFrom = from === null || from === begins || from.startsWith(`${begins}.`);
  return events.includes(event) && isFrom && ends === to;
}

/** @param {Element} element @param {string} name */
function pulse(element, name) {
  element.classList.add(name);
  const timing = { duration: FLASH_MS };
  element.animate([{}, {}], timing).onfinish = () => element.classList.remove(name);
}

/** @param {SVGElement} svg */
function keepReadable(svg) {
  const scale = svg.classList.contains('machine') ? LEAST_SCALES.machine : LEAST_SCALES.pipeline;
  const width = Number(svg.getAttribute('width')) || 0;
  svg.style.setProperty('--least-width', `${Math.round(width * scale)}px`);
}

/** Scrolls the box and nothing else. @param {HTMLElement} box @param {Element} element */
function keepInView(box, element) {
  const inner = element.getBoundingClientRect();
  const outer = box.getBoundingClientRect();
  if (inner.left >= outer.left && inner.right <= outer.right) return;
  box.scrollBy({ left: (inner.left + inner.right - outer.left - outer.right) / 2 });
}

/** Links that save the chart. @param {string} stem path without its ending @param {string} [query] */
export function exportLinks(stem, query = '') {
  const kinds = /** @type {const} */ ([
    ['svg', 'SVG'],
    ['png', 'PNG'],
    ['mmd', 'Mermaid'],
  ]);
  const links = kinds.map(([ending, label]) =>
    h('a', { href: `${stem}.${ending}${query}`, download: '', class: 'export' }, label),
  );
  return h('span', { class: 'exports' }, 'Save as', ...links);
}
