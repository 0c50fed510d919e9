// Draws the boxes of a chart. Its look is in presentation attributes alone, which any stylesheet outranks:
// a page restyles by class, and no policy against inline styles is in its way.
import type { ChartNode } from './chart-graph.ts';
import {
  headingHeight,
  NAME_LINE,
  NAME_SIZE,
  PADDING,
  SMALL_LINE,
  SMALL_SIZE,
  shownLabel,
  stayLines,
} from './chart-text.ts';
import type { Box } from './places.ts';
import { type Attributes, element, short, textElement } from './svg-element.ts';
import { clockMark, repeatMark, smallText, stayMark } from './svg-marks.ts';

/** A box is lit itself, or around a lit one, or not. */
export type Light = 'active' | 'around' | null;

const INK = '#0f172a';
const PALE = '#64748b';
const LIT_LINE = '#15803d';
const LIT_FILL = '#dcfce7';
const CORNER = 8;

/** What a stage looks like by its progress; the word stands in the box, too. */
const PROGRESS_LOOK: Readonly<
  Record<NonNullable<ChartNode['progress']>, [line: string, fill: string]>
> = {
  pending: [PALE, '#ffffff'],
  running: ['#1d4ed8', '#dbeafe'],
  passed: ['#15803d', '#dcfce7'],
  failed: ['#b91c1c', '#fee2e2'],
  waiting: ['#a16207', '#fef9c3'],
  parked: ['#c2410c', '#ffedd5'],
  cancelled: ['#475569', '#e2e8f0'],
};

export function drawNode(node: ChartNode, box: Box, light: Light): string {
  if (node.kind === 'start') return drawStart(node, box);
  if (node.kind === 'stage') return drawStage(node, box, light);
  return drawState(node, box, light);
}

function drawStart(node: ChartNode, { x, y, width }: Box): string {
  const radius = width / 2;
  const dot = element('circle', { cx: x + radius, cy: y + radius, r: radius, fill: INK });
  return element('g', { class: 'start', 'data-in': node.parent ?? '' }, [dot]);
}

function drawState(node: ChartNode, box: Box, light: Light): string {
  const isRegion = node.kind === 'region';
  const rows = drawStays(node, box);
  const divider = rows.length === 0 ? [] : [dividerOf(node, box)];
  return group(node, light, { class: `state ${node.kind}`, 'data-state': node.id }, [
    ...frames(node, box, light),
    nameOf(node, box, isRegion),
    ...divider,
    ...rows,
  ]);
}

function drawStays(node: ChartNode, box: Box): string[] {
  const x = box.x + PADDING;
  let baseline = box.y + PADDING + NAME_LINE + 4 - 3;
  return node.stays.map((stay) => {
    const mark = stay.isTimed ? clockMark : stay.isEnteredAgain ? repeatMark : stayMark;
    const sign = mark(x, baseline + SMALL_LINE);
    const texts = stayLines(stay).map((line) => {
      baseline += SMALL_LINE;
      return smallText(line, x, baseline);
    });
    const data = { 'data-from': node.id, 'data-to': node.id };
    const event = { 'data-event': stay.event ?? '', 'data-guard': stay.guard ?? '' };
    return element('g', { class: 'edge stays', ...data, ...event }, [sign, ...texts]);
  });
}

/** An end has a second line around it. */
function frames(node: ChartNode, box: Box, light: Light): string[] {
  const isLit = light === 'active';
  const look = {
    fill: isLit ? LIT_FILL : node.kind === 'region' ? '#f8fafc' : '#ffffff',
    stroke: light === null ? (node.kind === 'region' ? '#cbd5e1' : PALE) : LIT_LINE,
    'stroke-width': isLit ? 2.5 : 1.2,
  };
  const outer = element('rect', { ...box, rx: CORNER, ...look });
  if (node.kind !== 'final') return [outer];
  const inner = { x: box.x + 3, y: box.y + 3, width: box.width - 6, height: box.height - 6 };
  return [outer, element('rect', { ...inner, rx: CORNER - 3, ...look, 'stroke-width': 1 })];
}

function nameOf(node: ChartNode, { x, y, width, height }: Box, isRegion: boolean): string {
  const isAlone = node.stays.length === 0 && !isRegion;
  const middle = isAlone ? y + height / 2 : y + PADDING + NAME_LINE / 2 - 1;
  const place = { x: isRegion ? x + PADDING : x + width / 2, y: middle + NAME_SIZE * 0.35 };
  const look = { 'font-size': NAME_SIZE, 'font-weight': 700, fill: isRegion ? '#475569' : INK };
  const anchor = isRegion ? {} : { 'text-anchor': 'middle' };
  return textElement('text', { class: 'name', ...place, ...look, ...anchor }, shownLabel(node));
}

function dividerOf(node: ChartNode, { x, y, width }: Box): string {
  const at = y + headingHeight({ ...node, stays: [] }) + 2;
  const d = `M${short(x)} ${short(at)}h${short(width)}`;
  return element('path', {
    class: 'divider',
    d,
    stroke: '#cbd5e1',
    'stroke-width': 1,
    fill: 'none',
  });
}

function drawStage(node: ChartNode, box: Box, light: Light): string {
  const { progress } = node;
  const [line, fill] = PROGRESS_LOOK[progress ?? 'pending'];
  const center = { x: box.x + box.width / 2, 'text-anchor': 'middle' };
  const frame = { ...box, rx: CORNER, fill, stroke: line };
  const small = { ...center, 'font-size': SMALL_SIZE };
  const name = { ...center, 'font-size': NAME_SIZE, 'font-weight': 700, fill: INK };
  const pale = { fill: INK, 'fill-opacity': 0.7 };
  const isPlain = progress === null || progress === 'pending';
  const weight = light !== null ? 3 : isPlain ? 1.2 : 2;
  const noteLook = { class: 'progress', y: box.y + 57, ...small, fill: line };
  return group(node, light, { class: 'stage', 'data-stage': node.id, 'data-progress': progress }, [
    element('rect', { ...frame, 'stroke-width': weight }),
    textElement('text', { class: 'name', y: box.y + 24, ...name }, shownLabel(node)),
    textElement('text', { class: 'kind', y: box.y + 40, ...small, ...pale }, node.detail),
    ...(progress === null ? [] : [textElement('text', noteLook, node.note)]),
  ]);
}

function group(node: ChartNode, light: Light, attributes: Attributes, children: string[]): string {
  const names = [attributes['class'], light].filter(Boolean).join(' ');
  const title = node.description === '' ? node.id : `${node.id}: ${node.description}`;
  return element('g', { ...attributes, class: names }, [
    textElement('title', {}, title),
    ...children,
  ]);
}
