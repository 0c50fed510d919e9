// The HTTP server below the routes: its address, its limits on time and size, and its end.
// It must never leave a request without an answer that says what every answer says.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { OncewardError } from '../../transport/errors.ts';
import type { Clock } from '../../transport/ports.ts';
import { formatHttpAddress, type HttpAddress } from '../config/http-address.ts';
import { RESPONSE_HEADERS, unreadableAnswer } from './response-headers.ts';

export interface RequestLimits {
  /** For the head of a request, and for the whole of it. */
  headMs: number;
  requestMs: number;
  /** How often the two are looked at. */
  checkMs: number;
}

const LIMITS: RequestLimits = { headMs: 5_000, requestMs: 15_000, checkMs: 5_000 };
const KEEP_ALIVE_MS = 5_000;
/** Longer than the pause between two heartbeats of a stream: nobody is there any more who takes nothing meanwhile. */
const SILENCE_LIMIT_MS = 60_000;
const MAX_HEAD_BYTES = 16_384;
const MAX_CONNECTIONS = 512;
/** How many ports above a taken one are tried before the system chooses. */
const PORTS_TRIED = 16;
/** What requests under way are given when it ends. */
const CLOSE_GRACE_MS = 500;

type Fetch = Parameters<typeof getRequestListener>[0];

export interface Listener {
  /** The one that was asked for, or the one that was free. */
  address: HttpAddress;
  /** The IP address behind it. */
  boundTo: string;
  /** Set once the routes are made: they depend on the address. */
  serve(fetch: Fetch): void;
  close(): Promise<void>;
}

export interface ListenerOptions {
  address: HttpAddress;
  isPortFlexible: boolean;
  clock: Clock;
  limits?: RequestLimits;
}

/** @throws HTTP_ADDRESS_UNAVAILABLE */
export async function openListener(options: ListenerOptions): Promise<Listener> {
  const { host } = options.address;
  const { headMs, requestMs, checkMs } = options.limits ?? LIMITS;
  let fetch: Fetch = () => new Response(null, { status: 503 });
  const answer = getRequestListener((request, bindings) => fetch(request, bindings), {
    // The rest of this process keeps the `Request` and `Response` it knows.
    overrideGlobalObjects: false,
    errorHandler: () => new Response(null, { status: 400 }),
  });
  const settings = {
    headersTimeout: headMs,
    requestTimeout: requestMs,
    connectionsCheckingInterval: checkMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
    maxHeaderSize: MAX_HEAD_BYTES,
    // The routes turn away who calls this server by no name.
    requireHostHeader: false,
  };
  const serve = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    for (const [name, value] of Object.entries(RESPONSE_HEADERS)) outgoing.setHeader(name, value);
    void answer(incoming, outgoing);
  };
  const server = createServer(settings, serve);
  // What Node would otherwise answer by itself, and with none of these headers.
  server.on('checkExpectation', serve);
  server.maxConnections = MAX_CONNECTIONS;
  server.timeout = SILENCE_LIMIT_MS;
  server.on('clientError', ({ code }: NodeJS.ErrnoException, socket) =>
    refuseUnreadable(socket as Socket, code),
  );

  await listenOnFree(server, options);
  const bound = server.address() as AddressInfo;
  return {
    address: { host, port: bound.port },
    boundTo: bound.address,
    serve: (next) => {
      fetch = next;
    },
    close: () => closeServer(server, options.clock),
  };
}

async function listenOnFree(
  server: Server,
  { address, isPortFlexible }: ListenerOptions,
): Promise<void> {
  const { host, port } = address;
  const others = Array.from({ length: PORTS_TRIED - 1 }, (_, n) => port + 1 + n);
  const ports = isPortFlexible ? [port, ...others, 0] : [port];
  for (const [n, tried] of ports.entries()) {
    try {
      return await listen(server, { host, port: tried });
    } catch (cause) {
      const reason = (cause as NodeJS.ErrnoException).code ?? 'unknown reason';
      if (reason === 'EADDRINUSE' && n < ports.length - 1) continue;
      const why = reason === 'EADDRINUSE' ? 'it is taken' : reason;
      const message = `the page cannot be served on ${formatHttpAddress(address)}: ${why}`;
      throw new OncewardError('HTTP_ADDRESS_UNAVAILABLE', message, { cause });
    }
  }
}

function listen(server: Server, address: HttpAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => reject(error);
    server.once('error', fail);
    server.listen(address, () => {
      server.off('error', fail);
      resolve();
    });
  });
}

/** An answer may be under way on the same connection: then there is no room for this one. */
function refuseUnreadable(socket: Socket, code: string | undefined): void {
  if (socket.writable && socket.bytesWritten === 0) socket.end(unreadableAnswer(code));
  else socket.destroy();
}

async function closeServer(server: Server, clock: Clock): Promise<void> {
  const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
  server.closeIdleConnections();
  const cancel = clock.after(CLOSE_GRACE_MS, () => server.closeAllConnections());
  await closed;
  cancel();
}
