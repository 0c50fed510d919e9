// What the labels of metrics may be: the words of the machines, and nothing that somebody outside can make up.
// A word that is not known becomes `other`, so that no event can grow the number of series.
import { ACCOUNT_CAUSES } from '../../machines/agent.ts';
import { REFUSAL_REASONS } from '../../machines/event.ts';
import { ACTOR_KINDS, definitionOf } from '../../machines/registry.ts';
import { actuatorsSchema } from '../config/actuators.ts';

const OTHER = 'other';

const MACHINES = new Set(['run', 'item', 'account', 'merge', 'deployment']);
const REASONS: ReadonlySet<string> = new Set(REFUSAL_REASONS);
/** The reasons of alarms. */
export const ALARMS: ReadonlySet<string> = new Set([
  'budget-exhausted',
  'item-cap-reached',
  'run-cap-reached',
  'no-progress',
  ...['cap-reached', 'operator', ...ACCOUNT_CAUSES],
  'not-landed',
  'approval-needed',
  'outside-degraded',
  'review-rounds',
  'pull-request-closed',
  'run-cancelled',
  'too-many-runs',
  'still-waiting',
  'still-cancelling',
  'outage',
  'audit-gap',
  'disk-budget',
  ...['queue-frozen', 'queue-red-base', 'queue-base-rewritten', 'queue-paused', 'queue-faulty'],
  ...['deployment-held', 'deployment-degraded', 'deployment-unobserved'],
  ...['provenance-mismatch', 'rollback-failed'],
  ...REFUSAL_REASONS.map((reason) => `tell-${reason}`),
]);

/** The types of event and the states of each machine. */
const WORDS = new Map(
  ACTOR_KINDS.map((kind) => {
    const definition = definitionOf(kind);
    const events = new Set(Object.keys(definition?.schemas ?? {}));
    return [kind as string, { events, states: new Set(namesIn(definition?.machine.states, '')) }];
  }),
);

export function machineLabel(address: string): string {
  const kind = address.slice(0, Math.max(0, address.indexOf('.')));
  return MACHINES.has(kind) ? kind : OTHER;
}

export function eventLabel(machine: string, type: string): string {
  return WORDS.get(machine)?.events.has(type) ? type : OTHER;
}

/** `running.working` */
export function stateLabel(machine: string, state: string | null): string {
  return state !== null && WORDS.get(machine)?.states.has(state) ? state : OTHER;
}

export function reasonLabel(reason: string | null): string {
  return reason !== null && REASONS.has(reason) ? reason : OTHER;
}

export const ACTUATORS: readonly string[] = actuatorsSchema.keyof().options;

export function actuatorLabel(actuator: string): string {
  return ACTUATORS.includes(actuator) ? actuator : OTHER;
}

/** Projects come and go, and series stay: no process has more of them than this. */
const MAX_PROJECTS = 200;

export function createProjectLabels(): { labelOf(project: string): string } {
  const known = new Set<string>();
  return {
    labelOf(project) {
      if (known.size < MAX_PROJECTS) known.add(project);
      return known.has(project) ? project : OTHER;
    },
  };
}

export function alarmLabel(reason: string | null): string {
  return reason !== null && ALARMS.has(reason) ? reason : OTHER;
}

interface States {
  readonly [name: string]: { readonly states: States };
}

function namesIn(states: States | undefined, prefix: string): string[] {
  return Object.entries(states ?? {}).flatMap(([name, node]) => [
    prefix + name,
    ...namesIn(node.states, `${prefix}${name}.`),
  ]);
}
