// What was meant by an event that no actor knows: a slip of the pen is told where it is refused.
import type { ActorKind } from '../../machines/address.ts';
import { sendableEvents } from '../../machines/prospects.ts';
import { definitionOf } from '../../machines/registry.ts';
import { nearestName } from '../config/nearest-name.ts';
import { listed, suggestion } from '../config/problems.ts';

/** `; did you mean "cancel"?`, or which events there are. */
export function meantEvent(kind: ActorKind, type: string): string {
  const definition = definitionOf(kind);
  const names = definition === null ? [] : sendableEvents(definition);
  return suggestion(nearestName(type, names)) || `: there are ${listed(names)}`;
}
