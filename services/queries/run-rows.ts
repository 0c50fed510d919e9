// Runs as rows. It must never keep a record: there may be a hundred thousand.
import { skimEntry } from '../actors/record-cache.ts';
import type { ActorFilter } from './actor-filter.ts';
import { measuredOf } from './cost.ts';
import {
  type ActorQuestion,
  byAddress,
  type ListedActor,
  type ListingSession,
  runContextIn,
  visitActors,
} from './listed-actor.ts';
import type { RunRow } from './rows.ts';

/** In the order of their addresses. @throws BROKER_UNAVAILABLE, OUTCOME_UNKNOWN */
export async function readRunRows(
  session: ListingSession,
  filter: ActorFilter,
  onProgress?: ActorQuestion['onProgress'],
): Promise<RunRow[]> {
  const rows: RunRow[] = [];
  const question = { kind: 'run', filter, decode: skimEntry, onProgress } as const;
  await visitActors(session, question, (actor) => void rows.push(runRow(actor)));
  return rows.sort(byAddress);
}

export function runRow(actor: ListedActor): RunRow {
  const { address, state, revision, isArchived, record } = actor;
  const context = runContextIn(actor);
  return {
    address,
    state,
    sinceMs: record?.sinceMs ?? null,
    revision,
    isArchived,
    worker: context?.worker ?? null,
    machine: context?.machine ?? null,
    epoch: context?.epoch ?? null,
    exit: context?.exit ?? null,
    claim: context?.claim ?? null,
    nextTimer: nextTimer(context?.deadlines ?? {}),
    usage: context === null ? null : measuredOf(context),
  };
}

/** The deadline that fires first. */
function nextTimer(deadlines: Readonly<Record<string, number>>): RunRow['nextTimer'] {
  let next: RunRow['nextTimer'] = null;
  for (const [event, dueAtMs] of Object.entries(deadlines)) {
    if (next === null || dueAtMs < next.dueAtMs) next = { event, dueAtMs };
  }
  return next;
}
