// Whether what is shown is still true: who has lost the server, and since when.
// It must never hide what is known: old facts stay on screen, with their age.
import { nowMs } from './clock.js';
import { h, patch } from './element.js';
import { since } from './moment.js';

/** Names of what has lost its connection. @type {Set<string>} */
const lost = new Set();
/** @type {number | null} */
let lostSinceMs = null;
/** @type {Set<() => void>} */
const whenBack = new Set();

/**
 * Reports how it went for one request or stream.
 * @param {string} name
 * @param {boolean} isFine
 */
export function reportConnection(name, isFine) {
  const wasFine = lost.size === 0;
  if (isFine) lost.delete(name);
  else lost.add(name);
  const isFineNow = lost.size === 0;
  if (wasFine === isFineNow) return;
  lostSinceMs = isFineNow ? null : nowMs();
  show();
  if (isFineNow) for (const act of [...whenBack]) act();
}

/** What has been closed cannot come back. @param {string} name */
export function forgetConnection(name) {
  reportConnection(name, true);
}

/**
 * Calls back each time everything is there again.
 * @param {() => void} act
 * @returns {() => void} ends it
 */
export function onReconnected(act) {
  whenBack.add(act);
  return () => void whenBack.delete(act);
}

function show() {
  const banner = document.getElementById('connection');
  const pill = document.getElementById('pill');
  if (banner === null || pill === null) return;
  const isLost = lostSinceMs !== null;
  patch(banner, isLost && lostMessage());
  banner.hidden = !isLost;
  document.body.classList.toggle('lost', isLost);
  pill.dataset['is'] = isLost ? 'lost' : 'live';
  patch(pill, h('i', { 'aria-hidden': 'true' }), isLost ? 'disconnected' : 'live');
}

function lostMessage() {
  return h(
    'p',
    null,
    h('strong', null, 'Connection lost, trying again.'),
    ' What is shown is ',
    since(lostSinceMs),
    ' old.',
  );
}
