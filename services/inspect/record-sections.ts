// The sections that every actor's record has: state, deadlines, outbox, newest events, history.
import { type ActorRecord, stateName } from '../../machines/record.ts';
import type { ArchivedStep } from '../actors/archive.ts';
import type { FoundActor } from '../queries/found-actor.ts';
import { userAddress } from '../queries/user-address.ts';
import { formatDuration, formatMoment, formatRemaining } from './duration.ts';
import type { Pair, Sections } from './sections.ts';
import { styleOfState } from './state-style.ts';

const SHOWN_EVENTS = 8;

/** Address, state and revision: the head of every page. */
export function headPairs({ address, stored, isArchived }: FoundActor, nowMs: number): Pair[] {
  const { record, revision } = stored;
  const state = `${stateName(record.state)}${isArchived ? ' (archived)' : ''}`;
  const { type, atMs } = record.event;
  return [
    [record.machine, userAddress(address)],
    ['state', `${state} for ${formatDuration(nowMs - record.sinceMs)}, since ${moment(record)}`],
    ['revision', `${revision}, by ${type} at ${formatMoment(atMs)}, written by ${record.by}`],
  ];
}

/** What is armed, what is still to be performed, and what came last. */
export function addTail(sections: Sections, { stored }: FoundActor, nowMs: number): void {
  const { record, revision } = stored;
  sections.table('Deadlines', Object.entries(record.context.deadlines), [
    { header: 'event', cell: ([event]) => event },
    { header: 'due', cell: ([, atMs]) => formatRemaining(atMs - nowMs) },
    { header: 'at', cell: ([, atMs]) => formatMoment(atMs) },
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

export function addHistory(sections: Sections, history: readonly ArchivedStep[]): void {
  sections.table('History', history, [
    { header: 'revision', cell: (step) => String(step.revision) },
    { header: 'at', cell: (step) => formatMoment(step.atMs) },
    { header: 'event', cell: (step) => step.event },
    {
      header: 'state',
      cell: (step) => step.state,
      style: (step) => styleOfState(step.state),
    },
    { header: 'by', cell: (step) => step.by },
  ]);
}

function moment(record: ActorRecord): string {
  return formatMoment(record.sinceMs);
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
