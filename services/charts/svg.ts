// Draws a chart that has been laid out, as SVG for a page, a file or a picture.
// It must never need anything from outside: no style sheet, no font, no script, and no ids that could clash.
import type { Chart, ChartNode } from './chart-graph.ts';
import type { LaidOut } from './layout.ts';
import type { Box } from './places.ts';
import { drawNode, type Light } from './svg-boxes.ts';
import { drawEdge, edgeInWords } from './svg-edges.ts';
import { element, short, textElement } from './svg-element.ts';

export interface DrawingOptions {
  /** States or stages to light, as `running.working`. */
  lit?: readonly string[];
  /** Says what is drawn, to those who cannot see it. */
  title?: string;
}

const FONTS = "'DejaVu Sans Mono', ui-monospace, Menlo, Consolas, 'Liberation Mono', monospace";
const NOWHERE: Box = { x: 0, y: 0, width: 0, height: 0 };

export function renderSvg({ chart, places }: LaidOut, options: DrawingOptions = {}): string {
  const { lit = [], title = `${chart.kind} ${chart.name}` } = options;
  const boxes = (isRegion: boolean) =>
    chart.nodes
      .filter(({ kind }) => (kind === 'region') === isRegion)
      .map((node) => drawNode(node, places.boxes[node.id] ?? NOWHERE, lightFor(node, lit)));
  const { width, height } = places;
  const root = {
    xmlns: 'http://www.w3.org/2000/svg',
    class: `chart ${chart.kind}`,
    role: 'img',
    'aria-label': title,
    ...{ width, height, viewBox: `0 0 ${short(width)} ${short(height)}` },
    'font-family': FONTS,
  };
  return element('svg', root, [
    textElement('title', {}, title),
    textElement('desc', {}, inWords(chart, lit)),
    // Regions lie beneath the arrows, everything else above: no line crosses a text in a box.
    element('g', { class: 'regions' }, boxes(true)),
    element(
      'g',
      { class: 'edges' },
      chart.edges.map((edge) =>
        drawEdge(edge, places.routes[edge.id] ?? { points: [], label: null }),
      ),
    ),
    element('g', { class: 'nodes' }, boxes(false)),
  ]);
}

function lightFor({ id, kind, progress }: ChartNode, lit: readonly string[]): Light {
  if (lit.includes(id) || (kind === 'final' && progress === 'passed')) return 'active';
  return lit.some((name) => name.startsWith(`${id}.`)) ? 'around' : null;
}

function inWords({ nodes, edges }: Chart, lit: readonly string[]): string {
  const now = lit.length === 0 ? [] : [`Now in ${lit.join(', ')}.`];
  const names = nodes
    .filter(({ kind }) => kind !== 'start')
    .map(({ id, note }) => (note === '' ? id : `${id} (${note})`));
  const ways = edges.filter(({ from }) => !from.endsWith('(start)')).map(edgeInWords);
  return [...now, `Consists of ${names.join(', ')}.`, ...ways.map((way) => `${way}.`)].join(' ');
}
