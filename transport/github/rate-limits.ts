// What GitHub last said of its rate limits, and until when it wants to be left alone.
// It must never let a request through that GitHub has already refused for a time: that prolongs the refusal.
import { OncewardError } from '../errors.ts';

/** Of one kind of request: `core` for REST, `graphql`, `search` and so on. */
export interface RateLimit {
  resource: string;
  limit: number;
  remaining: number;
  /** Epoch milliseconds, of GitHub's clock. */
  resetAtMs: number;
}

export interface RateLimits {
  /** Reads the headers of any answer. */
  see(headers: Headers): void;
  seen(): readonly RateLimit[];
  /** No request of this kind before then, epoch milliseconds. */
  closeUntil(kind: RequestKind, untilMs: number): void;
  /** @throws RATE_LIMITED while requests of this kind are not wanted */
  pass(kind: RequestKind): void;
  /** Epoch milliseconds; null when everything may be asked. */
  closedUntilMs(): number | null;
}

export type RequestKind = 'rest' | 'graphql';

/** GitHub knows about a dozen. */
const MAX_RESOURCES = 32;

/** @param name of the connection, for messages */
export function rateLimits(name: string, nowMs: () => number): RateLimits {
  const limits = new Map<string, RateLimit>();
  const closed = new Map<RequestKind, number>();
  return {
    see(headers) {
      const limit = limitOf(headers);
      if (limit === null) return;
      if (limits.has(limit.resource) || limits.size < MAX_RESOURCES) {
        limits.set(limit.resource, limit);
      }
    },
    seen: () => [...limits.values()],
    closeUntil(kind, untilMs) {
      closed.set(kind, Math.max(untilMs, closed.get(kind) ?? 0));
    },
    pass(kind) {
      const untilMs = closed.get(kind) ?? 0;
      if (untilMs > nowMs()) throw rateLimited(`${name} is not asked`, untilMs);
    },
    closedUntilMs() {
      const untilMs = Math.max(0, ...closed.values());
      return untilMs > nowMs() ? untilMs : null;
    },
  };
}

/** @param subject what was asked, or who is not asked */
export function rateLimited(subject: string, untilMs: number): OncewardError {
  const until = new Date(untilMs).toISOString();
  return new OncewardError('RATE_LIMITED', `${subject}: the rate limit is used up until ${until}`, {
    details: { untilMs },
  });
}

function limitOf(headers: Headers): RateLimit | null {
  const read = (name: string) => Number(headers.get(`x-ratelimit-${name}`) ?? Number.NaN);
  const [limit, remaining, reset] = [read('limit'), read('remaining'), read('reset')];
  if (![limit, remaining, reset].every(Number.isFinite)) return null;
  const resource = headers.get('x-ratelimit-resource') ?? 'core';
  return { resource, limit, remaining, resetAtMs: reset * 1_000 };
}
