// What can be drawn, and the forms it is drawn in: a machine of the registry, or a pipeline.
// It must never ask NATS: whoever wants progress or a lit state brings it.
import { graphOf, type MachineGraph, renderMermaid } from '../../machines/graph.ts';
import { ACTOR_KINDS, definitionOf } from '../../machines/registry.ts';
import { OncewardError } from '../../transport/errors.ts';
import { type Chart, type ChartStage, chartOf, pipelineChart } from './chart-graph.ts';
import { layOut } from './layout.ts';
import { renderPipelineMermaid } from './mermaid.ts';
import { renderPng } from './png.ts';
import { renderSvg } from './svg.ts';

export interface Drawing {
  chart: Chart;
  title: string;
  /** States or stages that stand out. */
  lit: readonly string[];
  mermaid: string;
  /** The same as data. */
  document: Record<string, unknown>;
}

export interface DrawingWishes {
  lit?: readonly string[];
  title?: string;
}

/** @throws USAGE when there is no machine of this kind */
export function machineDrawing(kind: string, { lit = [], title }: DrawingWishes = {}): Drawing {
  const graph = graphOfKind(kind);
  return {
    chart: chartOf(graph),
    title: title ?? `the ${kind} machine`,
    lit,
    mermaid: renderMermaid(graph, lit),
    document: { kind: 'machine', name: kind, lit, ...graph },
  };
}

export function pipelineDrawing(
  name: string,
  stages: readonly ChartStage[],
  { lit = [], title = `the pipeline ${name}` }: DrawingWishes = {},
): Drawing {
  const chart = pipelineChart(stages, name);
  const mermaid = renderPipelineMermaid(chart, lit);
  return { chart, title, lit, mermaid, document: { kind: 'pipeline', name, lit, stages } };
}

/** @throws CHART_FAILED when the layout engine is missing or fails */
export async function svgOf({ chart, title, lit }: Drawing): Promise<string> {
  return renderSvg(await layOut(chart), { title, lit });
}

/** @throws CHART_FAILED when the layout engine or the renderer is missing or fails */
export async function pngOf(drawing: Drawing): Promise<Uint8Array> {
  return renderPng(await svgOf(drawing));
}

function graphOfKind(kind: string): MachineGraph {
  const known = ACTOR_KINDS.find((name) => name === kind);
  const machine = known === undefined ? undefined : definitionOf(known)?.machine;
  if (machine !== undefined) return graphOf(machine);
  const message = `there is no machine "${kind}" yet: there are ${ACTOR_KINDS.join(' and ')}`;
  throw new OncewardError('USAGE', message);
}
