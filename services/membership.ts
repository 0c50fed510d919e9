// How a process joins the fleet: it announces what it is, and watches who else is there.
// It must never stay announced once it lets go.
import { createPresenceStore } from '../transport/nats/presence.ts';
import type { Clock, Presence } from '../transport/ports.ts';
import { announce, type PresenceWatch, watchPresence } from './actors/presence.ts';
import { type AppOptions, topologyOf } from './app-options.ts';

export interface Fleet {
  watch: PresenceWatch;
  /** Called whenever somebody appears or disappears. */
  listeners: (() => void)[];
  /** Withdraws the presence. May be called more than once. */
  leave: () => Promise<void>;
  /** Says anew what this process is. */
  announce: (presences: readonly Presence[]) => void;
}

export async function joinFleet(
  options: AppOptions,
  given: {
    nc: Parameters<typeof createPresenceStore>[0];
    clock: Clock;
    natsUrl: string;
    presences: Presence[];
    started: (() => Promise<void> | void)[];
  },
): Promise<Fleet> {
  const { credentials, inboxPrefix, configuration, log } = options;
  const { nc, clock, natsUrl, presences, started } = given;
  const ttlMs = configuration.settings.presenceTtlMs;
  const topology = topologyOf(options);
  const login = { url: natsUrl, credentials, inboxPrefix };
  const announcement = await announce({ ...login, topology, presences, ttlMs });
  let leaving: Promise<void> | null = null;
  const leave = () => {
    leaving ??= announcement.stop();
    return leaving;
  };
  started.push(leave);
  const listeners: (() => void)[] = [];
  const watch = await watchPresence(createPresenceStore(nc), {
    clock,
    ttlMs,
    onChange: () => {
      for (const listener of listeners) listener();
    },
    onError: (err) => log.warn({ err }, 'presence could not be read'),
  });
  started.push(watch.stop);
  return { watch, listeners, leave, announce: announcement.update };
}
