// Merge queues as rows, and the train of one: who is tried first, and what each waits for.
import type { MergeQueueRow } from '../queries/queue-rows.ts';
import type { TrainEntry } from '../queries/queue-view.ts';
import type { TextStyle } from './command-context.ts';
import type { Listing } from './output.ts';
import { styleOfState } from './state-style.ts';
import type { Column } from './table.ts';
import type { Times } from './times.ts';

export function queueListing(
  name: 'merges' | 'queues',
  rows: readonly MergeQueueRow[],
  times: Times,
): Listing<MergeQueueRow> {
  return {
    name,
    rows,
    nameOf: ({ address }) => address,
    columns: [
      { header: 'queue', cell: ({ address }) => address },
      { header: 'state', cell: ({ state }) => state, style: ({ state }) => styleOfState(state) },
      { header: 'for', cell: ({ sinceMs }) => (sinceMs === null ? '' : times.lasting(sinceMs)) },
      { header: 'items', cell: ({ entries }) => String(entries) },
      { header: 'first', cell: ({ first }) => first ?? '' },
      { header: 'trial', cell: trialCell },
      { header: 'lease', cell: ({ holder }) => holder ?? '' },
      {
        header: 'landed',
        cell: ({ lastLandedAtMs }) => (lastLandedAtMs === null ? '' : times.past(lastLandedAtMs)),
      },
      { header: 'waits for', isProse: true, cell: ({ waitsFor }) => waitsFor },
      { header: 'revision', isWide: true, cell: ({ revision }) => String(revision) },
    ],
    document: (row) => row,
  };
}

function trialCell({ trial }: MergeQueueRow): string {
  if (trial === null) return '';
  const { number, members } = trial;
  return members.length === 0 ? `${number}: the base` : `${number}: ${members.length}`;
}

export function trainListing(rows: readonly TrainEntry[], times: Times): Listing<TrainEntry> {
  return {
    name: 'train',
    rows,
    nameOf: ({ item }) => item,
    columns: trainColumns(times),
    document: (row) => row,
  };
}

const STYLES: Readonly<Partial<Record<TrainEntry['place'], TextStyle>>> = {
  merging: 'green',
  testing: 'cyan',
  suspect: 'yellow',
  alone: 'yellow',
};

export function trainColumns(times: Times): Column<TrainEntry>[] {
  return [
    { header: '#', cell: ({ position }) => String(position) },
    { header: 'item', cell: ({ item }) => item },
    { header: 'place', cell: placeCell, style: ({ place }) => STYLES[place] },
    { header: 'priority', cell: priorityCell },
    { header: 'for', cell: ({ enqueuedAtMs }) => times.lasting(enqueuedAtMs) },
    { header: 'retries', cell: ({ retries }) => (retries === 0 ? '' : String(retries)) },
    { header: 'reds', cell: ({ reds }) => (reds === 0 ? '' : String(reds)) },
    { header: 'head', cell: ({ headSha }) => headSha.slice(0, 12) },
    { header: 'waits for', isProse: true, cell: ({ waitsFor }) => waitsFor },
    { header: 'title', isWide: true, isProse: true, cell: ({ title }) => title },
  ];
}

function placeCell({ place, isNext }: TrainEntry): string {
  return isNext && place !== 'next' ? `${place}, next` : place;
}

function priorityCell({ priority, isMoved }: TrainEntry): string {
  return isMoved ? `${priority}, moved` : String(priority);
}
