// The address under which somebody opens the page with the token: in the fragment, which browsers send to nobody.
// It must never stand in a log, nor in a file that others may read.
import type { ServedHttp } from '../app-options.ts';
import type { Sink } from './command-context.ts';

export function pageAddress(url: string, token: string): string {
  return `${url}#token=${token}`;
}

/** What `up` says of its page: the token only where a person reads along. */
export function servedLine(
  { isTerminal }: Pick<Sink, 'isTerminal'>,
  { url, hasPage, token, tokenFile }: ServedHttp,
): string {
  if (!hasPage) return `health and metrics: ${url}`;
  if (isTerminal) return `page: ${pageAddress(url, token)}`;
  return `page: ${url} (its token is in ${tokenFile ?? 'ONCEWARD_HTTP_TOKEN'})`;
}
