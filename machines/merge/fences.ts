// Why a merge queue says no, as a reason from the public list. Fences are checked before the machine is asked.
import type { ActorEvent, RefusalReason } from '../event.ts';
import { entryOf, type MergeContext } from './context.ts';

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
  { holder, trial }: MergeContext,
  { type, door }: Pick<ActorEvent, 'type' | 'door'>,
  data: Record<string, unknown>,
): Refusal | null {
  if (door === 'mailbox' && WORKERS_EVENTS.includes(type)) {
    return { reason: 'not-now', message: `only workers report ${type}, and wait for the answer` };
  }
  const { token, trial: number } = data;
  if (token !== undefined && token !== holder?.token) {
    const found = holder === null ? 'nobody holds the lease' : `the lease is at ${holder.token}`;
    return { reason: 'stale-epoch', message: `token ${String(token)}, ${found}` };
  }
  if (number === undefined || number === trial?.number) return null;
  const found = trial === null ? 'none is under way' : `the trial is ${trial.number}`;
  return { reason: 'stale-epoch', message: `trial ${String(number)}, ${found}` };
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
  if (typeof item !== 'string' || event.type === 'enqueue') return null;
  const entry = entryOf(context, item);
  if (entry === null) return { reason: 'not-now', message: `${item} is not in the queue` };
  if (event.type !== 'eject') return null;
  return { reason: 'not-now', message: `${item} is being landed` };
}
