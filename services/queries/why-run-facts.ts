// What an explanation of a run and its actions both ask of it. Pure readings of the record, no words.
import { ACCOUNT_OWNERS, itemAddress, parseAddress } from '../../machines/address.ts';
import type { RunContext } from '../../machines/run/context.ts';
import { runContextOf } from '../../machines/typed-context.ts';
import { userAddress } from './user-address.ts';
import { aliveOf, type RunFacts } from './why-facts.ts';

/** A worker carries this stage out. */
export function isProcess({ stage }: RunContext): boolean {
  return stage.kind === 'agent' || stage.kind === 'command';
}

/** Address of its item, as in the subjects. */
export function itemAddressOf({ stored }: Pick<RunFacts, 'stored'>): string {
  const { project, item } = runContextOf(stored.record);
  return itemAddress(project, item);
}

/** Its item as people type it. */
export function itemOf(facts: Pick<RunFacts, 'stored'>): string {
  return userAddress(itemAddressOf(facts));
}

/** Address of the account it is held for; null without one. What a worker wrote there may be anything. */
export function heldForOf({ hold }: Pick<RunContext, 'hold'>): string | null {
  const account = hold?.account ?? '';
  const parsed = parseAddress(account);
  const isKnown = parsed?.kind === 'account' && ACCOUNT_OWNERS.some((of) => of === parsed.project);
  return isKnown ? account : null;
}

/** The machine its process is, or was, on; null when none is known. */
export function machineOf({ leftover, machine }: RunContext): string | null {
  return leftover?.machine ?? (machine || null);
}

/** Alive on this machine; null when presence could not be read. */
export function isWorkerOn(facts: RunFacts, machine: string | null): boolean | null {
  const workers = aliveOf(facts, 'worker');
  return workers === null ? null : workers.some((worker) => worker.machine === machine);
}
