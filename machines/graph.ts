// A machine as plain data: its states with who looks after them, and every way out of each.
// It only reads the definition; it must never step a machine.
import type { AnyStateMachine } from 'xstate';

export interface StateGraph {
  /** As people read it: `running.working`. */
  name: string;
  parent: string | null;
  kind: 'leaf' | 'compound' | 'final' | 'history' | 'parallel';
  /** The state it begins in; null unless it is compound. */
  initial: string | null;
  description: string;
  /** Who is to move it on, and who does when they do not. Empty when nobody is named. */
  owner: string;
  reconciler: string;
  entry: string[];
  exit: string[];
  /** Events its deadlines fire, with the entry action that arms each. */
  deadlines: { event: string; armedBy: string }[];
  /** True when it invokes an actor or waits by XState's own timers. */
  hasOwnLife: boolean;
}

export interface TransitionGraph {
  from: string;
  /** Null when it is taken at once, without an event. */
  event: string | null;
  guard: string | null;
  /** Null when it stays where it is without entering the state again. */
  to: string | null;
  actions: string[];
}

export interface MachineGraph {
  id: string;
  initial: string | null;
  states: StateGraph[];
  transitions: TransitionGraph[];
}

type Node = AnyStateMachine['root'];
type Edge = NonNullable<Node['always']>[number];

/** Reads the whole machine, in the order in which it is written. */
export function graphOf(machine: AnyStateMachine): MachineGraph {
  const nodes = descendantsOf(machine.root);
  return {
    id: machine.id,
    initial: initialOf(machine.root),
    states: nodes.map((node) => stateOf(machine, node)),
    transitions: [machine.root, ...nodes].flatMap(transitionsOf),
  };
}

/** The transitions as a Markdown table. */
export function renderTransitionTable({ transitions }: MachineGraph): string {
  const rows = transitions.map(({ from, event, guard, to, actions }) => [
    code(from),
    event === null ? '(at once)' : code(event),
    guard === null ? '' : code(guard),
    to === null ? '(stays)' : code(to),
    actions.map(code).join(', '),
  ]);
  const lines = [
    ['From', 'Event', 'Only if', 'To', 'Actions'],
    ['---', '---', '---', '---', '---'],
  ];
  return [...lines, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** The look of what is lit in a Mermaid diagram. */
export const MERMAID_LIT = 'classDef active fill:#dcfce7,stroke:#15803d,stroke-width:3px';

/**
 * The machine as a Mermaid `stateDiagram-v2`. Transitions that stay are left out: they move nothing.
 * States that are `lit` stand out; those that it has not are left out, too.
 */
export function renderMermaid(graph: MachineGraph, lit: readonly string[] = []): string {
  const moves = graph.transitions.filter(({ to }) => to !== null);
  const arrows = new Set(moves.map(arrowOf));
  const labelled = [...arrows].map((arrow) => {
    const events = moves.filter((move) => arrowOf(move) === arrow).map(({ event }) => event);
    const label = [...new Set(events)].filter((event) => event !== null).join(', ');
    return label === '' ? `  ${arrow}` : `  ${arrow}: ${label}`;
  });
  const finals = graph.states.filter(({ kind }) => kind === 'final');
  return [
    'stateDiagram-v2',
    ...nestedStates(graph, null, '  '),
    ...labelled,
    ...finals.map(({ name }) => `  ${idOf(name)} --> [*]`),
    ...litLines(graph, lit),
  ].join('\n');
}

function litLines({ states }: MachineGraph, lit: readonly string[]): string[] {
  const known = states.filter(({ name }) => lit.includes(name));
  if (known.length === 0) return [];
  return [`  ${MERMAID_LIT}`, ...known.map(({ name }) => `  class ${idOf(name)} active`)];
}

function nestedStates(graph: MachineGraph, parent: string | null, indent: string): string[] {
  const initial = parent === null ? graph.initial : stateNamed(graph, parent)?.initial;
  const children = graph.states.filter((state) => state.parent === parent);
  return [
    ...(initial ? [`${indent}[*] --> ${idOf(initial)}`] : []),
    ...children.flatMap((state) => {
      const line = `${indent}state "${keyOf(state.name)}" as ${idOf(state.name)}`;
      if (state.kind !== 'compound') return [line];
      return [`${line} {`, ...nestedStates(graph, state.name, `${indent}  `), `${indent}}`];
    }),
  ];
}

function arrowOf({ from, to }: TransitionGraph): string {
  return `${idOf(from)} --> ${idOf(to ?? '')}`;
}

function stateNamed(graph: MachineGraph, name: string): StateGraph | undefined {
  return graph.states.find((state) => state.name === name);
}

function descendantsOf(node: Node): Node[] {
  const children = Object.values(node.states) as Node[];
  return children.flatMap((child) => [child, ...descendantsOf(child)]);
}

function stateOf(machine: AnyStateMachine, node: Node): StateGraph {
  const entry = node.entry.map(nameOf);
  const meta = (node.meta ?? {}) as { owner?: string; reconciler?: string };
  return {
    name: nameOfState(node),
    parent:
      node.parent === undefined || node.parent === machine.root ? null : nameOfState(node.parent),
    kind: node.type === 'atomic' ? 'leaf' : node.type,
    initial: initialOf(node),
    description: node.description ?? '',
    owner: meta.owner ?? '',
    reconciler: meta.reconciler ?? '',
    entry,
    exit: node.exit.map(nameOf),
    deadlines: entry.flatMap((action) => deadlinesOf(machine, action)),
    hasOwnLife: node.invoke.length > 0 || node.after.length > 0,
  };
}

function transitionsOf(node: Node): TransitionGraph[] {
  return [...(node.always ?? []), ...[...node.transitions.values()].flat()].map((edge) => ({
    from: nameOfState(node),
    event: edge.eventType === '' ? null : edge.eventType,
    guard: edge.guard === undefined ? null : nameOf(edge.guard),
    to: targetOf(edge),
    actions: edge.actions.map(nameOf),
  }));
}

/**
 * Which events the deadlines of an `arm…` action fire. The action is asked itself, with the context a
 * machine has without any input, so that the answer cannot differ from what it does.
 */
function deadlinesOf(machine: AnyStateMachine, action: string): StateGraph['deadlines'] {
  const implementation = machine.implementations.actions[action] as { assignment?: unknown };
  if (!action.startsWith('arm') || typeof implementation?.assignment !== 'function') return [];
  const context = contextOf(machine);
  const changed = implementation.assignment({ context, event: { type: action, atMs: 0 } });
  const { deadlines = {} } = changed as { deadlines?: Record<string, number> };
  return Object.keys(deadlines).map((event) => ({ event, armedBy: action }));
}

function contextOf(machine: AnyStateMachine): unknown {
  const { context } = machine.config;
  return typeof context === 'function' ? context({ input: undefined } as never) : context;
}

function initialOf(node: Node): string | null {
  const target = node.type === 'compound' ? node.initial.target[0] : undefined;
  return target === undefined ? null : nameOfState(target);
}

function targetOf(edge: Edge): string | null {
  const [target] = edge.target ?? [];
  return target === undefined ? null : nameOfState(target);
}

/** What is written as a function has no name; the lint finds it by this word. */
function nameOf(thing: unknown): string {
  if (typeof thing === 'string') return thing;
  const type = (thing as { type?: unknown } | null)?.type;
  return typeof type === 'string' ? type : 'inline';
}

function nameOfState(node: Node): string {
  return node.path.join('.');
}

function keyOf(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

function idOf(name: string): string {
  return name.replaceAll('.', '_');
}

function code(text: string): string {
  return `\`${text}\``;
}
