// Opens connections to NATS with the settings onceward relies on.
// It is the one place that connects, and never logs or repeats a credential.
import {
  type ConnectionOptions,
  connect,
  createInbox,
  credsAuthenticator,
  errors,
  type NatsConnection,
  nkeyAuthenticator,
} from 'nats';
import { OncewardError } from '../errors.ts';
import { createReconnectDelay, type ReconnectDelay } from './reconnect-delay.ts';

export interface ConnectOptions {
  /** One or several servers, separated by commas; user and password or a token may stand in it. */
  url: string;
  /** Shown by the server for this connection: role and identity. */
  name: string;
  /**
   * Reads the content of a `.creds` file, or of a file with nothing but the seed of an NKey. Which of the two
   * it is, is found out once; the content is read again for each reconnection.
   */
  credentials?: (() => string) | undefined;
  /**
   * What the subjects of answers begin with, without a dot at the end. Defaults to `_INBOX.<user>` when the
   * address names a user, otherwise to `_INBOX`.
   */
  inboxPrefix?: string | undefined;
  /** Limit of the first connection, in milliseconds. Defaults to 5_000. */
  timeoutMs?: number;
}

const TIMEOUT_MS_DEFAULT = 5_000;
const INBOX = '_INBOX';
/** What may stand in a subject as one token; a user of another name shares the common inbox. */
const TOKEN = /^[\w-]+$/;
/** The seed of a user's NKey, alone. */
const NKEY_SEED = /^\s*(SU[A-Z2-7]{56})\s*$/;
/** With two unanswered pings a dead peer is noticed within about 30 s. */
const PING_INTERVAL_MS = 10_000;
const MAX_UNANSWERED_PINGS = 2;

const inboxPrefixes = new WeakMap<NatsConnection, string>();

/**
 * Connects once, and from then on reconnects for ever, with growing waits of random length. An address that
 * begins with `tls:` is never spoken to in the clear.
 * @throws BROKER_UNAVAILABLE, CONFIG_INVALID, PERMISSION_DENIED when the server does not know the login
 */
export async function connectNats(options: ConnectOptions): Promise<NatsConnection> {
  const { servers, login, isEncrypted } = readUrls(options.url);
  const delay = createReconnectDelay();
  try {
    const inboxPrefix = options.inboxPrefix ?? inboxOf(login.user);
    const nc = await connect({
      servers,
      name: options.name,
      timeout: options.timeoutMs ?? TIMEOUT_MS_DEFAULT,
      reconnect: true,
      maxReconnectAttempts: -1,
      reconnectDelayHandler: delay.next,
      waitOnFirstConnect: false,
      pingInterval: PING_INTERVAL_MS,
      maxPingOut: MAX_UNANSWERED_PINGS,
      // A stack captured for every request, in case it fails, cost a sixth of a busy host's time.
      noAsyncTraces: true,
      inboxPrefix,
      ...(isEncrypted ? { tls: {} } : {}),
      ...login,
      ...authenticator(options.credentials),
    });
    inboxPrefixes.set(nc, inboxPrefix);
    void follow(nc, delay);
    return nc;
  } catch (cause) {
    throw connectError(servers, cause);
  }
}

/** A server that turns a login away is there: to start it, or to try again, would not help. */
function connectError(servers: readonly string[], cause: unknown): OncewardError {
  const where = servers.join(', ');
  const why = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
  const more = { cause, details: { servers } };
  if (cause instanceof errors.AuthorizationError) {
    const message = `NATS at ${where} does not let this login in: ${why}`;
    return new OncewardError('PERMISSION_DENIED', message, more);
  }
  return new OncewardError(
    'BROKER_UNAVAILABLE',
    `cannot connect to NATS at ${where}: ${why}`,
    more,
  );
}

/** A subject for answers that nobody else uses, and that the login of this connection may subscribe to. */
export function newInbox(nc: NatsConnection): string {
  return createInbox(inboxPrefixes.get(nc) ?? INBOX);
}

async function follow(nc: NatsConnection, delay: ReconnectDelay): Promise<void> {
  for await (const { type } of nc.status()) {
    if (type === 'reconnecting') delay.tried();
    if (type === 'reconnect') delay.reset();
  }
}

/** An inbox of its own, so that a login can be kept from reading the answers to others. */
function inboxOf(user: string | undefined): string {
  return user !== undefined && TOKEN.test(user) ? `${INBOX}.${user}` : INBOX;
}

interface Login {
  user?: string;
  pass?: string;
  token?: string;
}

/** The addresses without what must stay secret, and the login found in the first of them. */
function readUrls(text: string): { servers: string[]; login: Login; isEncrypted: boolean } {
  const urls = text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)
    .map((part) => parseUrl(part.includes('://') ? part : `nats://${part}`));
  const first = urls[0];
  return {
    servers: urls.map((url) => `${url.protocol}//${url.host}`),
    login: first ? loginOf(first) : {},
    isEncrypted: urls.some(({ protocol }) => protocol === 'tls:'),
  };
}

function parseUrl(text: string): URL {
  if (URL.canParse(text)) return new URL(text);
  throw new OncewardError('CONFIG_INVALID', 'the NATS address (--nats, NATS_URL) is not a URL');
}

function loginOf(url: URL): Login {
  const [user, pass] = [decoded(url.username), decoded(url.password)];
  if (user === '') return {};
  return pass === '' ? { token: user } : { user, pass };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    const message = 'the login in the NATS address (--nats, NATS_URL): write a percent sign as %25';
    throw new OncewardError('CONFIG_INVALID', message);
  }
}

function authenticator(credentials: ConnectOptions['credentials']): Partial<ConnectionOptions> {
  if (credentials === undefined) return {};
  const encoder = new TextEncoder();
  if (NKEY_SEED.test(credentials())) {
    return { authenticator: nkeyAuthenticator(() => encoder.encode(credentials().trim())) };
  }
  return { authenticator: credsAuthenticator(() => encoder.encode(credentials())) };
}
