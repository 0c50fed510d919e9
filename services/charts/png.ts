// Pictures of charts. The renderer and its fonts are loaded, in a thread of their own, only when one is asked for.
import { createThreadWork } from './thread-work.ts';

const THREAD = new URL('./png-thread.ts', import.meta.url);
const renderer = createThreadWork<string, Uint8Array>('the renderer resvg', THREAD);

/**
 * A drawing as PNG, at twice its size, on white.
 * @throws CHART_FAILED when the renderer is missing or refuses the drawing
 */
export function renderPng(svg: string): Promise<Uint8Array> {
  return renderer.ask(svg);
}
