// Why a deployment says no, as a reason from the public list. Fences are checked before the machine is asked.
import type { ActorEvent, RefusalReason } from '../event.ts';
import { MAX_QUEUED, rollbackTarget } from './conditions.ts';
import type { DeploymentContext } from './context.ts';

/** Reports of whoever holds the lease: nothing that a publisher may claim. */
const WORKERS_EVENTS: readonly string[] = [
  'take',
  'progress',
  'assessed',
  'built',
  'checked',
  'promoted',
  'deployed',
  'measured',
  'rolled-back',
  'failed',
  'holder-lost',
];

type Refusal = { reason: RefusalReason; message: string };

/** A holder of before, and a report on an operation or a round of before, change nothing. */
export function fenceDeployment(
  { holder, operation, watch }: DeploymentContext,
  { type, door }: Pick<ActorEvent, 'type' | 'door'>,
  data: Record<string, unknown>,
): Refusal | null {
  if (door === 'mailbox' && WORKERS_EVENTS.includes(type)) {
    return { reason: 'not-now', message: `only workers report ${type}, and wait for the answer` };
  }
  const { token, operation: number, round } = data;
  if (token !== undefined && token !== holder?.token) {
    const found = holder === null ? 'nobody holds the lease' : `the lease is at ${holder.token}`;
    return { reason: 'stale-epoch', message: `token ${String(token)}, ${found}` };
  }
  if (number !== undefined && number !== operation?.number) {
    const found = operation === null ? 'none is under way' : `it is ${operation.number}`;
    return { reason: 'stale-epoch', message: `operation ${String(number)}, ${found}` };
  }
  if (round === undefined || round === watch?.round) return null;
  const found = watch === null ? 'nothing is watched' : `it is ${watch.round}`;
  return { reason: 'stale-epoch', message: `round ${String(round)}, ${found}` };
}

export function explainDeployment(
  context: DeploymentContext,
  { type }: { type: string },
): Refusal | null {
  const message = explanationOf(context, type);
  return message === null ? null : { reason: 'not-now', message };
}

function explanationOf(context: DeploymentContext, type: string): string | null {
  const { operation, holder, holding, queue, settings, offered } = context;
  if (type === 'take') {
    if (operation === null) return 'nothing is under way';
    return holder === null ? 'nothing is to be done now' : `held by ${holder.worker}`;
  }
  if (type === 'request' || type === 'deploy') {
    if (settings === null && offered === null) return 'no item has brought the settings of it yet';
    return queue.length >= MAX_QUEUED ? `${MAX_QUEUED} wait already` : null;
  }
  if (type === 'rollback' && rollbackTarget(context) === null) {
    return 'no version that was good before is there to come back';
  }
  if (type !== 'release') return null;
  return holding === null
    ? 'nothing waits for that decision'
    : `held for ${holding.cause}: that decision does not settle it`;
}
