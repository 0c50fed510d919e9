// What this process says of itself to the others: one presence for each of its roles.
// It must never change an identity: a new one is another process.
import { processIdentity } from '../transport/identity.ts';
import type { Presence } from '../transport/ports.ts';
import type { AppOptions } from './app-options.ts';
import type { Configuration } from './config/schema.ts';
import { linesOf } from './workers/lines.ts';

export function presencesOf(
  { role, labels = [], configuration }: Pick<AppOptions, 'role' | 'labels' | 'configuration'>,
  machine: string,
): Presence[] {
  const roles = role === 'all' ? (['host', 'worker'] as const) : [role];
  const presences = roles.map((one) => ({
    identity: processIdentity(one, process.pid),
    role: one,
    machine,
    pid: process.pid,
    startedAtMs: Math.round(performance.timeOrigin),
    ...(one === 'worker' ? { labels } : {}),
  }));
  return servingAs(presences, configuration);
}

/** The same presences, with the pools that their worker serves by this configuration, and what their host cannot. */
export function servingAs(
  presences: readonly Presence[],
  configuration: Configuration,
  leftAlone: readonly string[] = [],
): Presence[] {
  return presences.map((presence) => {
    if (presence.role !== 'worker') {
      return { ...presence, leftAlone: leftAlone.length === 0 ? undefined : leftAlone };
    }
    const pools = linesOf(configuration, presence.labels ?? []).map(({ pool }) => pool);
    return { ...presence, pools };
  });
}

export function identityOf(presences: readonly Presence[], role: Presence['role']): string | null {
  return presences.find((presence) => presence.role === role)?.identity ?? null;
}
