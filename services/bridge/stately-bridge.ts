// The bridge to the Stately inspector: tells pages that connect what happens to items and runs.
// It listens on loopback only, lets nobody in from a foreign page, takes no orders, and is never on by itself.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { OncewardError } from '../../transport/errors.ts';
import type { Session } from '../queries/session.ts';
import { bridgePage } from './bridge-page.ts';
import { type BridgeScope, tellEverything } from './stately-feed.ts';

const LOOPBACK = '127.0.0.1';
/** Each has feeds of its own. */
const MAX_CLIENTS = 4;
/** Nobody has anything to say to us. */
const MAX_INCOMING_BYTES = 1_024;

export interface BridgeOptions extends BridgeScope {
  session: Pick<Session, 'openRecords' | 'openAudit'>;
  /** 0 takes a free one. */
  port: number;
  /** Pages that may connect, as `https://stately.ai`; the first one's inspector is framed. Not empty. */
  allowedOrigins: readonly [string, ...string[]];
  /** Told who comes and goes, for people. */
  onNotice: (text: string) => void;
}

export interface RunningBridge {
  /** Of the page that frames the inspector. */
  url: string;
  close(): Promise<void>;
}

/** @throws USAGE when the port is taken */
export async function startBridge(options: BridgeOptions): Promise<RunningBridge> {
  const { port, allowedOrigins } = options;
  const server = createServer();
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_INCOMING_BYTES });
  server.listen(port, LOOPBACK);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw portError(port, error as Error);
  }
  const bound = (server.address() as AddressInfo).port;
  const names = [`${LOOPBACK}:${bound}`, `localhost:${bound}`];
  const origins = [...allowedOrigins, ...names.map((name) => `http://${name}`)];
  const page = bridgePage(allowedOrigins[0], bound);
  server.on('request', ({ method, url, headers }: IncomingMessage, response: ServerResponse) => {
    const isKnown = method === 'GET' && url === '/' && names.includes(headers.host ?? '');
    const head = { 'content-type': 'text/html; charset=utf-8', ...page.headers };
    if (isKnown) response.writeHead(200, head).end(page.html);
    else response.writeHead(404).end();
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const refusal = refusalOf(request, { names, origins, clients: sockets.clients.size });
    if (refusal === null) {
      return sockets.handleUpgrade(request, socket, head, (client) => void serve(client, options));
    }
    options.onNotice(`refused a connection: ${refusal}`);
    socket.on('error', () => socket.destroy());
    socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
  });
  return {
    url: `http://${LOOPBACK}:${bound}/`,
    async close() {
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

interface Door {
  names: readonly string[];
  origins: readonly string[];
  clients: number;
}

/**
 * Browsers always name the page a connection is for. Programs need not, and could forge it: whoever can run one
 * here is inside already.
 */
function refusalOf({ headers }: IncomingMessage, { names, origins, clients }: Door): string | null {
  const { host = '', origin } = headers;
  if (!names.includes(host)) return `it calls this host ${JSON.stringify(host)}`;
  if (origin !== undefined && !origins.includes(origin)) {
    return `${JSON.stringify(origin)} is not allowed; --allow-origin would allow it`;
  }
  return clients >= MAX_CLIENTS ? `${MAX_CLIENTS} are connected already` : null;
}

async function serve(client: WebSocket, options: BridgeOptions): Promise<void> {
  const { session, onNotice } = options;
  // Not `once`: that rejects when the page does something wrong, which is to end its own connection alone.
  const closed = new Promise<void>((resolve) => void client.once('close', () => resolve()));
  client.on('error', () => client.terminate());
  onNotice('a page has connected');
  const send = (text: string) =>
    new Promise<void>((resolve) => {
      if (client.readyState !== client.OPEN) resolve();
      // Answered when it is written: a slow page makes its feed wait, and nobody else.
      else client.send(text, () => resolve());
    });
  try {
    await tellEverything(session, options, { send, closed });
  } catch (error) {
    onNotice(`the feed ended: ${error instanceof Error ? error.message : String(error)}`);
  }
  client.close();
  await closed;
  onNotice('a page has gone');
}

function portError(port: number, cause: Error): OncewardError {
  const why = (cause as NodeJS.ErrnoException).code ?? cause.message;
  const message = `the bridge cannot listen on ${LOOPBACK}:${port}: ${why}; name another --port`;
  return new OncewardError('USAGE', message, { cause });
}
