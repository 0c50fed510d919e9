// What an event says went wrong, or was decided, in words for people. It must never judge whose fault it was.
import type { DeploymentArgs } from './context.ts';
import { watchWords } from './watch.ts';

/** What went wrong, by whatever says so. */
export function failureOf({ context, event }: DeploymentArgs): { cause: string; summary: string } {
  const { rollbackWanted } = context;
  // What infrastructure did while a person waited for the rollback is not why it comes.
  const isPersons = rollbackWanted !== null && context.operation?.kind === 'release';
  if (event.type === 'failed' && (!isPersons || event.data.kind === 'product_fail')) {
    const { phase, cause, summary } = event.data;
    return { cause, summary: `${phase}: ${summary}` };
  }
  if (event.type === 'measured') {
    const words = context.watch === null ? '' : watchWords(context.watch, ['failed']);
    return { cause: 'degraded', summary: words };
  }
  if (event.type === 'holder-lost' || event.type === 'lease-elapsed') {
    const worker = context.holder?.worker ?? 'its worker';
    return { cause: 'worker-lost', summary: `${worker} was lost, as others before it` };
  }
  const { by, reason } = rollbackWanted ?? decisionOf({ context, event });
  return { cause: 'rolled-back', summary: `by ${by}${reason && `: ${reason}`}` };
}

/** Who has decided, and why. */
export function decisionOf({ event }: DeploymentArgs): { by: string; reason: string } {
  const isPersons = event.type === 'release' || event.type === 'rollback';
  return isPersons ? event.data : { by: 'onceward', reason: '' };
}
