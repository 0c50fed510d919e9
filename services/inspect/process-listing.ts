// The processes of the fleet as they announced themselves. Who is not here may still be alive:
// presence is a hint, never a fence.
import { z } from 'zod';
import type { Presence } from '../../transport/ports.ts';
import type { Session } from '../queries/session.ts';
import { formatDuration } from './duration.ts';
import type { Listing } from './output.ts';

const presenceSchema = z.object({
  identity: z.string(),
  role: z.enum(['host', 'worker']),
  machine: z.string(),
  pid: z.number(),
  startedAtMs: z.number(),
});

/** Everybody whose presence has not lapsed. What cannot be read is left out. */
export async function listPresence(session: Pick<Session, 'bucket'>): Promise<Presence[]> {
  const found: Presence[] = [];
  await session.bucket('onceward-presence').scan(({ value }) => {
    const parsed = presenceSchema.safeParse(parseJson(value ?? ''));
    if (parsed.success) found.push(parsed.data);
  });
  return found.sort((one, other) => sortKey(one).localeCompare(sortKey(other), 'en'));
}

export function processListing(presences: readonly Presence[], nowMs: number): Listing<Presence> {
  return {
    name: 'workers',
    rows: presences,
    columns: [
      { header: 'identity', cell: ({ identity }) => identity },
      { header: 'role', cell: ({ role }) => role },
      { header: 'machine', cell: ({ machine }) => machine },
      { header: 'pid', cell: ({ pid }) => String(pid) },
      { header: 'up', cell: ({ startedAtMs }) => formatDuration(nowMs - startedAtMs) },
    ],
    document: (presence) => ({ ...presence }),
  };
}

function sortKey({ role, identity }: Presence): string {
  return `${role} ${identity}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
