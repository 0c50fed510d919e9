// The data of one view, read again whenever something has happened to what it shows.
// It must never show an older answer after a newer one.
import { atMostEvery } from './clock.js';
import { getJson } from './request.js';

const REFRESH_MS = 150;

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
