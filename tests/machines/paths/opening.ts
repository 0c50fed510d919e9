// The opening of an actor as its machine is given it: what decide does, for machines that are stepped directly.
import { type Address, parseAddress } from '../../../machines/address.ts';
import { type ActorDefinition, definitionOf } from '../../../machines/registry.ts';
import { OPENED_AT_MS, type Step } from '../../support/machine-steps.ts';

export function definitionAt(address: string): ActorDefinition {
  return resolved(address).definition;
}

/** What `initialTransition` begins a machine with. */
export function openingInput(address: string, opening: Step): Record<string, unknown> {
  const { parsed, definition } = resolved(address);
  const { type, door } = opening;
  const data = definition.schemas[type]?.parse(opening.data);
  const event = { type, data, door, atMs: OPENED_AT_MS, revision: 0, id: 'opening' };
  return { ...definition.inputOf(parsed), ...event };
}

function resolved(address: string): { parsed: Address; definition: ActorDefinition } {
  const parsed = parseAddress(address);
  const definition = parsed && definitionOf(parsed.kind);
  if (parsed === null || definition === null) throw new Error(`no machine for ${address}`);
  return { parsed, definition };
}
