// The context of a record in the type of its machine. The envelope cannot know it; `decode` has checked which
// machine and version wrote it, and only that machine's own transitions have made it.
import type { AccountContext } from './account/context.ts';
import type { DeploymentContext } from './deployment/context.ts';
import type { ItemContext } from './item/context.ts';
import type { MergeContext } from './merge/context.ts';
import type { ActorRecord } from './record.ts';
import type { RunContext } from './run/context.ts';

/** The context of a run's record. Throws for a record of another machine: that is a mistake of the caller. */
export function runContextOf(record: ActorRecord): RunContext {
  return contextOf(record, 'run') as RunContext;
}

/** The context of an item's record. Throws for a record of another machine. */
export function itemContextOf(record: ActorRecord): ItemContext {
  return contextOf(record, 'item') as ItemContext;
}

/** The context of an account's record. Throws for a record of another machine. */
export function accountContextOf(record: ActorRecord): AccountContext {
  return contextOf(record, 'account') as AccountContext;
}

/** The context of a merge queue's record. Throws for a record of another machine. */
export function mergeContextOf(record: ActorRecord): MergeContext {
  return contextOf(record, 'merge') as MergeContext;
}

/** The context of a deployment's record. Throws for a record of another machine. */
export function deploymentContextOf(record: ActorRecord): DeploymentContext {
  return contextOf(record, 'deployment') as DeploymentContext;
}

function contextOf(record: ActorRecord, machine: ActorRecord['machine']): unknown {
  if (record.machine === machine) return record.context;
  throw new TypeError(`expected the record of a ${machine}, got that of a ${record.machine}`);
}
