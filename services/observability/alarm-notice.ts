// An alarm as people and programs outside are told of it: on standard input of a command, in the body of a webhook.
// Fields may be added under the same `"v":1`; they never change their meaning.
import type { AuditEntry } from '../actors/audit-entry.ts';
import { userAddress } from '../queries/user-address.ts';

export interface AlarmNotice {
  v: 1;
  /** The same however often this alarm is told: `<address>:<revision>:<n>`, the id of the effect. */
  id: string;
  reason: string;
  /** `project/item` or `project/item/stage/attempt`; the identity of a host for what concerns the fleet. */
  address: string;
  /** For people. May hold anything: titles and causes come from outside. */
  message: string;
  /** Server time. */
  atMs: number;
  at: string;
  /** The host that raised it. */
  by: string;
}

export function noticeOf({ id, reason, address, message, atMs, by }: AuditEntry): AlarmNotice {
  // What a host says of the fleet comes from no effect, and has no id of its own.
  const isOfHost = id === address;
  return {
    v: 1,
    id: isOfHost ? `${id}:${reason}:${atMs}` : id,
    reason: String(reason),
    address: userAddress(address),
    message,
    atMs,
    at: new Date(atMs).toISOString(),
    by,
  };
}
