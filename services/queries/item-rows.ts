// Items as rows: where each stands, and who holds it.
// It must never keep a record: there may be a hundred thousand.
import { skimEntry } from '../actors/record-cache.ts';
import { type ActorFilter, isHeldBy } from './actor-filter.ts';
import { measuredIn } from './cost.ts';
import { readHolders, runKeyOf } from './item-holders.ts';
import {
  type ActorQuestion,
  byAddress,
  itemContextIn,
  type ListedActor,
  type ListingSession,
  stageIn,
  visitActors,
} from './listed-actor.ts';
import type { ItemRow } from './rows.ts';

type OnProgress = ActorQuestion['onProgress'];

/** In the order of their addresses. @throws BROKER_UNAVAILABLE, OUTCOME_UNKNOWN */
export async function readItemRows(
  session: ListingSession,
  filter: ActorFilter,
  onProgress?: OnProgress,
): Promise<ItemRow[]> {
  const rows: ItemRow[] = [];
  const runKeys: (string | null)[] = [];
  const question = { kind: 'item', filter, decode: skimEntry, onProgress } as const;
  await visitActors(session, question, (actor) => {
    rows.push(itemRow(actor, null));
    runKeys.push(actor.isArchived ? null : runKeyOf(actor.address, itemContextIn(actor)));
  });
  const asked = runKeys.flatMap((key) => key ?? []);
  const holders = await readHolders(session, asked, filter.project);
  for (const [n, row] of rows.entries()) row.holder = holders.get(runKeys[n] ?? '') ?? null;
  return rows.filter(({ holder }) => isHeldBy(holder, filter)).sort(byAddress);
}

/** @param holder worker or claimant of its current run */
export function itemRow(actor: ListedActor, holder: string | null): ItemRow {
  const { address, state, revision, isArchived, record } = actor;
  const [project = '', item = ''] = address.split('/');
  const context = itemContextIn(actor);
  return {
    address,
    project,
    item,
    title: context?.title ?? '',
    state,
    sinceMs: record?.sinceMs ?? null,
    revision,
    isArchived,
    stage: stageIn(context),
    attempt: context?.current?.attempt ?? null,
    endedRuns: context?.runs.length ?? 0,
    openedAtMs: context?.openedAtMs ?? null,
    endedAtMs: context?.endedAtMs ?? null,
    parking: context?.parking ?? null,
    holder,
    usage: context === null ? null : measuredIn(context),
  };
}
