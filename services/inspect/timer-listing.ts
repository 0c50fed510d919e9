// Deadlines as rows: what will happen by itself, and how long it is to it.
import type { TimerRow } from '../queries/rows.ts';
import type { Listing } from './output.ts';
import { styleOfState } from './state-style.ts';
import type { Times } from './times.ts';

export function timerListing(rows: readonly TimerRow[], times: Times): Listing<TimerRow> {
  return {
    name: 'timers',
    rows,
    nameOf: ({ address }) => address,
    columns: [
      { header: 'due', cell: ({ dueAtMs }) => times.due(dueAtMs) },
      { header: 'event', cell: ({ event }) => event },
      { header: 'actor', cell: ({ address }) => address },
      { header: 'state', cell: ({ state }) => state, style: ({ state }) => styleOfState(state) },
    ],
    document: (row) => row,
  };
}
