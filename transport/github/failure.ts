// Turns whatever octokit throws into our errors, once: who was asked what, and how it ended.
// It must never let a credential into a message, nor keep the request, which holds one.
import { RequestError } from 'octokit';
import { hasCode, OncewardError } from '../errors.ts';
import { rateLimited } from './rate-limits.ts';

export interface Asked {
  method: string;
  /** Without its query. */
  path: string;
}

const MAX_MESSAGE_CHARACTERS = 300;
/** GitHub asks for at least a minute where it does not say how long. */
const UNSAID_WAIT_MS = 60_000;
const CREDENTIALS = /\b(gh[a-z]_[A-Za-z0-9_]+|github_pat_[A-Za-z0-9_]+|v\d\.[0-9a-f]{40})\b/g;
const JSON_WEB_TOKEN = /\beyJ[\w-]+\.[\w-]+\.[\w-]+/g;

/** True when GitHub refused with one of these statuses. */
export function isRefusedWith(error: unknown, ...statuses: number[]): boolean {
  return hasCode(error, 'OUTSIDE_REFUSED') && statuses.includes(Number(error.details['status']));
}

/** @param secrets texts that must not be repeated, beside everything that looks like a token of GitHub */
export function githubFailure(
  asked: Asked,
  error: unknown,
  options: { nowMs: number; secrets: readonly string[] },
): OncewardError {
  if (error instanceof OncewardError) return error;
  const subject = `${asked.method} ${asked.path}`;
  const said = clean(error instanceof Error ? error.message : String(error), options.secrets);
  const untilMs = limitedUntilMs(error, options.nowMs);
  if (untilMs !== null) return rateLimited(subject, untilMs);
  if (isAbort(error)) return unavailable(`${subject}: it was broken off`, 0);
  if (!(error instanceof RequestError)) {
    return new OncewardError('OUTSIDE_REFUSED', `${subject}: ${said}`, {
      details: { status: 0 },
      remedy: 'check the token, or the id and the private key of the app, of the connection',
    });
  }
  if (error.response === undefined) return unavailable(`${subject}: ${said}`, 0);
  const message = `${subject}: ${error.status}, ${said}`;
  if (error.status >= 500 || error.status === 408) return unavailable(message, error.status);
  return new OncewardError('OUTSIDE_REFUSED', message, { details: { status: error.status } });
}

/** For an answer that is no JSON: from a proxy on the way, or a page that says that GitHub is being repaired. */
export function unreadableAnswer({ method, path }: Asked, status: number): OncewardError {
  return unavailable(`${method} ${path}: ${status}, but the answer is no JSON`, status);
}

interface Limited {
  status?: number;
  message: string;
  response?: { headers?: Record<string, string | number | undefined> };
}

/** When GitHub wants to be asked again; null when it was no rate limit that refused. */
function limitedUntilMs(error: unknown, nowMs: number): number | null {
  const { status, message, response } = error as Limited;
  // A limit of GraphQL comes as a success, which octokit turns into an error without a status.
  const isGraphQl = status === undefined && /rate limit exceeded/i.test(message);
  if (status !== 403 && status !== 429 && !isGraphQl) return null;
  const headers = response?.headers ?? {};
  const retryAfterS = Number(headers['retry-after'] ?? Number.NaN);
  if (Number.isFinite(retryAfterS)) return nowMs + retryAfterS * 1_000;
  const resetS = Number(headers['x-ratelimit-reset'] ?? Number.NaN);
  const isUsedUp = headers['x-ratelimit-remaining'] === '0' || isGraphQl;
  if (isUsedUp && Number.isFinite(resetS)) return resetS * 1_000;
  const isSaid = status === 429 || isGraphQl || /secondary rate/i.test(message);
  return isSaid ? nowMs + UNSAID_WAIT_MS : null;
}

function unavailable(message: string, status: number): OncewardError {
  return new OncewardError('OUTSIDE_UNAVAILABLE', message, { details: { status } });
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

function clean(text: string, secrets: readonly string[]): string {
  const blotted = secrets
    .filter((secret) => secret !== '')
    .reduce((cleaned, secret) => cleaned.replaceAll(secret, '***'), text)
    .replace(CREDENTIALS, '***')
    .replace(JSON_WEB_TOKEN, '***')
    .replace(/\s+/g, ' ');
  return blotted.length > MAX_MESSAGE_CHARACTERS
    ? `${blotted.slice(0, MAX_MESSAGE_CHARACTERS)}…`
    : blotted;
}
