// Draws the arrows of a chart with their labels. An arrow is one path, its head included, so that it is
// coloured as a whole and needs no marker with an id.
import type { ChartEdge, ChartTransition } from './chart-graph.ts';
import { labelLines, SMALL_LINE } from './chart-text.ts';
import type { Point, Route } from './places.ts';
import { element, short, textElement } from './svg-element.ts';
import { clockMark, smallText } from './svg-marks.ts';

const INK = '#7c8ba1';
const BACK_INK = '#c07a4a';
/** Bends are rounded by this much, or by half of a shorter stretch. */
const BEND = 7;
const HEAD_LENGTH = 7;
const HEAD_WIDTH = 4;

export function drawEdge(edge: ChartEdge, route: Route): string {
  const { from, to, transitions } = edge;
  const names = (list: (string | null)[]) => list.filter((name) => name !== null).join(' ');
  const data = {
    'data-from': from,
    'data-to': to,
    'data-event': names(transitions.map(({ event }) => event)),
    'data-guard': names(transitions.map(({ guard }) => guard)),
  };
  const line = { d: pathOf(route.points), fill: 'none', 'stroke-linejoin': 'round' };
  return element('g', { class: edge.isBack ? 'edge back' : 'edge', ...data }, [
    textElement('title', {}, edgeInWords(edge)),
    element('path', { ...line, stroke: edge.isBack ? BACK_INK : INK, 'stroke-width': 1.4 }),
    ...drawLabel(transitions, route),
  ]);
}

/** The whole arrow in words, with the guards that the drawing leaves out. */
export function edgeInWords({ from, to, transitions }: ChartEdge): string {
  const events = transitions.map(({ event, guard, isTimed }) => {
    const cause = event ?? 'at once';
    return `${cause}${isTimed ? ' (deadline)' : ''}${guard === null ? '' : ` if ${guard}`}`;
  });
  return `${from} → ${to}${events.length === 0 ? '' : `: ${events.join('; ')}`}`;
}

function drawLabel(transitions: readonly ChartTransition[], { label }: Route): string[] {
  if (label === null) return [];
  const x = label.x + 3;
  return labelLines(transitions).flatMap((line, index) => {
    const y = label.y + (index + 1) * SMALL_LINE - 4;
    return [...(line.isTimed ? [clockMark(x, y)] : []), smallText(line, x, y)];
  });
}

function pathOf(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (first === undefined) return '';
  const stretches = rest.map((point, index) => {
    const next = rest[index + 1];
    return next === undefined ? lineTo(point) : bendAt(points[index] ?? first, point, next);
  });
  return `M${pair(first)}${stretches.join('')}${headOf(points)}`;
}

function bendAt(before: Point, bend: Point, after: Point): string {
  const size = Math.min(BEND, distance(before, bend) / 2, distance(bend, after) / 2);
  return `${lineTo(towards(bend, before, size))}Q${pair(bend)} ${pair(towards(bend, after, size))}`;
}

/** Two strokes back from the point. */
function headOf(points: readonly Point[]): string {
  const [before, tip] = points.slice(-2);
  if (before === undefined || tip === undefined) return '';
  const back = towards(tip, before, HEAD_LENGTH);
  const aside = {
    x: ((tip.y - back.y) / HEAD_LENGTH) * HEAD_WIDTH,
    y: ((back.x - tip.x) / HEAD_LENGTH) * HEAD_WIDTH,
  };
  const left = { x: back.x + aside.x, y: back.y + aside.y };
  const right = { x: back.x - aside.x, y: back.y - aside.y };
  return `M${pair(left)}${lineTo(tip)}${lineTo(right)}`;
}

/** The point that lies so far from one point in the direction of another. */
function towards(from: Point, to: Point, length: number): Point {
  const whole = distance(from, to) || 1;
  return {
    x: from.x + ((to.x - from.x) / whole) * length,
    y: from.y + ((to.y - from.y) / whole) * length,
  };
}

function distance(one: Point, other: Point): number {
  return Math.hypot(other.x - one.x, other.y - one.y);
}

function lineTo(point: Point): string {
  return `L${pair(point)}`;
}

function pair({ x, y }: Point): string {
  return `${short(x)} ${short(y)}`;
}
