// Gives everything of a chart its place: machines by the layout engine, pipelines in a row.
// The same chart always comes out the same; a layout that is known is not computed again.
import { createHash } from 'node:crypto';
import type { ElkNode } from 'elkjs/lib/elk-api.js';
import type { Chart } from './chart-graph.ts';
import { elkGraphOf, placesOf } from './elk-graph.ts';
import type { Places } from './places.ts';
import { rowPlaces } from './row-layout.ts';
import { createThreadWork } from './thread-work.ts';

export interface LaidOut {
  chart: Chart;
  places: Places;
}

/** There are four machines; more charts than this are no machines of ours. */
const MAX_KNOWN_LAYOUTS = 32;

const THREAD = new URL('./layout-thread.ts', import.meta.url);
const engine = createThreadWork<ElkNode, ElkNode>('the layout engine elkjs', THREAD);
const known = new Map<string, Promise<Places>>();

/** @throws CHART_FAILED when the layout engine is missing or fails */
export async function layOut(chart: Chart): Promise<LaidOut> {
  const places = chart.kind === 'pipeline' ? rowPlaces(chart) : await enginePlaces(chart);
  return { chart, places };
}

function enginePlaces(chart: Chart): Promise<Places> {
  const graph = elkGraphOf(chart);
  const digest = createHash('sha256').update(JSON.stringify(graph)).digest('hex');
  const found = known.get(digest);
  if (found !== undefined) return found;
  const places = engine.ask(graph).then(placesOf);
  known.set(digest, places);
  // What failed is tried anew the next time.
  void places.catch(() => known.delete(digest));
  const [oldest] = known.keys();
  if (known.size > MAX_KNOWN_LAYOUTS && oldest !== undefined) known.delete(oldest);
  return places;
}
