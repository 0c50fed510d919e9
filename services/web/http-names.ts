// Under which names this server may be called, and which requests another site has made a browser send.
// It must never trust a name because it leads here: whoever owns a domain can point it at any address.
import { hostname } from 'node:os';
import type { HttpAddress } from '../config/http-address.ts';

const HOST = /^(\[[0-9a-f:.]{2,45}\]|[a-z0-9_.-]{1,253})(?::\d{1,5})?$/;
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;
const ADDRESS_ITSELF = /^(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:.]+\])$/;
const EVERY_INTERFACE: readonly string[] = ['0.0.0.0', '::'];

/** Whether the `Host` of a request is a name of this machine's loopback, or the one that was configured. */
export function isOwnName(given: string | undefined, { host }: Pick<HttpAddress, 'host'>): boolean {
  const name = HOST.exec(given?.toLowerCase() ?? '')?.[1];
  if (name === undefined) return false;
  if (LOOPBACK.test(name) || name === bracketed(host)) return true;
  // Nobody can point an address itself somewhere else, nor, from outside, the name of this machine.
  const isAnywhere = EVERY_INTERFACE.includes(host);
  return isAnywhere && (ADDRESS_ITSELF.test(name) || name === hostname().toLowerCase());
}

/** Whether a listening address is reached by this machine alone. */
export function isLoopbackAddress(address: string): boolean {
  return /^(?:127\.|::1$|::ffff:127\.)/.test(address);
}

/** How this machine itself opens what listens on an address. */
export function localHostOf(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  return host === '::' ? '::1' : host;
}

export interface Provenance {
  host: string | undefined;
  origin: string | undefined;
  /** `Sec-Fetch-Site` */
  site: string | undefined;
  /** `Sec-Fetch-Mode` */
  mode: string | undefined;
}

/** A page of this very server has sent it: its origin is the name it was called by. */
export function isSameOrigin({ host, origin, site }: Provenance): boolean {
  if (host === undefined || origin === undefined) return false;
  if (site !== undefined && site !== 'same-origin') return false;
  const own = host.toLowerCase();
  return [`http://${own}`, `https://${own}`].includes(origin.toLowerCase());
}

/** Another site has made a browser send it, and not by leading its user here. */
export function isForeign({ site, mode }: Provenance): boolean {
  const isOurs = site === undefined || site === 'same-origin' || site === 'none';
  return !isOurs && mode !== 'navigate';
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
