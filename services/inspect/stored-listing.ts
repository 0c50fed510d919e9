// Deployments as rows.
import type { StoredRow } from '../queries/rows.ts';
import type { Listing } from './output.ts';
import { styleOfState } from './state-style.ts';
import type { Times } from './times.ts';

export function storedListing(rows: readonly StoredRow[], times: Times): Listing<StoredRow> {
  return {
    name: 'deployments',
    rows,
    nameOf: ({ address }) => address,
    columns: [
      { header: 'deployment', cell: ({ address }) => address },
      { header: 'state', cell: ({ state }) => state, style: ({ state }) => styleOfState(state) },
      { header: 'changed', cell: ({ changedAtMs }) => times.past(changedAtMs) },
      { header: 'revision', isWide: true, cell: ({ revision }) => String(revision) },
    ],
    document: (row) => row,
  };
}
