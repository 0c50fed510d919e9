// The states there are, read from the machines, so that a slip of the pen is told at once
// and not after a minute of waiting.
import type { ActorKind } from '../../machines/address.ts';
import { definitionOf } from '../../machines/registry.ts';
import { OncewardError } from '../../transport/errors.ts';
import { shown } from '../config/issue-findings.ts';
import { nearestName } from '../config/nearest-name.ts';
import { suggestion } from '../config/problems.ts';

interface States {
  readonly [name: string]: { readonly states: States };
}

/** What `ps` shows of a record that cannot be read. */
const UNREADABLE = ['newer', 'corrupt'];

/** @throws USAGE when the machine of this kind has no such state */
export function assertState(kind: ActorKind, state: string): void {
  const names = [...stateNames(kind), ...UNREADABLE];
  if (names.includes(state)) return;
  const hint = suggestion(nearestName(state, names));
  const message = `${kind}s have no state ${shown(state)}${hint || `: ${names.join(', ')}`}`;
  throw new OncewardError('USAGE', message);
}

/** Every state of the machine of this kind, nested ones as `running.working`. */
export function stateNames(kind: ActorKind): string[] {
  return namesIn(definitionOf(kind)?.machine.states ?? {}, '');
}

/** `active.working` is within `active`, and within itself. */
export function isWithinState(state: string, wanted: string): boolean {
  return state === wanted || state.startsWith(`${wanted}.`);
}

function namesIn(states: States, prefix: string): string[] {
  return Object.entries(states).flatMap(([name, node]) => [
    prefix + name,
    ...namesIn(node.states, `${prefix}${name}.`),
  ]);
}
