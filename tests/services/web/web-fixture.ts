// The page's server as `onceward up` has it: on a real nats-server with a real host, and asked over real connections.
import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { partitionFor } from '../../../services/queries/session.ts';
import type { RunningWeb, WebOptions } from '../../../services/web/web-options.ts';
import { startWeb } from '../../../services/web/web-server.ts';
import { type Inspector, openInspector } from '../../../transport/nats/inspector.ts';
import { natsServer } from '../../support/nats-server.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { externalPipeline, startTestHost, type TestHost } from '../../support/test-host.ts';

export const TOKEN = 'token-of-the-test-0123456789';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into documents of every shape
  json: any;
}

export interface Asking {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
}

export interface WebFixture {
  web: RunningWeb;
  host: TestHost;
  session: Inspector;
  stateDirectory: string;
  /** Everything that was logged, as JSON lines. */
  log(): string;
  ask(path: string, asking?: Asking): Promise<Answer>;
  /** The answer as soon as it begins; it goes on until it is destroyed. */
  stream(path: string, headers?: Record<string, string>): Promise<IncomingMessage>;
  /** As the page sends it: with the token, from the same origin, with the revision. */
  send(event: object, asking?: Asking & { revision?: number }): Promise<Answer>;
  /** Opens `shop/<id>`; its run `build/1` is open then. */
  open(id: string, title?: string): Promise<void>;
  close(): Promise<void>;
}

export type WebFixtureOptions = Partial<
  Pick<
    WebOptions,
    'address' | 'health' | 'metrics' | 'session' | 'clock' | 'webhooks' | 'countWebhook'
  >
>;

export async function startWebFixture(options: WebFixtureOptions = {}): Promise<WebFixture> {
  const { url } = await natsServer({ syncAlways: false });
  const pipelines = { shop: externalPipeline('build', 'ship') };
  const host = await startTestHost({ url, pipelines });
  const session = await openInspector({ url, name: 'page', partitionOf: partitionFor });
  const stateDirectory = temporaryDirectory();
  const lines: string[] = [];
  const keep = (fields: object, message: string) =>
    void lines.push(JSON.stringify({ ...fields, message }));
  const web = await startWeb({
    ...{ session, stateDirectory, token: TOKEN, metrics: null, operator: 'operator:tester' },
    ...{ address: { host: '127.0.0.1', port: 0 }, health: { check: async () => [] } },
    ...{ log: { debug: keep, info: keep, warn: keep, error: keep }, clock: session.clock },
    ...options,
  });
  const asking = createAsking(web);
  return {
    ...{ web, host, session, stateDirectory, log: () => lines.join('\n'), ...asking },
    async open(id, title = `Title of ${id}`) {
      await host.asker.ask({ address: `item.shop.${id}`, type: 'open', data: { title } });
    },
    async close() {
      await web.close();
      await session.close();
      await host.stop();
    },
  };
}

/** Asks a running server of this machine. */
export function createAsking({
  address,
}: Pick<RunningWeb, 'address'>): Pick<WebFixture, 'ask' | 'stream' | 'send'> {
  const { port } = address;
  const own = `127.0.0.1:${port}`;
  const begin = async (path: string, { method = 'GET', headers = {}, body }: Asking) => {
    // Each on a connection of its own: one that is kept open could be closed under the next request.
    const message = request({ host: '127.0.0.1', port, path, method, headers, agent: false });
    message.end(body);
    const [response] = await once(message, 'response');
    return response as IncomingMessage;
  };
  const ask = async (path: string, asking: Asking = {}): Promise<Answer> => {
    const response = await begin(path, asking);
    const content = await text(response);
    const { statusCode: status = 0, headers } = response;
    const isJson = headers['content-type']?.includes('json') === true;
    return {
      status,
      headers,
      text: content,
      json: isJson && content !== '' ? JSON.parse(content) : null,
    };
  };
  return {
    ask,
    stream: (path, headers = {}) => begin(path, { headers }),
    send: (event, { revision, headers = {}, ...rest } = {}) =>
      ask('/api/events', {
        method: 'POST',
        body: JSON.stringify(event),
        headers: {
          authorization: `Bearer ${TOKEN}`,
          origin: `http://${own}`,
          'content-type': 'application/json',
          ...(revision === undefined ? {} : { 'if-match': `"${revision}"` }),
          ...headers,
        },
        ...rest,
      }),
  };
}

export interface ReceivedEvent {
  event: string;
  id: string | null;
  // biome-ignore lint/suspicious/noExplicitAny: events of every shape
  data: any;
  atMs: number;
}

export interface EventReader {
  events: ReceivedEvent[];
  /** Resolves with the first event, also one that has come already, for which it holds. */
  next(holds: (event: ReceivedEvent) => boolean): Promise<ReceivedEvent>;
  ended: Promise<void>;
  close(): void;
}

/** Reads a stream of events as a browser does. */
export function readEvents(response: IncomingMessage): EventReader {
  const events: ReceivedEvent[] = [];
  const waiting = new Set<(event: ReceivedEvent) => void>();
  let kept = '';
  response.setEncoding('utf8').on('data', (chunk: string) => {
    const blocks = (kept + chunk).split('\n\n');
    kept = blocks.pop() ?? '';
    for (const event of blocks.flatMap(parseEvent)) {
      events.push(event);
      for (const look of waiting) look(event);
    }
  });
  const ended = new Promise<void>((resolve) => void response.on('close', () => resolve()));
  response.on('error', () => {});
  return {
    ...{ events, ended },
    next: (holds) =>
      new Promise((resolve) => {
        const look = (event: ReceivedEvent) => {
          if (!holds(event)) return;
          waiting.delete(look);
          resolve(event);
        };
        waiting.add(look);
        for (const event of events) look(event);
      }),
    close: () => void response.destroy(),
  };
}

function parseEvent(block: string): ReceivedEvent[] {
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? null;
  const event = field('event');
  if (event === null) return [];
  const data = JSON.parse(field('data') ?? 'null');
  return [{ event, id: field('id'), data, atMs: performance.now() }];
}
