// Pipelines in a row: the stages from left to right, and the ways back in lanes beneath them.
// A way back runs beneath those it encloses, so that no two of them cross that need not.
import type { Chart, ChartEdge } from './chart-graph.ts';
import { edgeLabelSize, nodeSize } from './chart-text.ts';
import type { Box, Places, Point, Route } from './places.ts';

const MARGIN = 16;
const GAP = 30;
/** Between the line of one lane and the label of the next. */
const LANE_GAP = 9;

interface WayBack {
  edge: ChartEdge;
  from: number;
  to: number;
  /** From 0, downwards. */
  lane: number;
}

export function rowPlaces({ nodes, edges }: Chart): Places {
  const sizes = nodes.map(nodeSize);
  const rowHeight = Math.max(0, ...sizes.map(({ height }) => height));
  let x = MARGIN;
  const row = sizes.map((size): Box => {
    const box = { ...size, x, y: MARGIN + (rowHeight - size.height) / 2 };
    x += size.width + GAP;
    return box;
  });
  const indexOf = new Map(nodes.map(({ id }, index) => [id, index]));
  const ends = (edge: ChartEdge) => ({
    edge,
    from: indexOf.get(edge.from) ?? 0,
    to: indexOf.get(edge.to) ?? 0,
  });
  const ways = inLanes(edges.filter(({ isBack }) => isBack).map(ends));
  const onward = edges.filter(({ isBack }) => !isBack).map(ends);
  const lanes = laneLines(ways, MARGIN + rowHeight);
  return {
    width: Math.max(x - GAP, MARGIN) + MARGIN,
    height: (lanes.at(-1) ?? MARGIN + rowHeight) + MARGIN,
    boxes: Object.fromEntries(nodes.map(({ id }, index) => [id, row[index] as Box])),
    routes: Object.fromEntries([
      ...onward.map(({ edge, from, to }) => [edge.id, straight(row[from], row[to])]),
      ...ways.map((way) => [way.edge.id, bracket(way, { row, ways, lanes })]),
    ]),
  };
}

/** Short ways first: each lies beneath all it shares a stretch with that are shorter. */
function inLanes(ways: Omit<WayBack, 'lane'>[]): WayBack[] {
  const shortFirst = [...ways].sort(
    (one, other) => one.from - one.to - (other.from - other.to) || one.from - other.from,
  );
  const placed: WayBack[] = [];
  for (const way of shortFirst) {
    const beside = placed.filter(({ from, to }) => to < way.from && from > way.to);
    const lane = Math.max(-1, ...beside.map((other) => other.lane)) + 1;
    placed.push({ ...way, lane });
  }
  return placed;
}

/** How deep the line of each lane lies: high enough for the labels that stand on it. */
function laneLines(ways: readonly WayBack[], floor: number): number[] {
  const heights: number[] = [];
  for (const { lane, edge } of ways) {
    heights[lane] = Math.max(heights[lane] ?? 0, edgeLabelSize(edge)?.height ?? 0);
  }
  let y = floor;
  return heights.map((height) => {
    y += LANE_GAP + height;
    return y;
  });
}

function straight(from: Box | undefined, to: Box | undefined): Route {
  if (from === undefined || to === undefined) return { points: [], label: null };
  const y = from.y + from.height / 2;
  return {
    points: [
      { x: from.x + from.width, y },
      { x: to.x, y },
    ],
    label: null,
  };
}

interface Surroundings {
  row: readonly Box[];
  ways: readonly WayBack[];
  /** How deep each lane lies. */
  lanes: readonly number[];
}

function bracket(way: WayBack, around: Surroundings): Route {
  const start = portOf(way, way.from, around);
  const end = portOf(way, way.to, around);
  const y = around.lanes[way.lane] ?? start.y;
  const points = [start, { x: start.x, y }, { x: end.x, y }, end];
  const size = edgeLabelSize(way.edge);
  // Beside its stage, where the lines of other ways do not come down.
  const label = size === null ? null : { ...size, x: start.x - size.width - 4, y: y - size.height };
  return { points, label };
}

/**
 * Where a way leaves or reaches the lower edge of a stage. Leaving ones stand left of arriving ones; of those
 * that leave the deepest stands last, of those that arrive first: then none crosses another.
 */
function portOf(way: WayBack, stage: number, { row, ways }: Surroundings): Point {
  const box = row[stage] as Box;
  const leaving = ways.filter(({ from }) => from === stage).sort((a, b) => a.lane - b.lane);
  const arriving = ways.filter(({ to }) => to === stage).sort((a, b) => b.lane - a.lane);
  const ports = [...leaving, ...arriving];
  const share = box.width / (ports.length + 1);
  return { x: box.x + share * (ports.indexOf(way) + 1), y: box.y + box.height };
}
