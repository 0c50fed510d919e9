// One connection to GitHub or GitHub Enterprise Server: who asks, how often it may, and what it remembers.
// Shared by all projects of the connection. It must never wait longer for a rate limit than its bound.
import { createAppAuth } from '@octokit/auth-app';
import { Octokit } from 'octokit';
import { conditionalFetch, type RequestCounts } from './conditional-fetch.ts';
import { githubFailure, isRefusedWith, unreadableAnswer } from './failure.ts';
import { type RateLimit, type RateLimits, type RequestKind, rateLimits } from './rate-limits.ts';
import { responseMemory } from './response-memory.ts';

export interface GitHubApp {
  id: number;
  installationId: number;
  /** PEM, PKCS#1 or PKCS#8. */
  privateKey: string;
}

export type GitHubCredential = { token: string } | { app: GitHubApp };

export type GitHubClientOptions = GitHubCredential & {
  /** Of the connection: it names it in messages, and is whose pace of requests is kept. */
  name: string;
  /** `https://api.github.com`, or `https://<host>/api/v3`. */
  apiUrl: string;
  /** Of onceward; the requests say who asks. */
  version: string;
  clock: { nowMs(): number };
  /** Of one attempt, in milliseconds. Defaults to 30 000. */
  timeoutMs?: number | undefined;
};

export interface GitHubStatus extends RequestCounts {
  /** What GitHub last said, one for each kind of request. */
  limits: readonly RateLimit[];
  /** Nothing is asked before then, epoch milliseconds; null when everything may be. */
  closedUntilMs: number | null;
}

export interface GitHubClient {
  /** Every failure of it is an OUTSIDE_UNAVAILABLE, OUTSIDE_REFUSED or RATE_LIMITED. */
  readonly octokit: Octokit;
  status(): GitHubStatus;
  /** The login that what is written here carries; null where GitHub does not tell. */
  login(): Promise<string | null>;
}

/** A rate limit that is over sooner is waited for; a later one is said to the caller, who may have other work. */
const MAX_LIMIT_WAIT_S = 20;
/** After the first attempt, of what may be repeated: after 1 s, and after another 4 s. */
const MAX_REPEATS = 2;
const DO_NOT_REPEAT = [400, 401, 403, 404, 409, 410, 422, 429, 451];

export function createGitHubClient(options: GitHubClientOptions): GitHubClient {
  const nowMs = () => options.clock.nowMs();
  const limits = rateLimits(`connection ${options.name}`, nowMs);
  const { timeoutMs } = options;
  const carrier = conditionalFetch({ memory: responseMemory(), limits, timeoutMs });
  const waits = (retryAfterS: number, { request }: { request: { retryCount: number } }) =>
    retryAfterS <= MAX_LIMIT_WAIT_S && request.retryCount === 0;
  const octokit = new Octokit({
    baseUrl: options.apiUrl.replace(/\/+$/, ''),
    userAgent: `onceward/${options.version}`,
    ...authentication(options),
    request: { fetch: carrier.fetch },
    retry: { retries: MAX_REPEATS, doNotRetry: DO_NOT_REPEAT },
    // The pace of requests is kept for each connection, not for the process.
    throttle: { id: options.name, onRateLimit: waits, onSecondaryRateLimit: waits },
    log: SILENT,
  });
  guard(octokit, { limits, nowMs, secrets: secretsOf(options) });
  let login: Promise<string | null> | undefined;
  return {
    octokit,
    status: () => ({
      ...carrier.counts(),
      limits: limits.seen(),
      closedUntilMs: limits.closedUntilMs(),
    }),
    login() {
      login ??= ownLogin(octokit, options).catch((error: unknown) => {
        login = undefined;
        throw error;
      });
      return login;
    },
  };
}

const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

function authentication(options: GitHubClientOptions): ConstructorParameters<typeof Octokit>[0] {
  if ('token' in options) return { auth: options.token };
  const { id, installationId, privateKey } = options.app;
  return { authStrategy: createAppAuth, auth: { appId: id, installationId, privateKey } };
}

function secretsOf(options: GitHubClientOptions): string[] {
  return 'token' in options ? [options.token] : [options.app.privateKey];
}

interface Guarding {
  limits: RateLimits;
  nowMs: () => number;
  secrets: readonly string[];
}

/** The outermost layer around every request, repeats included. */
function guard(octokit: Octokit, { limits, nowMs, secrets }: Guarding): void {
  octokit.hook.wrap('request', async (request, options) => {
    const { method } = options;
    const path = new URL(octokit.request.endpoint(options).url).pathname;
    const kind: RequestKind = path.endsWith('/graphql') ? 'graphql' : 'rest';
    limits.pass(kind);
    // What creates something is not repeated behind the back of those who can look whether it is there.
    if (method === 'POST') options.request['retries'] = 0;
    try {
      const response = await request(options);
      const isText = typeof response.data === 'string' && response.data.trim() !== '';
      if (isText || (method === 'GET' && response.data === '')) {
        throw unreadableAnswer({ method, path }, response.status);
      }
      return response;
    } catch (error) {
      const failure = githubFailure({ method, path }, error, { nowMs: nowMs(), secrets });
      if (failure.code === 'RATE_LIMITED') {
        limits.closeUntil(kind, Number(failure.details['untilMs']));
      }
      throw failure;
    }
  });
}

async function ownLogin(octokit: Octokit, options: GitHubClientOptions): Promise<string | null> {
  try {
    if ('token' in options) return (await octokit.rest.users.getAuthenticated()).data.login;
    const { data } = await octokit.rest.apps.getAuthenticated();
    return data?.slug === undefined ? null : `${data.slug}[bot]`;
  } catch (error) {
    // The token of a workflow may not ask who it is.
    if (isRefusedWith(error, 403, 404)) return null;
    throw error;
  }
}
