// What `up` makes of a server that somebody else runs: one that breaks promises is refused, one that may lose
// acknowledged writes is spoken of loudly. It looks only, and knows nothing of streams.
import { hasCode, OncewardError } from '../transport/errors.ts';
import { syncAlwaysOf } from '../transport/nats/server-facts.ts';
import {
  ACCEPTABLE_VERSIONS,
  isAcceptable,
  parseServerVersion,
} from '../transport/nats/server-version.ts';
import { type AppOptions, topologyOf } from './app-options.ts';

/** With so many copies the loss of one server's last writes loses nothing. */
const REPLICAS_WITHOUT_SYNC = 3;

type Surroundings = Pick<AppOptions, 'role' | 'monitorUrl' | 'replicas' | 'configuration' | 'log'>;

/**
 * @param version as the server itself says
 * @throws NATS_SERVER_TOO_OLD when it is known to break compare-and-set, or too old to have what is needed
 */
export async function checkServerSafety(version: string, options: Surroundings): Promise<void> {
  const parsed = parseServerVersion(version);
  if (parsed === null || !isAcceptable(parsed)) {
    const message = `the server is nats-server ${version}; needed is ${ACCEPTABLE_VERSIONS}`;
    throw new OncewardError('NATS_SERVER_TOO_OLD', message, { details: { version } });
  }
  const trouble = await syncTrouble(options);
  if (trouble !== null) options.log.error({}, trouble);
}

/** Only hosts write what must not be lost. */
async function syncTrouble(options: Surroundings): Promise<string | null> {
  if (options.role === 'worker') return null;
  if (topologyOf(options).replicas >= REPLICAS_WITHOUT_SYNC) return null;
  const isAlways = await syncAlwaysOf(options.monitorUrl).catch((error: unknown) => {
    if (hasCode(error, 'BROKER_UNAVAILABLE')) return null;
    throw error;
  });
  if (isAlways) return null;
  return isAlways === null
    ? 'nobody can say whether the server syncs every write: give its address as ONCEWARD_NATS_MONITOR'
    : 'a power failure would lose acknowledged writes: set `sync_interval: always` on the server';
}
