// The rules of the machines: whoever is not finished has an owner, a deadline and a reconciler, and nothing
// in a machine has a life of its own. It must never step a machine; it reads definitions only.
import type { AnyStateMachine } from 'xstate';
import { graphOf, type MachineGraph, type StateGraph } from '../../machines/graph.ts';

/** A machine with what it is registered with. */
export interface LintSubject {
  machine: AnyStateMachine;
  /** Names of the effects it may ask for. */
  effects: readonly string[];
  /** Types of the events it may be sent. */
  events: readonly string[];
}

const OPENING = 'open';

/** Everything that breaks a rule, as `machine state: what is wrong`. */
export function machineProblems(subject: LintSubject): string[] {
  const graph = graphOf(subject.machine);
  return [
    ...graph.states.flatMap((state) => stateProblems(graph, state)),
    ...graph.states.flatMap(lifeProblems),
    ...actionProblems(graph, subject),
    ...eventProblems(graph, subject),
  ].map((problem) => `${graph.id} ${problem}`);
}

/** A state that is left at once, without an event, needs nobody to look after it. */
function isTransient(graph: MachineGraph, { name }: StateGraph): boolean {
  return graph.transitions.some(
    ({ from, event, guard }) => from === name && event === null && guard === null,
  );
}

function stateProblems(graph: MachineGraph, state: StateGraph): string[] {
  const { name, kind, owner, reconciler, description, deadlines } = state;
  const missing = kind !== 'compound' && description === '' ? ['description'] : [];
  if (kind === 'leaf' && !isTransient(graph, state)) {
    if (owner === '') missing.push('owner');
    if (reconciler === '') missing.push('reconciler');
    if (deadlines.length === 0) missing.push('deadline');
  }
  const unheard = deadlines.filter(
    ({ event }) => !graph.transitions.some((edge) => edge.from === name && edge.event === event),
  );
  return [
    ...missing.map((what) => `${name}: has no ${what}`),
    ...unheard.map(({ event }) => `${name}: does not handle its deadline ${event}`),
  ];
}

function lifeProblems({ name, kind, hasOwnLife, exit }: StateGraph): string[] {
  return [
    ...(hasOwnLife ? [`${name}: uses invoke or after`] : []),
    ...(kind === 'history' || kind === 'parallel' ? [`${name}: is a ${kind} state`] : []),
    // What happens on leaving would depend on where the machine goes, and never show in its table.
    ...exit.map((action) => `${name}: has the exit action ${action}`),
  ];
}

function actionProblems(graph: MachineGraph, { machine, effects }: LintSubject): string[] {
  const used = new Set([
    ...graph.states.flatMap(({ entry, exit }) => [...entry, ...exit]),
    ...graph.transitions.flatMap(({ actions }) => actions),
  ]);
  const isAssign = (name: string) => {
    const implementation = machine.implementations.actions[name] as { type?: unknown } | undefined;
    return implementation?.type === 'xstate.assign';
  };
  return [
    ...[...used]
      .filter((name) => isAssign(name) === effects.includes(name))
      .map((name) => `action ${name}: is neither an assign nor an effect, or both`),
    ...effects.filter((name) => !used.has(name)).map((name) => `effect ${name}: is never used`),
    ...Object.keys(machine.implementations.actions)
      .filter((name) => !used.has(name))
      .map((name) => `action ${name}: is never used`),
  ];
}

function eventProblems(graph: MachineGraph, { events }: LintSubject): string[] {
  const handled = new Set(graph.transitions.flatMap(({ event }) => event ?? []));
  return [
    ...[...handled].filter((event) => !events.includes(event)).map((e) => `event ${e}: no schema`),
    ...events
      .filter((event) => event !== OPENING && !handled.has(event))
      .map((event) => `event ${event}: is never handled`),
  ];
}
