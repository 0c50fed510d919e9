// Reads who has announced itself and has not lapsed. Who is not here may still be alive: presence is a hint,
// never a fence. What cannot be read is left out; it hides nobody else.
import { z } from 'zod';
import { hasCode } from '../../transport/errors.ts';
import type { Presence } from '../../transport/ports.ts';
import type { Session } from './session.ts';

const presenceSchema = z.object({
  identity: z.string(),
  role: z.enum(['host', 'worker']),
  machine: z.string(),
  pid: z.number(),
  startedAtMs: z.number(),
  labels: z.array(z.string()).optional(),
  pools: z.array(z.string()).optional(),
  leftAlone: z.array(z.string()).optional(),
});

/** Everybody whose presence has not lapsed: hosts before workers, each by identity. */
export async function listPresence(session: Pick<Session, 'bucket'>): Promise<Presence[]> {
  const found: Presence[] = [];
  try {
    await session.bucket('onceward-presence').scan(({ value }) => {
      const presence = presenceOf(value ?? '');
      if (presence !== null) found.push(presence);
    });
  } catch (error) {
    // It lives in the server's memory, and is made by the first host that comes after a restart.
    if (!hasCode(error, 'STREAM_MISMATCH')) throw error;
  }
  return found.sort(byRole);
}

/** Hosts before workers, each by identity. */
export function byRole(one: Presence, other: Presence): number {
  return sortKey(one).localeCompare(sortKey(other), 'en');
}

/** Null for what cannot be read. */
export function presenceOf(text: string): Presence | null {
  return presenceSchema.safeParse(parseJson(text)).data ?? null;
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
