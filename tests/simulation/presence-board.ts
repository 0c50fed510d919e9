// Who has announced itself: one key for each process, which expires unless it is renewed.
// It must never fence anything, and may show the past.
import type { Presence, PresenceStore, SeenPresence } from '../../transport/ports.ts';
import { createHints } from './hint.ts';
import type { Life } from './life.ts';
import type { World } from './world.ts';

const RENEWALS_PER_TTL = 3;
const MAX_STALE_MS = 1_500;

export interface PresenceBoard {
  /** Announces a process and renews it until its life ends or it withdraws. */
  announce(life: Life, presence: Presence): { withdraw(): Promise<void> };
  storeFor(life: Life): PresenceStore;
  /** The server has restarted: its memory is empty. */
  forgetAll(): void;
}

interface Posted extends SeenPresence {
  expiresAtMs: number;
}

export function createPresenceBoard(world: World, options: { ttlMs: number }): PresenceBoard {
  const { scheduler, faults } = world;
  const posted = new Map<string, Posted>();
  const hints = createHints(world);
  let revision = 0;
  /** What a stale look shows. */
  let earlier: { atMs: number; seen: SeenPresence[] } = { atMs: 0, seen: [] };

  const present = (): SeenPresence[] => {
    const nowMs = scheduler.nowMs();
    for (const [key, { expiresAtMs }] of posted) if (expiresAtMs <= nowMs) posted.delete(key);
    return [...posted.values()].map((one) => ({ presence: one.presence, revision: one.revision }));
  };

  const look = (): SeenPresence[] => {
    const nowMs = scheduler.nowMs();
    const isRecent = nowMs - earlier.atMs < MAX_STALE_MS;
    if (isRecent && faults.strikes('stale-read')) return earlier.seen;
    const seen = present();
    if (!isRecent) earlier = { atMs: nowMs, seen };
    return seen;
  };

  const renew = (presence: Presence) => {
    const key = `${presence.role}.${presence.identity}`;
    const isNews = !posted.has(key);
    revision += 1;
    posted.set(key, { presence, revision, expiresAtMs: scheduler.nowMs() + options.ttlMs });
    if (isNews) hints.tell(key);
  };

  return {
    announce(life, presence) {
      const key = `${presence.role}.${presence.identity}`;
      let isWithdrawn = false;
      // From a thread of its own, which only ends with the process, or stops when all of it does.
      const beat = () => {
        if (isWithdrawn || !life.isAlive()) return;
        const isHeard = life.isConnected() && scheduler.nowMs() >= world.downUntilMs;
        if (isHeard && !life.isPaused()) renew(presence);
        scheduler.after(options.ttlMs / RENEWALS_PER_TTL, beat);
      };
      beat();
      return {
        async withdraw() {
          isWithdrawn = true;
          const perform = () => {
            posted.delete(key);
            hints.tell(key);
          };
          await life.request({ verb: 'withdraw', about: key, perform });
        },
      };
    },
    storeFor: (life) => ({
      list: () => life.request({ verb: 'look', about: 'presence', perform: look }),
      onHint: (callback) => hints.listen(life, '', callback),
    }),
    forgetAll: () => posted.clear(),
  };
}
