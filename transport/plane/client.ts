// Asks one Plane server over its REST API, with one key: limits, pages and errors are dealt with here.
// It must never follow a redirection with the key, let the key into an error, nor ask on after the server said stop.
import { z } from 'zod';
import { OncewardError } from '../errors.ts';
import { readBounded } from './bounded-body.ts';

const REQUEST_LIMIT_MS = 20_000;
const MAX_ANSWER_BYTES = 8_388_608;
/** The most the API gives on one page. */
const PER_PAGE = 100;
/** What Plane counts by: a limit is over after that long at the latest. */
const RATE_WINDOW_MS = 60_000;
const MAX_REASON_CHARACTERS = 300;

export interface PlaneClientOptions {
  /** Such as `https://api.plane.so`, without `/api/v1`. */
  apiUrl: string;
  /** The slug, as in the address of the page. */
  workspace: string;
  /** A personal access token, or that of a bot. */
  token: string;
  clock: { nowMs(): number };
}

export interface PlaneRequest<T> {
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below the workspace, each name encoded. */
  path: readonly string[];
  query?: Readonly<Record<string, string>>;
  body?: unknown;
  answer: z.ZodType<T>;
  /** Instead of the client's own. */
  workspace?: string | undefined;
}

export interface PlaneList<T> extends Omit<PlaneRequest<T[]>, 'answer' | 'method' | 'body'> {
  /** Of one entry. */
  entry: z.ZodType<T>;
  maxPages: number;
  /** Told what has come so far; true ends it. */
  isEnough?: (page: readonly T[]) => boolean;
}

export interface PlaneClient {
  readonly workspace: string;
  /** Where people look at it; null when that cannot be told. */
  readonly webUrl: string;
  nowMs(): number;
  /** @throws OUTSIDE_UNAVAILABLE, OUTSIDE_REFUSED with `details.status`, RATE_LIMITED with `details.untilMs` */
  ask<T>(request: PlaneRequest<T>): Promise<T>;
  /** All pages, up to a limit. @throws as `ask` */
  list<T>(list: PlaneList<T>): Promise<T[]>;
}

/** @see https://developers.plane.so/api-reference/introduction */
export function planeClient({ apiUrl, workspace, token, clock }: PlaneClientOptions): PlaneClient {
  const root = apiUrl.replace(/\/+$/, '');
  const limit = createRateLimit(clock);

  const ask = async <T>(request: PlaneRequest<T>): Promise<T> => {
    const { method = 'GET', path, query = {}, body, answer } = request;
    const segments = ['workspaces', request.workspace ?? workspace, ...path];
    const place = `/api/v1/${segments.map(encodeURIComponent).join('/')}/`;
    const what = `plane: ${method} ${place}`;
    const search = new URLSearchParams(query).toString();
    limit.check(what);
    const { status, headers, text } = await send(`${root}${place}${search ? `?${search}` : ''}`, {
      ...{ method, token, what },
      body: body === undefined ? null : JSON.stringify(body),
    });
    limit.note(headers, status);
    if (status === 429) throw limit.refusal(what);
    if (status < 200 || status > 299) throw refusal({ what, status, text, token });
    const read = answer.safeParse(jsonOf(text));
    if (read.success) return read.data;
    const [issue] = read.error.issues;
    const problem = `${issue?.path.join('.')}: ${issue?.message}`.replaceAll(token, '…');
    throw new OncewardError('OUTSIDE_UNAVAILABLE', `${what} is not understood: ${problem}`, {
      details: { status },
    });
  };

  const list = async <T>(asked: PlaneList<T>): Promise<T[]> => {
    const { entry, maxPages, isEnough, query, ...place } = asked;
    const answer = pageOf(entry);
    const found: T[] = [];
    let cursor = `${PER_PAGE}:0:0`;
    for (let page = 1; page <= maxPages; page += 1) {
      const paging = { ...query, per_page: String(PER_PAGE), cursor };
      const { results, next } = await ask({ ...place, query: paging, answer });
      found.push(...results);
      if (next === null || isEnough?.(results)) break;
      cursor = next;
    }
    return found;
  };

  return { workspace, webUrl: webUrlOf(root), nowMs: () => clock.nowMs(), ask, list };
}

