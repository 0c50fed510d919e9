// Claimed runs as rows: who holds each, under which fencing token, and when the same advance is repeated.
import type { LeaseRow } from '../queries/rows.ts';
import type { Listing } from './output.ts';
import type { Times } from './times.ts';

export function leaseListing(rows: readonly LeaseRow[], times: Times): Listing<LeaseRow> {
  return {
    name: 'leases',
    rows,
    nameOf: ({ address }) => address,
    columns: [
      { header: 'run', cell: ({ address }) => address },
      { header: 'claimant', cell: ({ claimant }) => claimant },
      { header: 'fencing token', cell: ({ revision }) => String(revision ?? '') },
      { header: 'claimed', cell: ({ claimedAtMs }) => times.past(claimedAtMs) },
      { header: 'repeated', cell: ({ dueAtMs }) => (dueAtMs === null ? '' : times.due(dueAtMs)) },
    ],
    document: (row) => row,
  };
}
