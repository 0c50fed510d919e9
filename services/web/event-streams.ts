// Server-sent events: so many streams at a time, each kept alive by comments. It must never gather without end what
// a reader does not take: who reads too slowly is dropped, comes back by itself, and goes on where it was.
import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { ConnectionWatch } from '../../transport/nats/connection-watch.ts';
import type { Clock } from '../../transport/ports.ts';
import { HttpError } from './answers.ts';

export interface StreamedEvent {
  event: string;
  data: object;
  /** What a browser names as `Last-Event-ID` when it comes back; of `A-Z a-z 0-9 . -` only. */
  id?: string;
}

export interface EventSink {
  /** Does nothing once the stream has ended. */
  send(event: StreamedEvent): void;
  /** There was nothing to send up to here: told with the next heartbeat, so that nobody comes back from far behind. */
  pass(id: string): void;
  end(): void;
}

/** Starts what fills a stream, and returns what ends it again. */
export type Source = (sink: EventSink) => Promise<() => void>;

export interface EventStreams {
  /** @throws TOO_MANY_READERS, and whatever the source throws before it has started */
  open(context: Context, source: Source): Promise<Response>;
  count(): number;
  /** Ends every stream, and opens no more. */
  close(): void;
}

const MAX_STREAMS = 64;
const RETRY_AFTER_S = '5';
const HEARTBEAT_MS = 15_000;
/** How soon a browser comes back after a stream has ended. */
const RECONNECT_MS = 1_000;
/** What may wait for one reader beyond what its connection holds. */
const MAX_WAITING_BYTES = 524_288;
/** Told to every reader when the server of the events is gone, and when it is there again. */
const LOST = 'source-lost';
const BACK = 'source-back';
const HEADERS = { 'Content-Type': 'text/event-stream; charset=utf-8' };

export interface EventStreamsOptions {
  clock: Clock;
  /** To what the events come from. Readers are told when it is lost: nothing they see is current from then on. */
  connection: ConnectionWatch;
  maxStreams?: number;
}

export function createEventStreams(options: EventStreamsOptions): EventStreams {
  const { clock, connection, maxStreams = MAX_STREAMS } = options;
  const open = new Set<Stream>();
  let isClosed = false;
  let isLost = false;

  const tellAll = (event: string) => {
    for (const stream of open) stream.tell(event);
  };
  const stopListening = connection.onLost(() => {
    if (isLost) return;
    isLost = true;
    tellAll(LOST);
    void connection.present().then(() => {
      isLost = false;
      tellAll(BACK);
    });
  });

  const assertRoom = () => {
    if (!isClosed && open.size < maxStreams) return;
    const why = isClosed ? 'it is stopping' : `${open.size} streams are open already`;
    const retry = { 'Retry-After': RETRY_AFTER_S };
    throw new HttpError(503, 'TOO_MANY_READERS', `no more streams: ${why}`, retry);
  };

  return {
    async open(context, source) {
      // What a HEAD would be answered with is read by nobody.
      if (context.req.raw.method !== 'GET') {
        throw new HttpError(405, 'REQUEST_INVALID', 'a stream is read by GET', { Allow: 'GET' });
      }
      assertRoom();
      const outgoing = (context.env as Partial<HttpBindings> | undefined)?.outgoing;
      const stream = createStream(clock, () => outgoing?.destroy());
      open.add(stream);
      if (isLost) stream.tell(LOST);
      stream.whenEnded(() => open.delete(stream));
      try {
        stream.whenEnded(await source(stream));
      } catch (error) {
        stream.end();
        throw error;
      }
      // Answered otherwise meanwhile, such as for taking too long: nobody will ever read this one.
      if (outgoing?.headersSent) stream.end();
      return new Response(stream.body, { headers: HEADERS });
    },
    count: () => open.size,
    close() {
      isClosed = true;
      stopListening();
      for (const stream of open) stream.end();
    },
  };
}

interface Stream extends EventSink {
  /** Says something of the stream itself, which is no place in it. */
  tell(event: string): void;
  body: ReadableStream<Uint8Array>;
  /** Calls back once it has ended, at once when it has already. */
  whenEnded(callback: () => void): void;
}

/** `disconnect` takes the connection from a reader that does not read. */
function createStream(clock: Clock, disconnect: () => void): Stream {
  const encoder = new TextEncoder();
  const callbacks: (() => void)[] = [];
  let hasEnded = false;
  let passed = '';
  let cancelBeat = () => {};
  let controller: ReadableStreamDefaultController<Uint8Array> | null = null;

  const finish = () => {
    if (hasEnded) return;
    hasEnded = true;
    cancelBeat();
    for (const callback of callbacks) callback();
  };
  const write = (text: string) => {
    if (hasEnded) return;
    controller?.enqueue(encoder.encode(text));
    if ((controller?.desiredSize ?? 0) > 0) return;
    finish();
    disconnect();
  };
  const beat = () => {
    cancelBeat = clock.after(HEARTBEAT_MS, () => {
      write(`${passed}: alive\n\n`);
      passed = '';
      if (!hasEnded) beat();
    });
  };
  const body = new ReadableStream<Uint8Array>(
    {
      start(given) {
        controller = given;
      },
      cancel: finish,
    },
    new ByteLengthQueuingStrategy({ highWaterMark: MAX_WAITING_BYTES }),
  );
  write(`retry: ${RECONNECT_MS}\n\n`);
  beat();

  return {
    body,
    tell: (event) => write(textOf({ event, data: {} })),
    send(event) {
      passed = '';
      write(textOf(event));
    },
    pass(id) {
      passed = `id: ${id}\n`;
    },
    end() {
      if (hasEnded) return;
      finish();
      controller?.close();
    },
    whenEnded(callback) {
      if (hasEnded) callback();
      else callbacks.push(callback);
    },
  };
}

function textOf({ event, data, id }: StreamedEvent): string {
  const place = id === undefined ? '' : `id: ${id}\n`;
  return `${place}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
