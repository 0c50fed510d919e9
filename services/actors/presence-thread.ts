// Runs in a thread of its own, with a connection of its own: a busy main thread must not look like death.
// It only renews; whether the main thread is well is not its business.
import { parentPort, workerData } from 'node:worker_threads';
import { connectNats } from '../../transport/nats/connection.ts';
import { createAnnouncer } from '../../transport/nats/presence.ts';
import { ensureTopology } from '../../transport/nats/topology.ts';
import type { TopologyOptions } from '../../transport/nats/topology-settings.ts';
import type { Presence } from '../../transport/ports.ts';
import { ttlMsOf } from './presence-ttl.ts';

/** What the thread is started with. */
export interface PresenceThreadData {
  url: string;
  credentials: string | undefined;
  inboxPrefix?: string | undefined;
  /** As this process has asked for it, so that a forgotten bucket comes back as it was. */
  topology?: TopologyOptions;
  presences: Presence[];
  ttlMs: number;
}

/** Renewals in one time to live: two may be missed. */
const RENEWALS_PER_TTL = 3;

const { url, credentials, inboxPrefix, topology, ttlMs } = workerData as PresenceThreadData;
let { presences } = workerData as PresenceThreadData;
const name = `presence of ${presences.map((presence) => presence.identity).join(', ')}`;
const nc = await connectNats({
  url,
  name,
  inboxPrefix,
  ...(credentials === undefined ? {} : { credentials: () => credentials }),
});
const announcer = createAnnouncer(nc);
let isRestoring = false;

const renew = async () => {
  // A renewal that fails is made up for by the next; expiry is what a silence means.
  const renewals = presences.map((presence) =>
    announcer.announce(presence, ttlMsOf(presence.role, ttlMs)),
  );
  const outcomes = await Promise.allSettled(renewals);
  if (outcomes.some(({ status }) => status === 'rejected')) await restoreBucket();
};

/** The bucket lives in the memory of the server, and a server of its own forgets it when it restarts. */
const restoreBucket = async () => {
  if (isRestoring) return;
  isRestoring = true;
  await ensureTopology(nc, topology).catch(() => {});
  isRestoring = false;
};

const shortestTtlMs = Math.min(...presences.map(({ role }) => ttlMsOf(role, ttlMs)));
const timer = setInterval(() => void renew(), shortestTtlMs / RENEWALS_PER_TTL);
await renew();
parentPort?.postMessage('announced');

parentPort?.on('message', (told: 'withdraw' | Presence[]) => {
  if (told === 'withdraw') {
    void withdraw();
    return;
  }
  presences = told;
  void renew();
});

const withdraw = async () => {
  clearInterval(timer);
  await Promise.allSettled(presences.map((presence) => announcer.withdraw(presence)));
  await nc.close();
  parentPort?.close();
};
