// What a decision would do to each of many items, decided on the records as they were read. Nothing is sent.
import { itemAddress } from '../../../machines/address.ts';
import type { ActorRecord } from '../../../machines/record.ts';
import { requestId } from '../../../transport/identity.ts';
import { foresee } from '../../queries/dry-run.ts';
import type { ListedActor } from '../../queries/listed-actor.ts';
import { parseItemAddress } from '../../queries/user-address.ts';
import type { BulkRow } from './bulk-row.ts';

export interface Decision {
  type: string;
  data: Record<string, unknown>;
}

export function planOf(
  actors: readonly ListedActor[],
  decision: Decision,
  nowMs: number,
): BulkRow[] {
  return actors.map((actor) => {
    const { record } = actor;
    return record === null
      ? unreadable(actor, decision)
      : foreseen(actor, record, { ...decision, nowMs });
  });
}

function foreseen(
  { address, revision, isArchived, state }: ListedActor,
  record: ActorRecord,
  { type, data, nowMs }: Decision & { nowMs: number },
): BulkRow {
  const { project, item } = parseItemAddress(address);
  const event = { address: itemAddress(project, item), type, data, id: requestId(), atMs: nowMs };
  const { outcome, to, reason, message } = foresee(
    { stored: { record, revision }, isArchived },
    { ...event, door: 'ask' },
  );
  return { address, type, outcome, from: state, revision, to, reason, message };
}

function unreadable({ address, revision, state }: ListedActor, { type }: Decision): BulkRow {
  const message = 'the record cannot be read by this version';
  const outcome = 'would-refuse';
  return { address, type, outcome, from: state, revision, to: null, reason: state, message };
}
