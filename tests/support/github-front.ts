// The address that tests know GitHub by: passes requests on to emulate, writes them down, and breaks them on demand.
// What emulate lacks is added here and in github-gaps.ts, each with the page that documents it.
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type GitHubGaps, gapRoutes } from './github-gaps.ts';
import { JSON_TYPE, type Message, type Reply, refusal } from './github-replies.ts';

export interface SeenRequest {
  method: string;
  /** Without its query. */
  path: string;
  query: string;
  status: number;
  userAgent: string;
}

/** What happens to a request instead of its answer. */
export type Fault =
  /** It is carried out, and the connection ends before the answer. */
  | { kind: 'lost-answer' }
  /** It is carried out, and the answer breaks off in its middle. */
  | { kind: 'cut-answer' }
  /** Nobody carries it out, and nobody answers. */
  | { kind: 'no-answer' }
  | {
      kind: 'status';
      status: number;
      headers?: Record<string, string>;
      message?: string;
      body?: string;
    };

/**
 * Stands between whoever asks and GitHub: may pass the request on, at once or later, and answers instead of GitHub.
 * Null for no answer: the connection ends.
 */
export type Interceptor = (
  message: Message,
  pass: () => Promise<Reply | null>,
) => Promise<Reply | null>;

export interface GitHubFront extends GitHubGaps {
  /** As `https://api.github.com`; below `/api/v3` it answers as GitHub Enterprise Server does. */
  url: string;
  /** Oldest first; a test may empty it. */
  requests: SeenRequest[];
  /** Breaks the next request with this method whose path matches, after those planned before. */
  breakNext(method: string, path: RegExp, fault: Fault): void;
  /** From now on every request goes through it; null for none. */
  intercept(interceptor: Interceptor | null): void;
  close(): Promise<void>;
}

const GHES = /^\/api\/(v3|graphql)/;

/**
 * @param port of emulate, which may not listen yet
 * @param ownTokens against which counts what the front looks up by itself, and what costs nothing on GitHub
 */
export async function startGitHubFront(
  port: number,
  tokens: readonly string[],
  ownTokens: readonly string[],
): Promise<GitHubFront> {
  const requests: SeenRequest[] = [];
  const faults: { method: string; path: RegExp; fault: Fault }[] = [];
  let interceptor: Interceptor | null = null;
  const forward = (message: Message) => forwarded(port, message);
  let lookUps = 0;
  /** By turns: each of them is allowed as much in an hour as anybody. */
  const asOurselves = (message: Message): Message => {
    lookUps += 1;
    const authorization = `token ${ownTokens[lookUps % ownTokens.length]}`;
    return { ...message, headers: { ...message.headers, authorization } };
  };
  const { answer, gaps } = gapRoutes(forward, (message) => forward(asOurselves(message)));
  const server = createServer((incoming, outgoing) => {
    void serve(incoming, outgoing).catch(() => outgoing.destroy());
  });

  async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const message = await read(incoming);
    const planned = faults.findIndex(
      ({ method, path }) => method === message.method && path.test(message.path),
    );
    const fault = planned === -1 ? undefined : faults.splice(planned, 1)[0]?.fault;
    const pass = () => replyTo(message, fault);
    const reply = await (interceptor === null ? pass() : interceptor(message, pass));
    const { method, path, query } = message;
    const userAgent = message.headers['user-agent'] ?? '';
    requests.push({ method, path, query, status: reply?.status ?? 0, userAgent });
    if (fault?.kind === 'no-answer') return;
    if (reply === null || fault?.kind === 'lost-answer') {
      outgoing.destroy();
      return;
    }
    const { headers, body } = reply;
    if (fault?.kind !== 'cut-answer') {
      outgoing.writeHead(reply.status, headers).end(body);
      return;
    }
    const promised = { ...headers, 'content-length': String(Buffer.byteLength(body)) };
    outgoing.writeHead(reply.status, promised).write(body.slice(0, body.length / 2), () => {
      outgoing.destroy();
    });
  }

  async function replyTo(message: Message, fault: Fault | undefined): Promise<Reply | null> {
    if (fault?.kind === 'no-answer') return null;
    if (fault?.kind === 'status') {
      const body =
        fault.body ?? JSON.stringify({ message: fault.message ?? 'planned by the test' });
      return { status: fault.status, headers: { ...JSON_TYPE, ...fault.headers }, body };
    }
    if (!isKnown(message, tokens)) return refusal(401, 'Bad credentials');
    const isConditional = message.method === 'GET' && 'if-none-match' in message.headers;
    return conditional(message, await answer(isConditional ? asOurselves(message) : message));
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    ...gaps,
    ...{ url, requests },
    breakNext: (method, path, fault) => void faults.push({ method, path, fault }),
    intercept(given) {
      interceptor = given;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/**
 * emulate takes whoever it does not know for its first user; GitHub refuses.
 * https://docs.github.com/en/rest/authentication/authenticating-to-the-rest-api#failed-login-limit
 */
function isKnown({ headers }: Message, tokens: readonly string[]): boolean {
  const token = (headers['authorization'] ?? '').replace(/^(bearer|token)\s+/i, '');
  return token === '' || /^(ghs_|eyJ)/.test(token) || tokens.includes(token);
}

/**
 * emulate has no ETags; on GitHub an answer that has not changed counts against nobody.
 * https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#use-conditional-requests-if-appropriate
 */
function conditional({ method, headers }: Message, reply: Reply): Reply {
  if (method !== 'GET' || reply.status !== 200) return reply;
  const etag = `W/"${createHash('sha256').update(reply.body).digest('hex')}"`;
  const tagged = { ...reply.headers, etag };
  if (headers['if-none-match'] !== etag) return { ...reply, headers: tagged };
  return { status: 304, headers: tagged, body: '' };
}

async function read(incoming: IncomingMessage): Promise<Message> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const [path = '', query = ''] = (incoming.url ?? '/').split('?');
  const headers = Object.entries(incoming.headers).filter(([name]) => !UNSENT.includes(name));
  return {
    method: incoming.method ?? 'GET',
    // https://docs.github.com/en/enterprise-server@latest/rest/using-the-rest-api/getting-started-with-the-rest-api
    path: path.replace(GHES, (_, api: string) => (api === 'v3' ? '' : '/graphql')),
    query,
    headers: Object.fromEntries(headers.map(([name, value]) => [name, String(value)])),
    body: Buffer.concat(chunks).toString('utf8'),
  };
}

const UNSENT = ['host', 'connection', 'content-length', 'accept-encoding', 'transfer-encoding'];

async function forwarded(port: number, message: Message): Promise<Reply> {
  const { method, path, query, headers, body } = message;
  const { 'if-none-match': _, ...sent } = headers;
  const url = `http://127.0.0.1:${port}${path}${query === '' ? '' : `?${query}`}`;
  const response = await fetch(url, { method, headers: sent, ...(body === '' ? {} : { body }) });
  const kept = [...response.headers].filter(
    ([name]) => !['content-encoding', ...UNSENT].includes(name),
  );
  return {
    status: response.status,
    headers: Object.fromEntries(kept),
    body: await response.text(),
  };
}
