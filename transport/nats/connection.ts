// Opens connections to NATS with the settings onceward relies on.
// It is the one place that connects, and never logs or repeats a credential.
import { type ConnectionOptions, connect, credsAuthenticator, type NatsConnection } from 'nats';
import { OncewardError } from '../errors.ts';

export interface ConnectOptions {
  /** One or several servers, separated by commas; user and password or a token may stand in it. */
  url: string;
  /** Shown by the server for this connection: role and identity. */
  name: string;
  /** Reads the content of a `.creds` file; called again for each reconnection. */
  credentials?: (() => string) | undefined;
  /** Limit of the first connection, in milliseconds. Defaults to 5_000. */
  timeoutMs?: number;
}

const TIMEOUT_MS_DEFAULT = 5_000;
const RECONNECT_WAIT_MS = 250;
const RECONNECT_JITTER_MS = 500;
/** With two unanswered pings a dead peer is noticed within about 30 s. */
const PING_INTERVAL_MS = 10_000;
const MAX_UNANSWERED_PINGS = 2;

/**
 * Connects once, and from then on reconnects for ever, with jitter so that a fleet does not
 * come back in one moment.
 * @throws BROKER_UNAVAILABLE, CONFIG_INVALID
 */
export async function connectNats(options: ConnectOptions): Promise<NatsConnection> {
  const { servers, login } = readUrls(options.url);
  try {
    return await connect({
      servers,
      name: options.name,
      timeout: options.timeoutMs ?? TIMEOUT_MS_DEFAULT,
      reconnect: true,
      maxReconnectAttempts: -1,
      reconnectTimeWait: RECONNECT_WAIT_MS,
      reconnectJitter: RECONNECT_JITTER_MS,
      waitOnFirstConnect: false,
      pingInterval: PING_INTERVAL_MS,
      maxPingOut: MAX_UNANSWERED_PINGS,
      // A stack captured for every request, in case it fails, cost a sixth of a busy host's time.
      noAsyncTraces: true,
      ...login,
      ...authenticator(options.credentials),
    });
  } catch (cause) {
    const where = servers.join(', ');
    const why = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
    throw new OncewardError('BROKER_UNAVAILABLE', `cannot connect to NATS at ${where}: ${why}`, {
      cause,
      details: { servers },
    });
  }
}

/** The addresses without what must stay secret, and the login found in the first of them. */
function readUrls(text: string): { servers: string[]; login: Partial<ConnectionOptions> } {
  const urls = text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)
    .map((part) => parseUrl(part.includes('://') ? part : `nats://${part}`));
  const first = urls[0];
  return {
    servers: urls.map((url) => `${url.protocol}//${url.host}`),
    login: first ? loginOf(first) : {},
  };
}

function parseUrl(text: string): URL {
  if (URL.canParse(text)) return new URL(text);
  throw new OncewardError('CONFIG_INVALID', 'the NATS address (--nats, NATS_URL) is not a URL');
}

function loginOf(url: URL): Partial<ConnectionOptions> {
  const user = decodeURIComponent(url.username);
  const pass = decodeURIComponent(url.password);
  if (user === '') return {};
  return pass === '' ? { token: user } : { user, pass };
}

function authenticator(credentials: ConnectOptions['credentials']): Partial<ConnectionOptions> {
  if (credentials === undefined) return {};
  const encoder = new TextEncoder();
  return { authenticator: credsAuthenticator(() => encoder.encode(credentials())) };
}