/** True for what the server answered with this status. */
export function hasStatus(error: unknown, ...statuses: number[]): error is OncewardError {
  return error instanceof OncewardError && statuses.includes(Number(error.details['status']));
}

function pageOf<T>(entry: z.ZodType<T>): z.ZodType<{ results: T[]; next: string | null }> {
  const paged = z.looseObject({
    results: z.array(entry),
    next_cursor: z.string().max(100).nullish(),
    next_page_results: z.boolean().nullish(),
  });
  return z.union([
    paged.transform(({ results, next_cursor: cursor, next_page_results: hasMore }) => ({
      results,
      next: hasMore === true && cursor ? cursor : null,
    })),
    // Small lists come without pages on some servers.
    z.array(entry).transform((results) => ({ results, next: null })),
  ]) as z.ZodType<{ results: T[]; next: string | null }>;
}

interface Sending {
  method: string;
  token: string;
  what: string;
  body: string | null;
}

async function send(url: string, { method, token, what, body }: Sending) {
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new OncewardError('OUTSIDE_REFUSED', `${what}: the key is empty, or no key of Plane`);
  }
  try {
    const answer = await fetch(url, {
      ...{ method, body, redirect: 'manual', signal: AbortSignal.timeout(REQUEST_LIMIT_MS) },
      headers: {
        ...{ 'X-API-Key': token, 'User-Agent': 'onceward', Accept: 'application/json' },
        ...(body === null ? {} : { 'Content-Type': 'application/json' }),
      },
    });
    const text = await readBounded(answer, MAX_ANSWER_BYTES);
    return { status: answer.status, headers: answer.headers, text };
  } catch (error) {
    const reason = reasonOf(error).replaceAll(token, '…');
    throw new OncewardError('OUTSIDE_UNAVAILABLE', `${what}: ${reason}`);
  }
}

function refusal(about: { what: string; status: number; text: string; token: string }) {
  const { what, status, text, token } = about;
  const said = z
    .looseObject({ error: z.string().optional(), detail: z.string().optional(), id: z.string() })
    .partial()
    .catch({})
    .parse(jsonOf(text));
  const reason = (said.error ?? said.detail ?? '').slice(0, MAX_REASON_CHARACTERS);
  const isMoved = status >= 300 && status <= 399;
  const hint = isMoved ? 'the server redirects: correct the address of the connection' : reason;
  const code = status >= 500 || status === 408 ? 'OUTSIDE_UNAVAILABLE' : 'OUTSIDE_REFUSED';
  const message = `${what}: answered ${status}${hint ? `: ${hint}` : ''}`;
  return new OncewardError(code, message.replaceAll(token, '…'), {
    details: { status, ...(said.id === undefined ? {} : { id: said.id.slice(0, 64) }) },
  });
}

function createRateLimit({ nowMs }: { nowMs(): number }) {
  let untilMs = 0;
  const refusal = (what: string) =>
    new OncewardError('RATE_LIMITED', `${what}: not before ${new Date(untilMs).toISOString()}`, {
      details: { untilMs, status: 429 },
    });
  return {
    refusal,
    check(what: string): void {
      if (nowMs() < untilMs) throw refusal(what);
    },
    note(headers: Headers, status: number): void {
      const remaining = Number(headers.get('x-ratelimit-remaining') ?? Number.NaN);
      if (status !== 429 && remaining !== 0) return;
      const waitMs = Number(headers.get('retry-after') ?? Number.NaN) * 1_000;
      const resetMs = Number(headers.get('x-ratelimit-reset') ?? Number.NaN) * 1_000;
      const saidMs = waitMs >= 0 ? nowMs() + waitMs : resetMs;
      // Clocks differ: whatever it says, the window of the server is over after a minute.
      const latestMs = nowMs() + RATE_WINDOW_MS;
      untilMs = saidMs > nowMs() && saidMs < latestMs ? saidMs : latestMs;
    },
  };
}

function webUrlOf(root: string): string {
  return root === 'https://api.plane.so' ? 'https://app.plane.so' : root;
}

function jsonOf(text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return code || error.message;
}
