// Accounts as rows: why one is suspended and until when, what was used of it, and what its day allows.
import { tokensOf, type Usage } from '../../machines/usage.ts';
import type { AccountRow } from '../queries/account-rows.ts';
import { formatDuration } from '../queries/duration.ts';
import { capsWords, costWords, countWords } from '../queries/usage-words.ts';
import type { Listing } from './output.ts';
import { styleOfState } from './state-style.ts';
import type { Times } from './times.ts';

export function accountListing(rows: readonly AccountRow[], times: Times): Listing<AccountRow> {
  return {
    name: 'accounts',
    rows,
    nameOf: ({ address }) => address,
    columns: [
      { header: 'owner', cell: ({ owner }) => owner },
      { header: 'name', cell: ({ name }) => name },
      { header: 'state', cell: ({ state }) => state, style: ({ state }) => styleOfState(state) },
      { header: 'cause', cell: ({ suspension }) => suspension?.cause ?? '' },
      {
        header: 'until',
        cell: ({ suspension }) => (suspension ? times.due(suspension.untilMs) : ''),
      },
      { header: 'today', cell: ({ today }) => costCell(today) },
      { header: 'tokens', cell: ({ today }) => (today ? countWords(tokensOf(today)) : '') },
      { header: 'turns', cell: ({ today }) => (today ? String(today.turns) : '') },
      { header: 'time', cell: ({ today }) => (today ? formatDuration(today.wallClockMs) : '') },
      { header: 'caps of the day', cell: ({ caps, grants }) => capsWords(caps, grants) },
      { header: 'yesterday', cell: ({ yesterday }) => costCell(yesterday) },
      { header: 'total', cell: ({ total }) => costCell(total) },
      { header: 'revision', isWide: true, cell: ({ revision }) => String(revision) },
      {
        header: 'evidence',
        isWide: true,
        isProse: true,
        cell: ({ suspension }) => suspension?.evidence ?? '',
      },
    ],
    document: (row) => row,
  };
}

function costCell(usage: Usage | null): string {
  return usage === null ? '' : costWords(usage);
}
