// Why a merge queue says no, as a reason from the public list. Fences are checked before the machine is asked.
import type { ActorEvent, RefusalReason } from '../event.ts';
import { MAX_ENTRIES } from './conditions.ts';
import { entryOf, type MergeContext } from './context.ts';
import { mergeEventSchemas } from './events.ts';

/** Reports of whoever holds the lease: nothing that a publisher may claim. */
const WORKERS_EVENTS: readonly string[] = [
  'take',
  'progress',
  'prepared',
  'validated',
  'landed',
  'base-moved',
  'verified',
  'failed',
  'holder-lost',
];

type Refusal = { reason: RefusalReason; message: string };

/** A holder of before, and a report on a trial of before, change nothing. */
export function fenceMerge(
  { holder, trial, entries }: MergeContext,
  { type, door }: Pick<ActorEvent, 'type' | 'door'>,
  data: Record<string, unknown>,
): Refusal | null {
  if (door === 'mailbox' && WORKERS_EVENTS.includes(type)) {
    return { reason: 'not-now', message: `only workers report ${type}, and wait for the answer` };
  }
  const odd = type === 'prepared' ? oddMembers({ trial, entries }, data) : null;
  const { token, trial: number } = data;
  if (token !== undefined && token !== holder?.token) {
    const found = holder === null ? 'nobody holds the lease' : `the lease is at ${holder.token}`;
    return { reason: 'stale-epoch', message: `token ${String(token)}, ${found}` };
  }
  if (number === undefined || number === trial?.number) return odd;
  const found = trial === null ? 'none is under way' : `the trial is ${trial.number}`;
  return { reason: 'stale-epoch', message: `trial ${String(number)}, ${found}` };
}

/** Each member has one fate, and nobody else has any: else one would be lost, or land without being asked for. */
function oddMembers(
  { trial, entries }: Pick<MergeContext, 'trial' | 'entries'>,
  data: Record<string, unknown>,
): Refusal | null {
  const { candidate, landed, conflicts, missing } = mergeEventSchemas.prepared.parse(data);
  const heads = (members: readonly { item: string; headSha: string }[]) =>
    members.map(({ item, headSha }) => `${item}@${headSha}`);
  const fates = heads([...(candidate?.members ?? []), ...landed, ...conflicts, ...missing]);
  const asked = (trial?.members ?? []).flatMap((item) => entryOf({ entries }, item) ?? []);
  const isSame = fates.toSorted().join() === heads(asked).toSorted().join();
  const isTogether = candidate !== null || conflicts.every((one) => one.with === 'base');
  if (isSame && isTogether) return null;
  const wanted = asked.map(({ item }) => item).join(', ') || 'nobody';
  return { reason: 'not-now', message: `expected one fate for each of ${wanted}` };
}

export function explainMerge(
  context: MergeContext,
  event: { type: string },
  data: Record<string, unknown>,
): Refusal | null {
  const { item } = data;
  if (event.type === 'take') {
    const { holder, trial } = context;
    if (trial === null) return { reason: 'not-now', message: 'no trial is under way' };
    const message = holder === null ? 'only the checks are waited for' : `held by ${holder.worker}`;
    return { reason: 'not-now', message };
  }
  if (event.type === 'enqueue') {
    const isFull = context.entries.length >= MAX_ENTRIES;
    return isFull ? { reason: 'not-now', message: `${MAX_ENTRIES} wait already` } : null;
  }
  if (typeof item !== 'string') return null;
  const entry = entryOf(context, item);
  if (entry === null) return { reason: 'not-now', message: `${item} is not in the queue` };
  if (event.type !== 'eject') return null;
  return { reason: 'not-now', message: `${item} is being landed` };
}
