// Deployments as rows: of each environment what is live, what is done, how it is watched, and what it waits for.
import type { DeploymentRow } from '../queries/deployment-rows.ts';
import { shortDigest, shortSha } from '../queries/deployment-words.ts';
import type { Listing } from './output.ts';
import { styleOfState } from './state-style.ts';
import type { Times } from './times.ts';

export function deploymentListing(
  rows: readonly DeploymentRow[],
  times: Times,
): Listing<DeploymentRow> {
  return {
    name: 'deployments',
    rows,
    nameOf: ({ address }) => address,
    columns: [
      { header: 'deployment', cell: ({ address }) => address },
      { header: 'state', cell: ({ state }) => state, style: ({ state }) => styleOfState(state) },
      { header: 'for', cell: ({ sinceMs }) => (sinceMs === null ? '' : times.lasting(sinceMs)) },
      { header: 'live', cell: ({ live }) => (live === null ? '' : shortSha(live.sha)) },
      {
        header: 'digest',
        isWide: true,
        cell: ({ live }) => (live === null ? '' : shortDigest(live.digest)),
      },
      { header: 'deployed', cell: ({ live }) => (live === null ? '' : times.past(live.atMs)) },
      { header: 'under way', cell: underWayCell },
      { header: 'lease', cell: ({ holder }) => holder ?? '' },
      { header: 'queue', cell: ({ queued }) => (queued === 0 ? '' : String(queued)) },
      { header: 'probes', cell: ({ probes }) => probes },
      { header: 'waits for', isProse: true, cell: ({ waitsFor }) => waitsFor },
      { header: 'doing', isWide: true, isProse: true, cell: ({ doing }) => doing },
      { header: 'revision', isWide: true, cell: ({ revision }) => String(revision) },
    ],
    document: (row) => row,
  };
}

function underWayCell({ operation }: DeploymentRow): string {
  if (operation === null) return '';
  const { number, kind, item, sha } = operation;
  return `${kind} ${number}: ${item ?? shortSha(sha)}`;
}
