// Records as the messages of the Stately inspector protocol. Whoever receives them may be a page of somebody else:
// unless everything is asked for, free text must never be among them.
import type { AnyStateMachine } from 'xstate';
import { itemAddress, parseAddress } from '../../machines/address.ts';
import { isFinished } from '../../machines/decide.ts';
import type { ActorRecord, Stored } from '../../machines/record.ts';
import { definitionOf } from '../../machines/registry.ts';
import type { AuditLine } from '../queries/audit-entries.ts';

/** The version of @statelyai/inspect whose messages these are. */
const PROTOCOL_VERSION = '0.7.2';
/** Left out whatever they hold: written by people, agents and trackers, or pointing into somebody's systems. */
const FREE_TEXTS: ReadonlySet<string> = new Set([
  ...['title', 'body', 'feedback', 'summary', 'message', 'ending', 'result'],
  ...['command', 'env', 'path', 'repository'],
]);
/** Names, addresses, digests and causes look so; sentences do not. */
const NAME_FORM = /^[A-Za-z0-9_.:@/=-]{0,128}$/;

export type StatelyMessage = Readonly<Record<string, unknown>> & { type: string };

/** An actor that is there, as it stands. */
export function actorMessage(address: string, stored: Stored, isRedacted: boolean): StatelyMessage {
  const { record, revision } = stored;
  const machine = definitionOf(record.machine)?.machine;
  return {
    type: '@xstate.actor',
    name: address,
    definition: machine === undefined ? undefined : definitionText(machine),
    parentId: parentOf(address),
    snapshot: snapshotOf(record, isRedacted),
    ...envelope(address, record.event.atMs, `${address}:${revision}:actor`),
  };
}

/** The event that made this record, and the state it led to. */
export function changeMessages(
  address: string,
  { record, revision }: Stored,
  isRedacted: boolean,
): StatelyMessage[] {
  const { type, data, atMs } = record.event;
  const event = { ...(shown(data ?? {}, isRedacted) as object), type };
  const id = `${address}:${revision}`;
  return [
    { type: '@xstate.event', event, ...envelope(address, atMs, `${id}:event`) },
    {
      type: '@xstate.snapshot',
      event,
      snapshot: snapshotOf(record, isRedacted),
      ...envelope(address, atMs, `${id}:snapshot`),
    },
  ];
}

/** An event that changed nothing. */
export function refusalMessage(entry: AuditLine, isRedacted: boolean): StatelyMessage {
  const { address, atMs, type, reason, message, id } = entry;
  const told = shown({ reason, message }, isRedacted) as object;
  const event = { ...told, isRefused: true, type };
  return { type: '@xstate.event', event, ...envelope(address, atMs, `${address}:${id}:refused`) };
}

/** A value as it may be sent. */
function shown(value: unknown, isRedacted: boolean): unknown {
  if (!isRedacted) return value;
  if (typeof value === 'string') return NAME_FORM.test(value) ? value : leftOut(value);
  if (Array.isArray(value)) return value.map((one) => shown(one, true));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [
      shown(key, true),
      FREE_TEXTS.has(key) ? leftOut(one) : shown(one, true),
    ]),
  );
}

function leftOut(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return `(${text.length} characters left out)`;
}

function snapshotOf(record: ActorRecord, isRedacted: boolean): Record<string, unknown> {
  return {
    status: isFinished(record) ? 'done' : 'active',
    value: record.state,
    context: shown(record.context, isRedacted),
    ...{ children: {}, historyValue: {} },
  };
}

function envelope(address: string, atMs: number, id: string): Record<string, unknown> {
  const rootId = parentOf(address) ?? address;
  return { sessionId: address, rootId, createdAt: String(atMs), id, _version: PROTOCOL_VERSION };
}

/** A run belongs to its item. */
function parentOf(address: string): string | undefined {
  const parsed = parseAddress(address);
  if (parsed?.kind !== 'run') return undefined;
  const [project = '', item = ''] = parsed.key.split('.');
  return itemAddress(project, item);
}

/** The machine as JSON. What is a function in it is told by its name; the context is sent as it is. */
function definitionText({ config }: AnyStateMachine): string {
  const { context: _, ...definition } = config;
  return JSON.stringify(definition, (_key, value: unknown) =>
    typeof value === 'function' ? { type: value.name || 'inline' } : value,
  );
}
