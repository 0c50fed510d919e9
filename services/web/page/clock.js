// The page's one clock: the server's time as far as the page has learned it, and its timers.
// Nothing else may ask the browser for the time: two clocks would disagree about every age.

/** Server's time less the browser's, as the quickest answer so far has shown it. */
let offsetMs = 0;
let quickestMs = Number.POSITIVE_INFINITY;

/** Epoch milliseconds by the server's clock. */
export function nowMs() {
  return Date.now() + offsetMs;
}

/** Milliseconds that only ever rise; for measuring how long something takes. */
export function stopwatchMs() {
  return performance.now();
}

/**
 * Learns from an answer that says what time it is. A quick one says it most exactly; a slower one
 * counts only when the clock seems to have been set meanwhile.
 * @param {unknown} serverNowMs
 * @param {number} tookMs
 */
export function learn(serverNowMs, tookMs) {
  if (typeof serverNowMs !== 'number') return;
  const measuredMs = serverNowMs + tookMs / 2 - Date.now();
  if (tookMs > quickestMs && Math.abs(measuredMs - offsetMs) <= tookMs) return;
  offsetMs = measuredMs;
  quickestMs = tookMs;
}

/**
 * @param {number} ms
 * @param {() => void} act
 * @returns {() => void} calls it off
 */
export function after(ms, act) {
  const timer = setTimeout(act, ms);
  return () => clearTimeout(timer);
}

/**
 * @param {number} ms
 * @param {() => void} act
 * @returns {() => void} ends it
 */
export function every(ms, act) {
  const timer = setInterval(act, ms);
  return () => clearInterval(timer);
}

/**
 * At most once in `ms`: at once when it has been quiet, otherwise when the time is over.
 * @param {number} ms
 * @param {() => void} act
 */
export function atMostEvery(ms, act) {
  let lastMs = Number.NEGATIVE_INFINITY;
  let isPlanned = false;
  const run = () => {
    isPlanned = false;
    lastMs = stopwatchMs();
    act();
  };
  return () => {
    if (isPlanned) return;
    isPlanned = true;
    after(Math.max(0, lastMs + ms - stopwatchMs()), run);
  };
}
