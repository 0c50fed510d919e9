// A chart as the layout engine is told of it, and what the engine answers as places.
// Only what takes room is told: charts that differ in progress or wording of a title share their layout.
import type { ElkExtendedEdge, ElkNode, LayoutOptions } from 'elkjs/lib/elk-api.js';
import type { Chart, ChartEdge, ChartNode } from './chart-graph.ts';
import { headingHeight, machineLabelSize, nodeSize, PADDING } from './chart-text.ts';
import type { Box, Places, Point, Route } from './places.ts';

const ROOT: LayoutOptions = {
  'elk.algorithm': 'layered',
  'elk.direction': 'RIGHT',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.json.edgeCoords': 'ROOT',
  'elk.json.shapeCoords': 'ROOT',
  // Of the first few, the one with the fewest crossings in the machines there are.
  'elk.randomSeed': '1',
  'elk.layered.cycleBreaking.strategy': 'MODEL_ORDER',
  'elk.layered.nodePlacement.strategy': 'BRANDES_KOEPF',
  'elk.layered.thoroughness': '30',
  'elk.padding': '[top=20,left=20,bottom=20,right=20]',
  'elk.layered.edgeLabels.centerLabelPlacementStrategy': 'SPACE_EFFICIENT_LAYER',
  'elk.spacing.nodeNode': '28',
  'elk.spacing.edgeNode': '14',
  'elk.spacing.edgeEdge': '10',
  'elk.spacing.edgeLabel': '4',
  'elk.layered.spacing.nodeNodeBetweenLayers': '24',
  'elk.layered.spacing.edgeNodeBetweenLayers': '14',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '9',
};
const LAST: LayoutOptions = { 'elk.layered.layering.layerConstraint': 'LAST' };
const SMALLEST_STEP = 5;
/** An arrow that leads on in the order in which the states are written points right; one back gives way. */
const ONWARD = '10';
const BACKWARD = '0';
/** What the head of an arrow needs beside the next. */
const ARROW_HEIGHT = 11;

export function elkGraphOf(chart: Chart): ElkNode {
  const order = new Map(chart.nodes.map(({ id }, index) => [id, index]));
  return {
    id: '(chart)',
    layoutOptions: ROOT,
    children: childrenOf(chart, null),
    edges: chart.edges.map((edge) => elkEdge(edge, order)),
  };
}

export function placesOf(laidOut: ElkNode): Places {
  const boxes: Record<string, Box> = {};
  const note = ({ children = [] }: ElkNode) => {
    for (const child of children) {
      boxes[child.id] = boxOf(child);
      note(child);
    }
  };
  note(laidOut);
  const routes = (laidOut.edges ?? []).map((edge): [string, Route] => [edge.id, routeOf(edge)]);
  return {
    width: laidOut.width ?? 0,
    height: laidOut.height ?? 0,
    boxes,
    routes: Object.fromEntries(routes),
  };
}

function childrenOf(chart: Chart, parent: string | null): ElkNode[] {
  return chart.nodes
    .filter((node) => node.parent === parent)
    .map((node) => {
      const children = childrenOf(chart, node.id);
      if (children.length === 0) return leafOf(chart, node);
      const top = headingHeight(node) + PADDING;
      const padding = `[top=${top},left=16,bottom=16,right=16]`;
      return { id: node.id, children, layoutOptions: { 'elk.padding': padding } };
    });
}

/** High enough for the heads of all its arrows; the ends of the whole machine stand in one column, last. */
function leafOf({ edges }: Chart, node: ChartNode): ElkNode {
  const { id, kind, parent } = node;
  const { width, height } = nodeSize(node);
  const arriving = edges.filter(({ to }) => to === id).length;
  const leaving = edges.filter(({ from }) => from === id).length;
  const arrowsHeight = kind === 'start' ? 0 : (Math.max(arriving, leaving) + 1) * ARROW_HEIGHT;
  const isEnd = kind === 'final' && parent === null;
  const layoutOptions: LayoutOptions = isEnd ? LAST : {};
  return { id, width, height: Math.max(height, arrowsHeight), layoutOptions };
}

function elkEdge(edge: ChartEdge, order: ReadonlyMap<string, number>): ElkExtendedEdge {
  const { id, from, to } = edge;
  const size = machineLabelSize(edge);
  const labels = size === null ? [] : [{ text: ' ', ...size }];
  const isOnward = (order.get(to) ?? 0) > (order.get(from) ?? 0);
  const layoutOptions = { 'elk.layered.priority.direction': isOnward ? ONWARD : BACKWARD };
  return { id, sources: [from], targets: [to], labels, layoutOptions };
}

function boxOf({ x = 0, y = 0, width = 0, height = 0 }: Partial<Box>): Box {
  return { x, y, width, height };
}

function routeOf({ sections = [], labels = [] }: ElkExtendedEdge): Route {
  const [label] = labels;
  const points = sections.flatMap(({ startPoint, bendPoints = [], endPoint }) => [
    startPoint,
    ...bendPoints,
    endPoint,
  ]);
  return { points: straightened(points), label: label === undefined ? null : boxOf(label) };
}

/** Without steps too small to be meant: what follows such a step moves by its height instead. */
function straightened(points: readonly Point[]): Point[] {
  const kept: Point[] = [];
  let shift = 0;
  for (const point of points) {
    const last = kept.at(-1);
    const y = point.y + shift;
    const isStep = last !== undefined && point.x === last.x && Math.abs(y - last.y) < SMALLEST_STEP;
    if (!isStep) kept.push({ x: point.x, y });
    else shift += last.y - y;
  }
  return kept;
}
