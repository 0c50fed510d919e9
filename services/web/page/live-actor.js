// The page of an actor that many items come to: read, filled, and kept as it is while anything of it changes.
// It must never wait for the chart, nor go back to an older revision.
import { onReconnected } from './connection.js';
import { patch } from './element.js';
import { Lighting } from './lighting.js';
import { keepFresh, readLive } from './live-data.js';
import { openStream } from './stream.js';

/** The chart is always that of what is now. */
const PRESENT = { step: null, stepBefore: null, isLive: true };

/**
 * @template {{ state: string, revision: number }} Page
 * @param {object} given
 * @param {string} given.path where its data is
 * @param {HTMLElement} given.main
 * @param {AbortSignal} given.signal
 * @param {{ chart: ReturnType<typeof import('./chart.js').createChart>, elements: Element[] }} given.parts
 * @param {(page: Page, refresh: () => void) => void} given.fill
 * @param {(page: Page) => string} given.titleOf
 * @returns {Promise<import('./routes.js').View>}
 */
export async function openActor({ path, main, signal, parts, fill, titleOf }) {
  /** @type {(page: Page) => void} */
  let show = () => {};
  const { first, refresh } = await readLive(path, signal, (fresh) => show(fresh));
  let page = /** @type {Page} */ (first);
  const lighting = new Lighting(parts.chart, PRESENT, page);
  show = (fresh) => {
    if (fresh.revision < page.revision) return;
    page = fresh;
    fill(page, refresh);
    lighting.moveOn({ ...page, event: null });
  };
  patch(main, ...parts.elements);
  fill(page, refresh);
  lighting.draw();

  const hear = (/** @type {import('./lighting.js').News} */ news) => {
    if (lighting.moveOn(news)) refresh();
  };
  const closings = [
    openStream(`${path}/stream`, { on: { record: hear, removed: refresh }, onOpen: refresh }),
    onReconnected(refresh),
    keepFresh(refresh, () => true),
  ];
  return {
    title: titleOf(page),
    drawn: parts.chart.drawn,
    close() {
      for (const one of closings) one();
    },
  };
}
