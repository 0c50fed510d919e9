// The data of one view, read again whenever something has happened to what it shows.
// It must never show an older answer after a newer one.
import { atMostEvery, every } from './clock.js';
import { getJson } from './request.js';

const REFRESH_MS = 150;
/** How old may be what changes without an event: who is alive, what is told in words of the time. */
const STANDING_MS = 5_000;

/**
 * Reads once before it returns; the first failure is the caller's, later ones leave what is shown.
 * @template Data
 * @param {string} path
 * @param {AbortSignal} signal
 * @param {(data: Data) => void} onData
 * @returns {Promise<{ first: Data, refresh: () => void }>}
 */
export async function readLive(path, signal, onData) {
  const first = /** @type {Data} */ (await getJson(path, { signal }));
  let isReading = false;
  let isWanted = false;
  const read = async () => {
    isWanted = true;
    if (isReading) return;
    isReading = true;
    while (isWanted && !signal.aborted) {
      isWanted = false;
      const data = await getJson(path, { signal }).catch(() => null);
      if (data !== null && !signal.aborted) onData(/** @type {Data} */ (data));
    }
    isReading = false;
  };
  return { first, refresh: atMostEvery(REFRESH_MS, () => void read()) };
}

/**
 * Reads again now and then although nothing has happened, while somebody sees it.
 * @param {() => void} refresh
 * @param {() => boolean} isWanted
 * @returns {() => void} ends it
 */
export function keepFresh(refresh, isWanted) {
  return every(STANDING_MS, () => {
    if (!document.hidden && isWanted()) refresh();
  });
}
