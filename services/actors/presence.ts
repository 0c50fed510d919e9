// Who is alive: announces this process from a thread of its own, and watches the others.
// Liveness is "this revision has changed lately on my own monotonic clock"; no wall clocks are compared.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Clock, Presence, PresenceStore } from '../../transport/ports.ts';
import { threadEntry } from '../thread-entry.ts';
import type { PresenceThreadData } from './presence-thread.ts';
import { ttlMsOf } from './presence-ttl.ts';

/** How long a thread may take to withdraw before it is left to expire. */
const WITHDRAW_LIMIT_MS = 3_000;
const THREAD = new URL('./presence-thread.ts', import.meta.url);
/** Looks in one time to live. */
const LOOKS_PER_TTL = 4;

export interface Announcement {
  /** Says the same processes anew, at once and with every renewal. */
  update(presences: readonly Presence[]): void;
  /** Withdraws the keys; others notice at once. */
  stop(): Promise<void>;
}

/** Announces processes until stopped. Resolves after the first announcement is stored. */
export async function announce(data: PresenceThreadData): Promise<Announcement> {
  const thread = new Worker(threadEntry(THREAD), { workerData: data });
  thread.unref();
  await once(thread, 'message');
  return {
    update: (presences) => thread.postMessage(presences),
    async stop() {
      const ended = once(thread, 'exit');
      thread.postMessage('withdraw');
      const limit = AbortSignal.timeout(WITHDRAW_LIMIT_MS);
      await Promise.race([ended, once(limit, 'abort')]);
      await thread.terminate();
    },
  };
}

export interface PresenceWatch {
  /** Identities seen alive at the last look. */
  alive(role: Presence['role']): string[];
  /** What they said of themselves when they were seen last. */
  present(role: Presence['role']): Presence[];
  /** How long an identity has not been seen, on this process's monotonic clock; 0 while it is alive. */
  unseenMs(identity: string): number;
  stop(): void;
}

interface Sighting {
  presence: Presence;
  revision: number;
  changedAtMs: number;
}

/**
 * Looks at the presence bucket four times in the time to live of a host, and at once when somebody appears or
 * leaves. Worst case until a silent process counts as dead: its own time to live and a quarter of a host's.
 */
export async function watchPresence(
  store: PresenceStore,
  options: { clock: Clock; ttlMs: number; onChange: () => void; onError: (error: unknown) => void },
): Promise<PresenceWatch> {
  const { clock, ttlMs } = options;
  const sightings = new Map<string, Sighting>();
  const lastSeenMs = new Map<string, number>();
  const startedMs = clock.monotonicMs();
  let cancelTimer = () => {};
  let isStopped = false;

  const look = async () => {
    const before = membersIn(sightings);
    const listed = await store.list();
    const nowMs = clock.monotonicMs();
    const present = new Set(listed.map(({ presence }) => presence.identity));
    for (const identity of sightings.keys()) if (!present.has(identity)) sightings.delete(identity);
    for (const { presence, revision } of listed) {
      const known = sightings.get(presence.identity);
      if (known?.revision === revision) continue;
      sightings.set(presence.identity, { presence, revision, changedAtMs: nowMs });
    }
    for (const [identity, { changedAtMs, presence }] of sightings) {
      if (nowMs - changedAtMs > ttlMsOf(presence.role, ttlMs)) sightings.delete(identity);
      else lastSeenMs.set(identity, nowMs);
    }
    if (membersIn(sightings) !== before) options.onChange();
  };

  const schedule = () => {
    cancelTimer = clock.after(ttlMsOf('host', ttlMs) / LOOKS_PER_TTL, () => void lookAndGoOn());
  };
  const lookAndGoOn = async () => {
    await look().catch(options.onError);
    if (!isStopped) schedule();
  };

  // Somebody came or left.
  const stopHints = store.onHint(() => void look().catch(options.onError));
  await look();
  schedule();

  return {
    alive: (role) =>
      [...sightings.values()]
        .filter(({ presence }) => presence.role === role)
        .map(({ presence }) => presence.identity),
    present: (role) =>
      [...sightings.values()].map(({ presence }) => presence).filter((one) => one.role === role),
    unseenMs: (identity) =>
      sightings.has(identity) ? 0 : clock.monotonicMs() - (lastSeenMs.get(identity) ?? startedMs),
    stop() {
      isStopped = true;
      cancelTimer();
      stopHints();
    },
  };
}

/** Who is there, and what each can do: whatever others divide their work by. */
function membersIn(sightings: ReadonlyMap<string, Sighting>): string {
  const members = [...sightings.values()].map(({ presence: { identity, leftAlone = [] } }) =>
    [identity, ...leftAlone].join(' '),
  );
  return members.sort().join();
}
