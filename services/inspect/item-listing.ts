// Items as rows: where each stands, for how long it has been under way, and who holds it.

import { formatDuration } from '../queries/duration.ts';
import type { ItemRow } from '../queries/rows.ts';
import { costWords } from '../queries/usage-words.ts';
import type { Listing } from './output.ts';
import { styleOfState } from './state-style.ts';
import type { Times } from './times.ts';

export function itemListing(rows: readonly ItemRow[], times: Times): Listing<ItemRow> {
  return {
    name: 'items',
    rows,
    nameOf: ({ address }) => address,
    columns: [
      { header: 'item', cell: ({ address }) => address },
      { header: 'state', cell: stateCell, style: ({ state }) => styleOfState(state) },
      { header: 'stage', cell: ({ stage }) => stage ?? '' },
      { header: 'attempt', cell: ({ attempt }) => String(attempt ?? '') },
      { header: 'age', cell: (row) => ageOf(row, times) },
      { header: 'holder', cell: ({ holder }) => holder ?? '' },
      { header: 'in state', isWide: true, cell: ({ sinceMs }) => lastingCell(sinceMs, times) },
      { header: 'runs', isWide: true, cell: ({ endedRuns }) => String(endedRuns) },
      { header: 'revision', isWide: true, cell: ({ revision }) => String(revision) },
      {
        header: 'cost',
        isWide: true,
        cell: ({ usage }) => (usage === null ? '' : costWords(usage)),
      },
      { header: 'title', isWide: true, cell: ({ title }) => title },
    ],
    document: (row) => row,
  };
}

/** For how long it has been in its state; empty where the record cannot be read. */
export function lastingCell(sinceMs: number | null, times: Times): string {
  return sinceMs === null ? '' : times.lasting(sinceMs);
}

function stateCell({ state, parking }: ItemRow): string {
  return parking ? `${state}: ${parking.reason}` : state;
}

function ageOf({ openedAtMs, endedAtMs }: ItemRow, times: Times): string {
  if (openedAtMs === null) return '';
  return endedAtMs === null ? times.lasting(openedAtMs) : formatDuration(endedAtMs - openedAtMs);
}
