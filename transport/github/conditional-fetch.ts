// The one way to GitHub: every request has a time limit, is counted, and asks for what is known only if it changed.
// It must never serve a remembered answer without having asked.
import type { RateLimits } from './rate-limits.ts';
import type { ResponseMemory } from './response-memory.ts';

export interface RequestCounts {
  /** Sent, whatever came of them. */
  requests: number;
  /** Of those, answered with "not modified": free of the primary rate limit. */
  notModified: number;
}

export interface ConditionalFetch {
  fetch: typeof globalThis.fetch;
  counts(): RequestCounts;
}

const NO_BODY = [204, 205, 304];

/** Of one attempt, from the connection to the last byte, in milliseconds. */
const REQUEST_TIMEOUT_MS = 30_000;

export function conditionalFetch(parts: {
  memory: ResponseMemory;
  limits: RateLimits;
  timeoutMs?: number | undefined;
}): ConditionalFetch {
  const { memory, limits, timeoutMs = REQUEST_TIMEOUT_MS } = parts;
  const counts: RequestCounts = { requests: 0, notModified: 0 };
  return {
    counts: () => ({ ...counts }),
    async fetch(input, init = {}) {
      const url = String(input);
      const headers = new Headers(init.headers);
      const key = `${headers.get('accept') ?? ''} ${url}`;
      const isRead = init.method === 'GET';
      const known = isRead ? memory.get(key) : undefined;
      if (known !== undefined) headers.set('if-none-match', known.etag);
      counts.requests += 1;
      const signals = [AbortSignal.timeout(timeoutMs), ...(init.signal ? [init.signal] : [])];
      const response = await fetch(url, { ...init, headers, signal: AbortSignal.any(signals) });
      limits.see(response.headers);
      if (response.status === 304 && known !== undefined) {
        counts.notModified += 1;
        return new Response(known.body, { status: 200, headers: known.headers });
      }
      if (NO_BODY.includes(response.status)) return response;
      // Read here to its end: octokit takes an answer that breaks off for an empty one.
      const body = await response.text();
      const kept = keptHeaders(response.headers);
      const etag = response.headers.get('etag');
      if (isRead && response.status === 200 && etag !== null) {
        memory.set(key, { etag, headers: kept, body });
      }
      return new Response(body, { status: response.status, headers: kept });
    },
  };
}

/** The body is kept unpacked: what describes how it was packed would be wrong. */
function keptHeaders(headers: Headers): [string, string][] {
  return [...headers].filter(
    ([name]) => !['content-encoding', 'content-length', 'transfer-encoding'].includes(name),
  );
}
