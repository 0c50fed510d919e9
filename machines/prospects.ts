// Which events an actor would accept now, and why not the others. Whether it would is always asked of `decide`,
// with data to begin with; it must never be read from a table.
import { z } from 'zod';
import type { ActorEvent } from './event.ts';
import { type Candidate, explainEvent } from './explanation.ts';
import { graphOf } from './graph.ts';
import { type ActorRecord, type Stored, stateName } from './record.ts';
import { type ActorDefinition, definitionOf } from './registry.ts';

/** An event that would be accepted now. */
export interface AcceptableEvent {
  type: string;
  /** Where it leads; null when it stays. */
  to: string | null;
  /** Data to begin with; an operator may change it. */
  data: Record<string, unknown>;
  /** JSON schema of the data. */
  schema: Record<string, unknown>;
}

/** An event that people might expect, and why it is not accepted. */
export interface ClosedEvent {
  type: string;
  reason: string;
  message: string;
  candidates: Candidate[];
}

export interface Prospects {
  accepts: AcceptableEvent[];
  closed: ClosedEvent[];
}

/** Every event that people and publishers may send, as one that would be accepted at `nowMs`, or as closed. */
export function prospectsOf(stored: Stored, nowMs: number): Prospects {
  const { machine, context } = stored.record;
  const definition = definitionOf(machine);
  const prospects: Prospects = { accepts: [], closed: [] };
  if (definition === null) return prospects;
  for (const type of sendableEvents(definition)) {
    const data = definition.templates[type]?.(context, stored.revision) ?? {};
    const event = tryOut(definition.addressOf(context), { type, data, atMs: nowMs });
    const { decision, candidates } = explainEvent(stored, event);
    if (decision.outcome === 'applied') {
      const to = movedTo(stored.record, decision.record);
      prospects.accepts.push({ type, to, data, schema: schemaOf(definition, type) });
    } else if (decision.outcome === 'refused') {
      const { reason, message } = decision;
      prospects.closed.push({ type, reason, message, candidates });
    }
  }
  return prospects;
}

/** All but what opens an actor, what only actors of ours or hosts send, and what the deadlines of the record fire. */
export function sendableEvents(definition: ActorDefinition): string[] {
  const { machine, schemas, internalEvents, seenByHosts } = definition;
  const fired = graphOf(machine).states.flatMap(({ deadlines }) => deadlines);
  const deadlines = fired.map(({ event }) => event);
  const others = new Set(['open', ...internalEvents, ...seenByHosts, ...deadlines]);
  return Object.keys(schemas).filter((type) => !others.has(type));
}

/** The state that `after` is in, where that is another one than `before`; null when it stays. */
export function movedTo(before: ActorRecord, after: ActorRecord): string | null {
  const to = stateName(after.state);
  return to === stateName(before.state) ? null : to;
}

function tryOut(address: string, event: Pick<ActorEvent, 'type' | 'data' | 'atMs'>): ActorEvent {
  // No door lets an empty id in, so that this is a repeat of nothing.
  return { address, id: '', door: 'ask', ...event };
}

const schemas = new WeakMap<object, Record<string, unknown>>();

/** As it is given, before defaults are filled in. */
function schemaOf(definition: ActorDefinition, type: string): Record<string, unknown> {
  const schema = definition.schemas[type] ?? z.object({});
  const known = schemas.get(schema);
  if (known !== undefined) return known;
  const made = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  schemas.set(schema, made);
  return made;
}
