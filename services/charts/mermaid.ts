// Pipelines as Mermaid, for pages that draw it themselves; machines are written by machines/graph.ts.
// It must never let a name end the label it stands in.
import { MERMAID_LIT } from '../../machines/graph.ts';
import type { Chart, ChartEdge, ChartNode } from './chart-graph.ts';

/** A pipeline as a Mermaid flowchart. Stages that are `lit` stand out. */
export function renderPipelineMermaid(chart: Chart, lit: readonly string[] = []): string {
  const ids = new Map(chart.nodes.map(({ id }, index) => [id, `s${index}`]));
  const idOf = (name: string) => ids.get(name) ?? '';
  const litIds = lit.map(idOf).filter((id) => id !== '');
  return [
    'flowchart LR',
    ...chart.nodes.map((node) => `  ${idOf(node.id)}${shapeOf(node)}`),
    ...chart.edges.map((edge) => `  ${idOf(edge.from)} ${arrowOf(edge)} ${idOf(edge.to)}`),
    ...(litIds.length === 0 ? [] : [`  ${MERMAID_LIT}`, `  class ${litIds.join(',')} active`]),
  ].join('\n');
}

function shapeOf({ kind, label, detail, note }: ChartNode): string {
  if (kind === 'final') return `(["${escaped(label)}"])`;
  return `["${[label, detail, note].filter(Boolean).map(escaped).join('<br/>')}"]`;
}

/** Dotted where it leads back. */
function arrowOf({ isBack, transitions }: ChartEdge): string {
  if (!isBack) return '-->';
  return `-. "${escaped(transitions.map(({ event }) => event).join(', '))}" .->`;
}

/** Mermaid reads `#code;` as the character with this number. Letters, digits and a few harmless signs stay. */
function escaped(text: string): string {
  return text.replace(/[^\p{L}\p{N} _.,×-]/gu, (sign) => `#${sign.codePointAt(0)};`);
}
