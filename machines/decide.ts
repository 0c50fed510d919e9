// One pure step of any actor: record and event in, next record or refusal out.
// The only caller of XState. It must never read a clock, make an id or touch the world.
import { type ActorScope, type AnyMachineSnapshot, createActor, type StateValue } from 'xstate';
import { type Address, parseAddress } from './address.ts';
import type { Effect, PendingEffect } from './effect.ts';
import type { ActorEvent, MachineEvent, RefusalReason } from './event.ts';
import { oneLine } from './one-line.ts';
import {
  type ActorRecord,
  ENVELOPE_VERSION,
  MAX_RECENT_EVENTS,
  type Stored,
  stateName,
} from './record.ts';
import { type ActorDefinition, definitionOf, type Refusal } from './registry.ts';

export type Decision =
  | { outcome: 'applied'; record: ActorRecord; effects: PendingEffect[] }
  /** The event was applied before; `revision` is null when that was too long ago to know. */
  | { outcome: 'repeated'; revision: number | null }
  | { outcome: 'refused'; reason: RefusalReason; message: string };

/**
 * Decides one event on one record.
 *
 * Safe to repeat: an event the record remembers is recognised, and a refused one leaves no trace.
 * @param stored null when the actor does not exist yet; only `open` is accepted then
 */
export function decide(stored: Stored | null, event: ActorEvent): Decision {
  const address = parseAddress(event.address);
  const definition = address === null ? null : definitionOf(address.kind);
  if (address === null || definition === null) {
    return refused('unknown-actor', `no actor can have the address ${event.address.slice(0, 200)}`);
  }
  const parsed = parseData(definition, event);
  if ('reason' in parsed) return refused(parsed.reason, parsed.message);
  if (stored === null) return openActor({ address, definition, event, data: parsed.data });
  const request = admit(definition, { stored, event, data: parsed.data });
  return 'outcome' in request ? request : step(request);
}

/**
 * The event as the machine is given it; null when the machine is never asked, because `decide` refuses
 * the event before or knows it for a repeat.
 */
export function machineEventOf(stored: Stored, event: ActorEvent): Asked | null {
  const definition = definitionOf(stored.record.machine);
  const parsed = definition && parseData(definition, event);
  if (definition === null || parsed === null || 'reason' in parsed) return null;
  const request = admit(definition, { stored, event, data: parsed.data });
  return 'outcome' in request ? null : machineEvent(event, parsed.data, stored.revision);
}

/** True when the record is in a final state: it can only be archived. */
export function isFinished(record: ActorRecord): boolean {
  return restore(record).status === 'done';
}

type Data = Record<string, unknown>;
type Asked = MachineEvent<string, Data>;

function parseData(
  definition: ActorDefinition,
  event: ActorEvent,
): { data: Data } | { reason: RefusalReason; message: string } {
  const schema = Object.hasOwn(definition.schemas, event.type)
    ? definition.schemas[event.type]
    : undefined;
  if (schema === undefined) {
    return { reason: 'unknown-type', message: `no event is called ${event.type.slice(0, 64)}` };
  }
  if (definition.internalEvents.includes(event.type) && event.door !== 'tell') {
    if (!isOutsideOpening(event)) {
      return { reason: 'not-now', message: `${event.type} is sent by other actors only` };
    }
  }
  const parsed = schema.safeParse(event.data);
  if (parsed.success) return { data: parsed.data as Data };
  const issue = parsed.error.issues[0];
  const where = issue?.path.map(String).join('.') ?? '';
  return { reason: 'schema', message: `${where || 'data'}: ${issue?.message ?? 'invalid'}` };
}

function isOutsideOpening(event: ActorEvent): boolean {
  return event.type === 'open' && event.address.startsWith('item.');
}

function findRepeat({ record, revision }: Stored, event: ActorEvent): Decision | null {
  const seen = record.recent.find((known) => known.id === event.id);
  if (seen !== undefined) return { outcome: 'repeated', revision: seen.revision ?? revision };
  if (event.sequence === undefined || event.sequence > record.mailboxSequence) return null;
  return { outcome: 'repeated', revision: null };
}

interface StepRequest {
  definition: ActorDefinition;
  stored: Stored;
  event: ActorEvent;
  data: Data;
  before: AnyMachineSnapshot;
}

function barrier({ definition, stored, event, data, before }: StepRequest): Refusal | null {
  const { record, revision } = stored;
  if (before.status === 'done') {
    return { reason: 'finished', message: `already ${stateName(record.state)}` };
  }
  const expected = (event.data as Data | null)?.['ifRevision'];
  if (expected !== undefined && expected !== revision) {
    // Not everything can be made into text; what is no number is no revision either.
    const wanted = typeof expected === 'number' ? expected : 'no number';
    return { reason: 'revision', message: `expected ${wanted}, found ${revision}` };
  }
  return definition.fence(record.context, event, data);
}

