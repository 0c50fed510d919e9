// The presence bucket: one key for each live process, which expires unless it is renewed.
// Expiry is a wake-up for those who look, never a fence: records and revisions decide.
import { jetstreamManager } from '@nats-io/jetstream';
import { headers, type NatsConnection } from 'nats';
import type { Presence, PresenceStore, SeenPresence } from '../ports.ts';
import { requestError } from './jetstream-api.ts';
import { PRESENCE_BUCKET } from './topology-settings.ts';

const STREAM = `KV_${PRESENCE_BUCKET}`;
const PREFIX = `$KV.${PRESENCE_BUCKET}.`;
const NO_MESSAGES = 404;

export interface Announcer {
  /** Writes or renews the key; without renewal it expires after `ttlMs`. */
  announce(presence: Presence, ttlMs: number): Promise<void>;
  /** Removes the key at once: the process leaves in order. */
  withdraw(presence: Presence): Promise<void>;
}

export function createAnnouncer(nc: NatsConnection): Announcer {
  return {
    async announce(presence, ttlMs) {
      const fields = headers();
      fields.set('Nats-TTL', `${Math.ceil(ttlMs / 1_000)}s`);
      await nc.request(subjectOf(presence), JSON.stringify(presence), {
        headers: fields,
        timeout: ttlMs,
      });
    },
    async withdraw(presence) {
      const fields = headers();
      fields.set('KV-Operation', 'DEL');
      fields.set('Nats-TTL', '60s');
      await nc.request(subjectOf(presence), '', { headers: fields, timeout: 2_000 });
    },
  };
}

export function createPresenceStore(nc: NatsConnection): PresenceStore {
  return {
    async list() {
      const seen: SeenPresence[] = [];
      try {
        const { direct } = await jetstreamManager(nc);
        const request = { multi_last: [`${PREFIX}>`] };
        for await (const message of await direct.getLastMessagesFor(STREAM, request)) {
          if (message.header.has('KV-Operation') || message.header.has('Nats-Marker-Reason')) {
            continue;
          }
          seen.push({ presence: message.json<Presence>(), revision: message.seq });
        }
      } catch (error) {
        if (!isEmpty(error)) throw requestError(STREAM, error);
      }
      return seen;
    },
    onHint(callback) {
      const known = new Set<string>();
      const subscription = nc.subscribe(`${PREFIX}>`, {
        callback: (error, message) => {
          if (error !== null) return;
          const key = message.subject.slice(PREFIX.length);
          const isWithdrawn = message.headers?.has('KV-Operation') === true;
          // A renewal is no news: everybody sends three of them in each time to live.
          const isNews = isWithdrawn || !known.has(key);
          if (isWithdrawn) known.delete(key);
          else known.add(key);
          if (isNews) callback(key);
        },
      });
      return () => subscription.unsubscribe();
    },
  };
}

function subjectOf({ role, identity }: Presence): string {
  return `${PREFIX}${role}.${identity}`;
}

function isEmpty(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === NO_MESSAGES;
}
