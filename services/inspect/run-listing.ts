// Runs as rows. How long ago an exit was recorded stands in a column of its own: grace counts from there.
import type { RunExit } from '../../machines/run/context.ts';
import type { RunRow } from '../queries/rows.ts';
import { costWords } from '../queries/usage-words.ts';
import { lastingCell } from './item-listing.ts';
import type { Listing } from './output.ts';
import { styleOfState } from './state-style.ts';
import type { Times } from './times.ts';

export function runListing(rows: readonly RunRow[], times: Times): Listing<RunRow> {
  return {
    name: 'runs',
    rows,
    nameOf: ({ address }) => address,
    columns: [
      { header: 'run', cell: ({ address }) => address },
      { header: 'state', cell: ({ state }) => state, style: ({ state }) => styleOfState(state) },
      { header: 'worker', cell: ({ worker }) => worker ?? '' },
      { header: 'epoch', cell: ({ epoch }) => String(epoch ?? '') },
      { header: 'exit', cell: ({ exit }) => describeExit(exit) },
      { header: 'exited', cell: ({ exit }) => (exit === null ? '' : times.past(exit.atMs)) },
      { header: 'claimant', cell: ({ claim }) => claim?.claimant ?? '' },
      { header: 'next deadline', cell: (row) => deadlineCell(row, times) },
      { header: 'in state', isWide: true, cell: ({ sinceMs }) => lastingCell(sinceMs, times) },
      { header: 'revision', isWide: true, cell: ({ revision }) => String(revision) },
      {
        header: 'cost',
        isWide: true,
        cell: ({ usage }) => (usage === null ? '' : costWords(usage)),
      },
      { header: 'machine', isWide: true, cell: ({ machine }) => machine ?? '' },
    ],
    document: (row) => row,
  };
}

/** `0`, `1/exit-code`, `SIGKILL/silent`, `-/worker-lost`; empty without an exit. */
export function describeExit(exit: RunExit | null): string {
  if (exit === null) return '';
  const end = exit.code ?? exit.signal ?? '-';
  return exit.code === 0 && exit.cause === 'exit-code' ? '0' : `${end}/${exit.cause}`;
}

function deadlineCell({ nextTimer }: RunRow, times: Times): string {
  return nextTimer === null ? '' : `${nextTimer.event} ${times.due(nextTimer.dueAtMs)}`;
}
