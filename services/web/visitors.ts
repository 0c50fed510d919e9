// Who may read and who may write. It must never take what a browser sends by itself for a permission to write:
// that needs the token, from a page of this very server.
import type { Context } from 'hono';
import { getCookie } from 'hono/cookie';
import { HttpError } from './answers.ts';
import { isSameOrigin, type Provenance } from './http-names.ts';
import { isSameSecret, readingCookie } from './http-token.ts';

export interface Visitors {
  mayRead(context: Context): boolean;
  hasToken(context: Context): boolean;
  /** @throws TOKEN_REQUIRED unless this visitor may read */
  assertMayRead(context: Context): void;
  /** @throws ORIGIN_REFUSED, TOKEN_REQUIRED unless this visitor may write */
  assertMayWrite(context: Context): void;
  /** The `Set-Cookie` that lets its bearer read. @throws TOKEN_REQUIRED for a wrong token */
  cookieFor(context: Context, token: string): string;
}

const BEARER = /^Bearer +([\w-]{1,256})$/i;
const CHALLENGE = { 'WWW-Authenticate': 'Bearer' };
/** What proxies add: whoever asks through one may be anywhere. */
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'];

/** On loopback everybody on this machine may read, but not whomever a proxy on it lets in. */
export function createVisitors({
  token,
  isLoopback,
}: {
  token: string;
  isLoopback: boolean;
}): Visitors {
  const cookie = readingCookie(token);
  const hasToken = (context: Context): boolean => {
    const given = BEARER.exec(context.req.header('authorization') ?? '')?.[1];
    return given !== undefined && isSameSecret(given, token);
  };
  const hasCookie = (context: Context): boolean =>
    isSameSecret(getCookie(context, cookie.name) ?? '', cookie.value);
  const isFromHere = ({ req }: Context): boolean =>
    isLoopback && FORWARDED.every((name) => req.header(name) === undefined);
  const mayRead = (context: Context): boolean =>
    isFromHere(context) || hasToken(context) || hasCookie(context);

  return {
    ...{ mayRead, hasToken },
    assertMayRead(context) {
      if (!mayRead(context)) throw refusal('reading needs the token of the page');
    },
    assertMayWrite(context) {
      assertSameOrigin(context);
      if (!hasToken(context)) throw refusal('writing needs the token of the page');
    },
    cookieFor({ req }, given) {
      if (!isSameSecret(given, token)) throw refusal('this is not the token of the page');
      // Behind a proxy that speaks TLS; here nothing does.
      const isEncrypted = req.header('origin')?.startsWith('https:') === true;
      const flags = `Path=/; HttpOnly; SameSite=Strict${isEncrypted ? '; Secure' : ''}`;
      return `${cookie.name}=${cookie.value}; ${flags}`;
    },
  };
}

/** @throws ORIGIN_REFUSED */
export function assertSameOrigin(context: Context): void {
  if (isSameOrigin(provenanceOf(context))) return;
  const message = 'only a page of this server may send this: Origin and Host differ';
  throw new HttpError(403, 'ORIGIN_REFUSED', message);
}

export function provenanceOf({ req }: Context): Provenance {
  return {
    host: req.header('host'),
    origin: req.header('origin'),
    site: req.header('sec-fetch-site'),
    mode: req.header('sec-fetch-mode'),
  };
}

function refusal(message: string): HttpError {
  return new HttpError(401, 'TOKEN_REQUIRED', message, CHALLENGE);
}