/** What the machine is to be asked, or why it is not. */
function admit(
  definition: ActorDefinition,
  { stored, event, data }: Pick<StepRequest, 'stored' | 'event' | 'data'>,
): StepRequest | Decision {
  const repeat = findRepeat(stored, event);
  if (repeat !== null) return repeat;
  const request = { definition, stored, event, data, before: restore(stored.record) };
  const barred = barrier(request);
  return barred === null ? request : refused(barred.reason, barred.message);
}

function openActor(request: {
  address: Address;
  definition: ActorDefinition;
  event: ActorEvent;
  data: Data;
}): Decision {
  const { address, definition, event, data } = request;
  if (event.type !== 'open') return refused('unknown-actor', `${event.address} does not exist`);
  const collected: Effect[] = [];
  const input = { ...definition.inputOf(address), ...machineEvent(event, data, 0) };
  const scope = scopeOf(definition, collected);
  const first = definition.machine.getInitialSnapshot(scope, input) as AnyMachineSnapshot;
  const record: ActorRecord = {
    v: ENVELOPE_VERSION,
    machine: address.kind,
    machineVersion: definition.version,
    state: first.value as StateValue,
    sinceMs: event.atMs,
    context: first.context as ActorRecord['context'],
    outbox: [],
    recent: [],
    mailboxSequence: 0,
    event: { id: '', type: '', atMs: 0, door: '', data: null },
    by: '',
  };
  return applied(record, { event, data: null, collected });
}

function step({ definition, stored, event, data, before }: StepRequest): Decision {
  const { record, revision } = stored;
  const collected: Effect[] = [];
  const after = definition.machine.transition(
    before,
    machineEvent(event, data, revision),
    scopeOf(definition, collected),
  ) as AnyMachineSnapshot;
  // XState answers with the same snapshot to a transition that only has effects, too.
  if (after === before && collected.length === 0) {
    const refusal = definition.explain(record.context, { type: event.type, revision }, data);
    const message = `${event.type} is not accepted in ${stateName(record.state)}`;
    return refused(refusal?.reason ?? 'not-now', refusal?.message ?? message);
  }
  const hasMoved = stateName(after.value) !== stateName(before.value);
  const next: ActorRecord = {
    ...record,
    state: after.value as StateValue,
    sinceMs: hasMoved ? event.atMs : record.sinceMs,
    context: after.context as ActorRecord['context'],
  };
  return applied(next, { event, data, collected });
}

function applied(
  record: ActorRecord,
  { event, data, collected }: { event: ActorEvent; data: Data | null; collected: Effect[] },
): Decision {
  const effects = collected.map((effect, n) => ({ n, revision: null, effect }));
  return {
    outcome: 'applied',
    effects,
    record: {
      ...record,
      // Effects of earlier transitions that are not performed yet are carried along, never dropped.
      outbox: [...record.outbox, ...effects],
      recent: [...record.recent, { id: event.id, revision: null }].slice(-MAX_RECENT_EVENTS),
      mailboxSequence: Math.max(record.mailboxSequence, event.sequence ?? 0),
      event: { id: event.id, type: event.type, atMs: event.atMs, door: event.door, data },
    },
  };
}

function machineEvent(event: ActorEvent, data: Data, revision: number): Asked {
  return { type: event.type, data, atMs: event.atMs, id: event.id, revision, door: event.door };
}

function restore(record: ActorRecord): AnyMachineSnapshot {
  const definition = definitionOf(record.machine);
  if (definition === null) throw new Error(`no machine is called ${record.machine}`);
  return definition.machine.resolveState({ value: record.state, context: record.context });
}

type Scope = ActorScope<AnyMachineSnapshot, { type: string }>;

const scopes = new Map<ActorDefinition, Scope>();

/**
 * One inert scope for each machine, instead of a new one at every call as XState's own `transition`
 * builds it: a third of the time. Safe because no machine invokes or spawns.
 */
function scopeOf(definition: ActorDefinition, collected: Effect[]): Scope {
  let scope = scopes.get(definition);
  if (scope === undefined) {
    const self = createActor(definition.machine);
    scope = {
      self,
      system: self.system,
      id: '',
      sessionId: '',
      defer: () => {},
      logger: () => {},
      stopChild: () => {},
      emit: () => {},
      actionExecutor: () => {},
    } as Scope;
    scopes.set(definition, scope);
  }
  scope.actionExecutor = (action) => {
    const effects = definition.effects[action.type];
    if (effects !== undefined) collected.push(...effects(action.info));
  };
  return scope;
}

function refused(reason: RefusalReason, message: string): Decision {
  return { outcome: 'refused', reason, message: oneLine(message) };
}
