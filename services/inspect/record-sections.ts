// The sections that every actor's record has: state, deadlines, outbox, newest events, history.
import { type ActorRecord, stateName } from '../../machines/record.ts';
import type { ArchivedStep } from '../actors/archive.ts';
import type { FoundActor } from '../queries/found-actor.ts';
import { userAddress } from '../queries/user-address.ts';
import type { Pair, Sections } from './sections.ts';
import { styleOfState } from './state-style.ts';
import type { Times } from './times.ts';

const SHOWN_EVENTS = 8;

/** Address, state and revision: the head of every page. */
export function headPairs({ address, stored, isArchived }: FoundActor, times: Times): Pair[] {
  const { record, revision } = stored;
  const state = `${stateName(record.state)}${isArchived ? ' (archived)' : ''}`;
  const { type, atMs } = record.event;
  return [
    [record.machine, userAddress(address)],
    ['state', `${state} ${times.since(record.sinceMs)}`],
    ['revision', `${revision}, by ${type} ${times.at(atMs)}, written by ${record.by}`],
  ];
}

/** What is armed, what is still to be performed, and what came last. */
export function addTail(sections: Sections, { stored }: FoundActor, times: Times): void {
  const { record, revision } = stored;
  const at = ([, atMs]: [string, number]) => times.moment(atMs);
  sections.table('Deadlines', Object.entries(record.context.deadlines), [
    { header: 'event', cell: ([event]) => event },
    { header: 'due', cell: ([, atMs]) => times.due(atMs) },
    ...(times.isBoth ? [{ header: 'at', cell: at }] : []),
  ]);
  // The record cannot know that its own effects have been performed since it was written.
  sections.table('Outbox (as of this revision)', record.outbox, [
    { header: 'effect', cell: (pending) => `${pending.revision ?? revision}:${pending.n}` },
    { header: 'type', cell: ({ effect }) => effect.type },
    { header: 'what', cell: ({ effect }) => whatOf(effect) },
  ]);
  sections.table('Last events', record.recent.slice(-SHOWN_EVENTS), [
    { header: 'revision', cell: (seen) => String(seen.revision ?? revision) },
    { header: 'id', cell: (seen) => seen.id },
  ]);
}

export function addHistory(
  sections: Sections,
  history: readonly ArchivedStep[],
  times: Times,
): void {
  sections.table('History', history, [
    { header: 'revision', cell: (step) => String(step.revision) },
    { header: 'at', cell: (step) => times.moment(step.atMs) },
    { header: 'event', cell: (step) => step.event },
    {
      header: 'state',
      cell: (step) => step.state,
      style: (step) => styleOfState(step.state),
    },
    { header: 'by', cell: (step) => step.by },
  ]);
}

function whatOf(effect: ActorRecord['outbox'][number]['effect']): string {
  switch (effect.type) {
    case 'tell':
      return `${effect.event} to ${userAddress(effect.to)}`;
    case 'job':
      return `${effect.kind} in pool ${effect.pool}, epoch ${effect.epoch}`;
    case 'archive':
      return `${effect.addresses.length} actors`;
    case 'alarm':
      return `${effect.reason}: ${effect.message}`;
  }
}
