// Items as rows: where each stands, for how long it has been under way, and who holds it.
import type { ItemContext } from '../../machines/item/context.ts';
import type { RunContext } from '../../machines/run/context.ts';
import type { ListedActor } from '../queries/listed-actor.ts';
import { formatDuration } from './duration.ts';
import type { Listing } from './output.ts';
import { styleOfState } from './state-style.ts';

interface ItemRow {
  actor: ListedActor;
  context: ItemContext | null;
  /** Who works on its current run: the worker, or the claimant. */
  holder: string | null;
}

/** `runs` are the live runs, for the holders. */
export function itemListing(
  items: readonly ListedActor[],
  runs: readonly ListedActor[],
  nowMs: number,
): Listing<ItemRow> {
  const holders = new Map(runs.map((run) => [run.address, holderOf(run)]));
  return {
    name: 'items',
    rows: items.map((actor) => rowOf(actor, holders)),
    columns: [
      { header: 'item', cell: ({ actor }) => actor.address },
      { header: 'state', cell: stateCell, style: ({ actor }) => styleOfState(actor.state) },
      { header: 'stage', cell: ({ context }) => stageOf(context) ?? '' },
      { header: 'attempt', cell: ({ context }) => String(context?.current?.attempt ?? '') },
      { header: 'age', cell: ({ context }) => ageOf(context, nowMs) },
      { header: 'holder', cell: ({ holder }) => holder ?? '' },
    ],
    document: documentOf,
  };
}

function rowOf(actor: ListedActor, holders: ReadonlyMap<string, string | null>): ItemRow {
  const context = (actor.record?.context as ItemContext | undefined) ?? null;
  const current = context?.current;
  const run = current ? `${actor.address}/${current.stage}/${current.attempt}` : '';
  return { actor, context, holder: holders.get(run) ?? null };
}

function holderOf({ record }: ListedActor): string | null {
  const context = record?.context as RunContext | undefined;
  return context?.claim?.claimant ?? context?.worker ?? null;
}

function stateCell({ actor, context }: ItemRow): string {
  return context?.parking ? `${actor.state}: ${context.parking.reason}` : actor.state;
}

/** Where it stands, or where it would go on. */
function stageOf(context: ItemContext | null): string | null {
  return context?.current?.stage ?? context?.next ?? null;
}

function ageOf(context: ItemContext | null, nowMs: number): string {
  if (context === null) return '';
  return formatDuration((context.endedAtMs ?? nowMs) - context.openedAtMs);
}

function documentOf({ actor, context, holder }: ItemRow): Record<string, unknown> {
  const { address, state, revision, isArchived, record } = actor;
  return {
    ...{ address, state, sinceMs: record?.sinceMs ?? null, revision, isArchived },
    project: context?.project ?? null,
    item: context?.item ?? null,
    title: context?.title ?? null,
    stage: stageOf(context),
    attempt: context?.current?.attempt ?? null,
    openedAtMs: context?.openedAtMs ?? null,
    endedAtMs: context?.endedAtMs ?? null,
    parking: context?.parking ?? null,
    holder,
  };
}
