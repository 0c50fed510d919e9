// The deadlines of all live records, soonest first: what will happen by itself, and when.
import { skimEntry } from '../actors/record-cache.ts';
import type { ActorFilter } from './actor-filter.ts';
import {
  type ActorQuestion,
  byAddress,
  type ListedActor,
  type ListingSession,
  visitActors,
} from './listed-actor.ts';
import type { TimerRow } from './rows.ts';

const KINDS = ['item', 'run'] as const;

/** The filter's claimant is asked of runs only. @throws BROKER_UNAVAILABLE, OUTCOME_UNKNOWN */
export async function readTimerRows(
  session: ListingSession,
  filter: ActorFilter,
  onProgress?: ActorQuestion['onProgress'],
): Promise<TimerRow[]> {
  const rows: TimerRow[] = [];
  const kinds = filter.claimant === undefined ? KINDS : (['run'] as const);
  for (const kind of kinds) {
    const question = { kind, filter, decode: skimEntry, onProgress };
    await visitActors(session, question, (actor) => void rows.push(...timerRows(actor)));
  }
  return rows.sort(bySoonest);
}

export function bySoonest(one: TimerRow, other: TimerRow): number {
  return one.dueAtMs - other.dueAtMs || byAddress(one, other);
}

export function timerRows({ address, state, record }: ListedActor): TimerRow[] {
  const deadlines = Object.entries(record?.context.deadlines ?? {});
  return deadlines.map(([event, dueAtMs]) => ({ address, state, event, dueAtMs }));
}
