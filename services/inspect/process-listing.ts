// The processes of the fleet as they announced themselves. Who is not here may still be alive:
// presence is a hint, never a fence.
import type { Presence } from '../../transport/ports.ts';
import type { Listing } from './output.ts';
import type { Times } from './times.ts';

export function processListing(presences: readonly Presence[], times: Times): Listing<Presence> {
  return {
    name: 'workers',
    rows: presences,
    columns: [
      { header: 'identity', cell: ({ identity }) => identity },
      { header: 'role', cell: ({ role }) => role },
      { header: 'machine', cell: ({ machine }) => machine },
      { header: 'pid', cell: ({ pid }) => String(pid) },
      { header: 'labels', cell: ({ labels }) => labels?.join(', ') ?? '' },
      { header: 'pools', cell: ({ pools }) => pools?.join(', ') ?? '' },
      { header: 'up', cell: ({ startedAtMs }) => times.lasting(startedAtMs) },
    ],
    document: (presence) => ({ ...presence }),
  };
}
