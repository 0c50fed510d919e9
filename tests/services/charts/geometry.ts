// Whether a drawing is one that can be read: what overlaps, what runs through a box, what points backwards.

import {
  type ChartText,
  labelLines,
  NAME_SIZE,
  SMALL_SIZE,
  shownLabel,
  stayLines,
} from '../../../services/charts/chart-text.ts';
import type { LaidOut } from '../../../services/charts/layout.ts';
import type { Box, Point } from '../../../services/charts/places.ts';

/** Touching is no overlap; neither is a hair's breadth. */
const TOLERANCE = 1;
const CHARACTER = 0.602;

/** Everything that makes it hard to read, in words. */
export function faultsOf(laidOut: LaidOut): string[] {
  return [
    ...overlappingBoxes(laidOut).map((pair) => `${pair} lie on each other`),
    ...escapedBoxes(laidOut).map((id) => `${id} sticks out of its region`),
    ...crossedBoxes(laidOut),
    ...crowdedLabels(laidOut).map((label) => `the label of ${label}`),
    ...looseEdges(laidOut).map((id) => `${id} is not at its boxes`),
    ...silentEdges(laidOut).map((id) => `${id} has no label`),
    ...overflowingTexts(laidOut).map((text) => `${text} is wider than its room`),
  ];
}

/** Pairs of boxes that lie on each other, other than a box and what it contains. */
function overlappingBoxes({ chart, places }: LaidOut): string[] {
  const ids = chart.nodes.map(({ id }) => id);
  return pairsOf(ids)
    .filter(([one, other]) => !isWithin(chart, one, other) && !isWithin(chart, other, one))
    .filter(([one, other]) => overlaps(boxOf(places, one), boxOf(places, other)))
    .map(([one, other]) => `${one} and ${other}`);
}

/** Boxes that stick out of the region they belong to. */
function escapedBoxes({ chart, places }: LaidOut): string[] {
  return chart.nodes
    .filter(({ parent }) => parent !== null)
    .filter(({ id, parent }) => !contains(boxOf(places, parent ?? ''), boxOf(places, id)))
    .map(({ id }) => id);
}

/** Arrows that run through a box that is not a region around them. */
function crossedBoxes({ chart, places }: LaidOut): string[] {
  const solid = chart.nodes.filter(({ kind }) => kind !== 'region');
  return chart.edges.flatMap((edge) => {
    const stretches = stretchesOf(places.routes[edge.id]?.points ?? []);
    return solid
      .filter(({ id }) => stretches.some((stretch) => overlaps(stretch, boxOf(places, id))))
      .map(({ id }) => `${edge.id} runs through ${id}`);
  });
}

/** Labels that lie on a box, on another label, or on the line of another arrow. */
function crowdedLabels({ chart, places }: LaidOut): string[] {
  const labels = chart.edges.flatMap(({ id }) => {
    const label = places.routes[id]?.label ?? null;
    return label === null ? [] : [{ id, label }];
  });
  const solid = chart.nodes.filter(({ kind }) => kind !== 'region');
  const onBoxes = labels.flatMap(({ id, label }) =>
    solid
      .filter((node) => overlaps(label, boxOf(places, node.id)))
      .map((node) => `${id} on ${node.id}`),
  );
  const onLabels = pairsOf(labels)
    .filter(([one, other]) => overlaps(one.label, other.label))
    .map(([one, other]) => `${one.id} on ${other.id}`);
  const onLines = labels.flatMap(({ id, label }) =>
    chart.edges
      .filter((edge) =>
        stretchesOf(places.routes[edge.id]?.points ?? []).some((s) => overlaps(label, s)),
      )
      .map((edge) => `${id} on the line of ${edge.id}`),
  );
  return [...onBoxes, ...onLabels, ...onLines];
}

/** Texts that are wider than the room they are given, in a font whose characters are 0.602 wide. */
function overflowingTexts({ chart, places }: LaidOut): string[] {
  const labels = chart.edges.flatMap(({ id, transitions }) =>
    labelLines(transitions)
      .filter((line) => lineWidth(line) > (places.routes[id]?.label?.width ?? 0))
      .map(({ event, guard }) => `${id}: ${event}${guard}`),
  );
  const names = chart.nodes.filter(
    (node) => shownLabel(node).length * CHARACTER * NAME_SIZE > boxOf(places, node.id).width,
  );
  const stays = chart.nodes.flatMap(({ id, stays }) =>
    stays
      .flatMap(stayLines)
      .filter((line) => lineWidth(line) > boxOf(places, id).width)
      .map(({ event, guard }) => `${id}: ${event}${guard}`),
  );
  return [...labels, ...names.map(({ id }) => id), ...stays];
}

/** Arrows that have something to say and no room to say it. */
function silentEdges({ chart, places }: LaidOut): string[] {
  return chart.edges
    .filter(({ transitions }) => transitions.some(({ event, guard }) => event ?? guard))
    .filter(({ id }) => (places.routes[id]?.label ?? null) === null)
    .map(({ id }) => id);
}

/** Arrows whose ends are not at the boxes they belong to. */
function looseEdges({ chart, places }: LaidOut): string[] {
  return chart.edges
    .filter(({ id, from, to }) => {
      const points = places.routes[id]?.points ?? [];
      const [first, last] = [points[0], points.at(-1)];
      return !isAt(first, boxOf(places, from)) || !isAt(last, boxOf(places, to));
    })
    .map(({ id }) => id);
}

export function boxOf(places: LaidOut['places'], id: string): Box {
  const box = places.boxes[id];
  if (box === undefined) throw new Error(`${id} has no place`);
  return box;
}

function lineWidth({ event, guard, indent }: ChartText): number {
  const gap = event !== '' && guard !== '' ? 1 : 0;
  return indent + (event.length + guard.length + gap) * CHARACTER * SMALL_SIZE;
}

function stretchesOf(points: readonly Point[]): Box[] {
  return points.slice(1).map((point, index) => {
    const before = points[index] ?? point;
    const [x, y] = [Math.min(before.x, point.x), Math.min(before.y, point.y)];
    return { x, y, width: Math.abs(before.x - point.x), height: Math.abs(before.y - point.y) };
  });
}

function overlaps(one: Box, other: Box): boolean {
  const isBeside =
    one.x + one.width < other.x + TOLERANCE || other.x + other.width < one.x + TOLERANCE;
  const isBelow =
    one.y + one.height < other.y + TOLERANCE || other.y + other.height < one.y + TOLERANCE;
  return !isBeside && !isBelow;
}

function contains(outer: Box, inner: Box): boolean {
  const isAcross = inner.x >= outer.x && inner.x + inner.width <= outer.x + outer.width;
  return isAcross && inner.y >= outer.y && inner.y + inner.height <= outer.y + outer.height;
}

function isAt(point: Point | undefined, { x, y, width, height }: Box): boolean {
  if (point === undefined) return false;
  const isInX = point.x >= x - TOLERANCE && point.x <= x + width + TOLERANCE;
  return isInX && point.y >= y - TOLERANCE && point.y <= y + height + TOLERANCE;
}

function isWithin({ nodes }: LaidOut['chart'], outer: string, inner: string): boolean {
  const parent = nodes.find(({ id }) => id === inner)?.parent ?? null;
  return (
    parent !== null && (parent === outer || isWithin({ nodes } as LaidOut['chart'], outer, parent))
  );
}

function pairsOf<T>(things: readonly T[]): [T, T][] {
  return things.flatMap((one, index) =>
    things.slice(index + 1).map((other): [T, T] => [one, other]),
  );
}
