// How long a process counts as alive after its last sign of life. Pure; shared by the thread that gives the signs
// and by those who look for them.
import type { Presence } from '../../transport/ports.ts';

/**
 * A host that is taken for dead too early costs its neighbours a take-over, and no record anything: they look
 * again soon. A worker that is taken for dead too early costs its run an epoch, so it has the whole time.
 */
const MAX_HOST_TTL_MS = 4_000;

/** @param ttlMs the setting `presenceTtlMs` */
export function ttlMsOf(role: Presence['role'], ttlMs: number): number {
  return role === 'host' ? Math.min(ttlMs, MAX_HOST_TTL_MS) : ttlMs;
}
