// Commands as an operator can paste them, with the event each would send. What a record would refuse is not offered.
// It must never let a text from outside end a quotation: a shell reads these lines.
import { decide } from '../../machines/decide.ts';
import type { Stored } from '../../machines/record.ts';
import { userAddress } from './user-address.ts';
import type { Action } from './why-view.ts';

/** A command that may be shown, and the event it sends where it sends one. */
export interface Offer extends Action {
  sends?: { address: string; type: string; data: Record<string, unknown> };
}

type Verb = 'approve' | 'reject' | 'cancel' | 'retry' | 'pause' | 'resume';

/** An id that no record remembers: what is asked here is never sent. */
const OFFER_ID = 'onceward-why:offer';

/** `onceward approve shop/7` */
export function verb(name: Verb, item: string, does: string): Offer {
  const text = name === 'reject' ? " --reason 'why'" : '';
  return {
    command: `onceward ${name} ${userAddress(item)}${text}`,
    does,
    sends: { address: item, type: name, data: { by: 'operator' } },
  };
}

/** `onceward send shop/7/build/1 gone --data '{"epoch":1}'` */
export function sending(
  address: string,
  event: { type: string; data?: Record<string, unknown> },
  does: string,
): Offer {
  const { type, data = {} } = event;
  const hasData = Object.keys(data).length > 0;
  const command = `onceward send ${userAddress(address)} ${type}`;
  return {
    command: hasData ? `${command} --data ${jsonArgument(data)}` : command,
    does,
    sends: { address, type, data },
  };
}

/** `onceward watch shop/7`, and whatever else only looks. */
export function looking(command: string, does: string): Offer {
  return { command: `onceward ${command}`, does };
}

/** Those that would work now, each once, in their order. */
export function accepted(
  offers: readonly Offer[],
  { records, nowMs }: { records: ReadonlyMap<string, Stored>; nowMs: number },
): Action[] {
  const actions = new Map<string, Action>();
  for (const { command, does, sends } of offers) {
    const stored = sends === undefined ? null : records.get(sends.address);
    if (sends !== undefined && (!stored || !isAccepted(stored, sends, nowMs))) continue;
    if (!actions.has(command)) actions.set(command, { command, does });
  }
  return [...actions.values()];
}

/** Plain ASCII without an apostrophe, in single quotes: every shell takes it as it stands. */
function jsonArgument(data: Record<string, unknown>): string {
  const text = JSON.stringify(data).replace(/[^\x20-\x26\x28-\x7e]/g, escaped);
  return `'${text}'`;
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function isAccepted(
  stored: Stored,
  { address, type, data }: NonNullable<Offer['sends']>,
  nowMs: number,
): boolean {
  const event = { address, type, data, id: OFFER_ID, atMs: nowMs, door: 'ask' } as const;
  return decide(stored, event).outcome === 'applied';
}
