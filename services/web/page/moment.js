// Times and durations as people read them, kept up to date on screen.
// It must never keep a list of them: what is in the document is what ticks.
import { every, nowMs } from './clock.js';
import { h } from './element.js';

const UNITS = /** @type {const} */ ([
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1_000, 's'],
]);

/** Begins to tick. Nothing needs to be said of elements that come or go. */
export function startTicking() {
  every(1_000, () => {
    if (document.hidden) return;
    for (const element of document.querySelectorAll('time[data-how]')) tick(element);
  });
}

/** `5 min ago`. @param {number | null | undefined} atMs */
export function ago(atMs) {
  return timeElement(atMs, 'ago');
}

/** `5 min`: how long since. @param {number | null | undefined} sinceMs */
export function since(sinceMs) {
  return timeElement(sinceMs, 'since');
}

/** `in 5 min`, counting down. @param {number | null | undefined} dueAtMs */
export function until(dueAtMs) {
  return timeElement(dueAtMs, 'until');
}

/** `14:03:21.125` of today, with the date when it is another day. @param {number} atMs */
export function timeOfDay(atMs) {
  const at = new Date(atMs);
  const time = `${at.toLocaleTimeString('en-GB')}.${String(at.getMilliseconds()).padStart(3, '0')}`;
  const isToday = at.toDateString() === new Date(nowMs()).toDateString();
  const text = isToday ? time : `${at.toLocaleDateString('en-CA')} ${time}`;
  return h('time', { datetime: isoOf(atMs), title: isoOf(atMs) }, text);
}

/** `14:00 UTC`, with the date when it is another day: a time that a provider names is read by many. @param {number} atMs */
export function utc(atMs) {
  const iso = isoOf(atMs);
  const isToday = iso.slice(0, 10) === isoOf(nowMs()).slice(0, 10);
  const text = `${isToday ? '' : `${iso.slice(0, 10)} `}${iso.slice(11, 16)} UTC`;
  return h('time', { datetime: iso, title: iso }, iso === '' ? 'an unknown time' : text);
}

/**
 * Two units at most: `2 d 4 h`, `1 min 5 s`, `0.4 s`.
 * @param {number} ms
 */
export function duration(ms) {
  if (ms < 10_000) return `${(Math.max(0, ms) / 1_000).toFixed(1)} s`;
  const first = UNITS.findIndex(([unitMs]) => ms >= unitMs);
  const [unitMs, unit] = UNITS[first] ?? UNITS[3];
  const [nextMs, next] = UNITS[first + 1] ?? [0, ''];
  const count = Math.floor(ms / unitMs);
  const rest = nextMs === 0 ? 0 : Math.floor((ms % unitMs) / nextMs);
  return rest === 0 ? `${count} ${unit}` : `${count} ${unit} ${rest} ${next}`;
}

/**
 * @param {number | null | undefined} atMs
 * @param {'ago' | 'since' | 'until'} how
 */
function timeElement(atMs, how) {
  if (atMs === null || atMs === undefined) return h('span', { class: 'muted' }, '–');
  const iso = isoOf(atMs);
  const element = h('time', { datetime: iso, title: iso, 'data-how': how, 'data-at': atMs });
  tick(element);
  return element;
}

/** @param {Element} element */
function tick(element) {
  const atMs = Number(element.getAttribute('data-at'));
  const text = textOf(element.getAttribute('data-how'), atMs);
  if (element.textContent !== text) element.textContent = text;
}

/**
 * @param {string | null} how
 * @param {number} atMs
 */
function textOf(how, atMs) {
  const passedMs = nowMs() - atMs;
  if (how === 'until') return passedMs >= 0 ? 'due now' : `in ${whole(-passedMs)}`;
  if (how === 'since') return whole(passedMs);
  return passedMs < 1_000 ? 'just now' : `${whole(passedMs)} ago`;
}

/** A tenth of a second that changes once a second would only flicker. @param {number} ms */
function whole(ms) {
  return ms < 10_000 ? `${Math.max(0, Math.floor(ms / 1_000))} s` : duration(ms);
}

/** @param {number} atMs */
function isoOf(atMs) {
  return Number.isFinite(atMs) && Math.abs(atMs) <= 8.64e15 ? new Date(atMs).toISOString() : '';
}
