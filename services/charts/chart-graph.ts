// What a chart shows, before anything has a place: boxes, arrows between them, and what stays inside a box.
// It only turns definitions into data; it must never step a machine.
import type { MachineGraph, StateGraph, TransitionGraph } from '../../machines/graph.ts';
import type { StageView } from '../queries/item-view.ts';

/** One way an event is answered. */
export interface ChartTransition {
  /** Null when it is taken at once, without an event. */
  event: string | null;
  guard: string | null;
  /** Fired by a deadline of the record. */
  isTimed: boolean;
}

export interface ChartNode {
  id: string;
  parent: string | null;
  kind: 'start' | 'state' | 'region' | 'final' | 'stage';
  label: string;
  /** Small print under the label; empty when there is none. */
  detail: string;
  /** For whoever points at it. */
  description: string;
  /** Transitions that lead nowhere else, listed in the box. */
  stays: (ChartTransition & { isEnteredAgain: boolean })[];
  /** How far a stage has come; null where progress means nothing. */
  progress: StageView['progress'] | null;
  /** The progress in words, short; empty where it means nothing. */
  note: string;
}

export interface ChartEdge {
  id: string;
  from: string;
  to: string;
  /** None on the arrow from a start, or from one stage to the next. */
  transitions: ChartTransition[];
  /** It leads back in the order of a pipeline. */
  isBack: boolean;
}

export interface Chart {
  kind: 'machine' | 'pipeline';
  name: string;
  /** Parents before their children, otherwise in the order in which they are written. */
  nodes: ChartNode[];
  edges: ChartEdge[];
}

/** What a stage of a pipeline is drawn from: that of an item, or one of the configuration. */
export type ChartStage = Pick<StageView, 'name' | 'kind' | 'onFail' | 'onReject'> &
  Partial<Pick<StageView, 'attempts' | 'progress'>>;

/** Where a pipeline ends; a stage cannot have this name. */
const PIPELINE_END = '(done)';

/** The chart of a machine. Transitions between the same two states share an arrow. */
export function chartOf(graph: MachineGraph): Chart {
  const timed = new Set(
    graph.states.flatMap(({ deadlines }) => deadlines.map(({ event }) => event)),
  );
  const starts = [null, ...graph.states.filter(({ initial }) => initial !== null)];
  return {
    kind: 'machine',
    name: graph.id,
    nodes: [
      ...startNode(graph, null),
      ...graph.states.flatMap((state) => [
        stateNode(graph, state, timed),
        ...startNode(graph, state),
      ]),
    ],
    edges: [
      ...starts.flatMap((state) => startEdge(graph, state)),
      ...edgesOf(graph.transitions.filter(isMove), timed),
    ],
  };
}

/** The chart of a pipeline: its stages in order, and the ways back. */
export function pipelineChart(stages: readonly ChartStage[], name = 'pipeline'): Chart {
  const names = [...stages.map((stage) => stage.name), PIPELINE_END];
  return {
    kind: 'pipeline',
    name,
    nodes: [...stages.map(stageNode), endNode(stages)],
    edges: [
      ...stages.map((stage, index) => edge(stage.name, names[index + 1] ?? PIPELINE_END, [])),
      ...stages.flatMap(waysBack),
    ],
  };
}

function stateNode(graph: MachineGraph, state: StateGraph, timed: Set<string>): ChartNode {
  const staying = graph.transitions.filter((one) => one.from === state.name && !isMove(one));
  return {
    id: state.name,
    parent: state.parent,
    kind: state.kind === 'final' ? 'final' : state.kind === 'leaf' ? 'state' : 'region',
    label: state.name.slice(state.name.lastIndexOf('.') + 1),
    detail: '',
    description: state.description,
    stays: staying.map((one) => ({
      ...transitionOf(one, timed),
      isEnteredAgain: one.to !== null,
    })),
    progress: null,
    note: '',
  };
}

function startNode(graph: MachineGraph, state: StateGraph | null): ChartNode[] {
  if (startEdge(graph, state).length === 0) return [];
  const parent = state?.name ?? null;
  const what = { label: '', detail: '', description: '', stays: [], progress: null, note: '' };
  return [{ id: startId(parent), parent, kind: 'start', ...what }];
}

function startEdge(graph: MachineGraph, state: StateGraph | null): ChartEdge[] {
  const initial = state === null ? graph.initial : state.initial;
  return initial === null ? [] : [edge(startId(state?.name ?? null), initial, [])];
}

function startId(parent: string | null): string {
  return parent === null ? '(start)' : `${parent}.(start)`;
}

/** One arrow for each pair of states, where the first of its transitions is written. */
function edgesOf(moves: (TransitionGraph & { to: string })[], timed: Set<string>): ChartEdge[] {
  const edges = new Map<string, ChartEdge>();
  for (const move of moves) {
    const known = edges.get(edgeId(move.from, move.to)) ?? edge(move.from, move.to, []);
    known.transitions.push(transitionOf(move, timed));
    edges.set(known.id, known);
  }
  return [...edges.values()];
}

function isMove(transition: TransitionGraph): transition is TransitionGraph & { to: string } {
  return transition.to !== null && transition.to !== transition.from;
}

function transitionOf({ event, guard }: TransitionGraph, timed: Set<string>): ChartTransition {
  return { event, guard, isTimed: event !== null && timed.has(event) };
}

function stageNode(stage: ChartStage): ChartNode {
  const { name, kind, attempts = 0, progress = null } = stage;
  const tries = attempts > 1 ? `, attempt ${attempts}` : '';
  return {
    id: name,
    parent: null,
    kind: 'stage',
    label: name,
    detail: kind,
    description: progress === null ? kind : `${kind}, ${progress}${tries}`,
    stays: [],
    progress,
    note: progress === null ? '' : `${progress}${attempts > 1 ? ` ×${attempts}` : ''}`,
  };
}

function endNode(stages: readonly ChartStage[]): ChartNode {
  const isReached = stages.length > 0 && stages.every(({ progress }) => progress === 'passed');
  const what = { detail: '', description: 'the item is done', stays: [], note: '' };
  const progress = isReached ? 'passed' : null;
  return { id: PIPELINE_END, parent: null, kind: 'final', label: 'done', ...what, progress };
}

/** What leads to the stage itself is no way back; both ways to the same stage share an arrow. */
function waysBack({ name, onFail, onReject }: ChartStage): ChartEdge[] {
  const ways = [
    { event: 'onFail', to: onFail },
    { event: 'onReject', to: onReject },
  ];
  const targets = new Set(ways.map(({ to }) => to).filter((to) => to !== null && to !== name));
  return ([...targets] as string[]).map((target) => ({
    ...edge(name, target, ways.filter(({ to }) => to === target).map(wayBack)),
    isBack: true,
  }));
}

function wayBack({ event }: { event: string }): ChartTransition {
  return { event, guard: null, isTimed: false };
}

function edge(from: string, to: string, transitions: ChartTransition[]): ChartEdge {
  return { id: edgeId(from, to), from, to, transitions, isBack: false };
}

function edgeId(from: string, to: string): string {
  return `${from}>${to}`;
}
