// `onceward page`: the address of the page that the `up` of this state directory serves, with its token.
// It must never make a token: that of a process it does not know would open nothing.
import { OncewardError } from '../../../transport/errors.ts';
import { isRunning } from '../../connection-note.ts';
import { readPageNote } from '../../queries/connection-file.ts';
import { readHttpToken } from '../../web/http-token.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT } from '../exit-codes.ts';
import { printDocument } from '../output.ts';
import { pageAddress } from '../page-address.ts';

/** @throws PAGE_NOT_SERVED */
export async function page(context: CommandContext): Promise<number> {
  const { stateDirectory, environment } = context;
  const note = await readPageNote(stateDirectory);
  if (note === null || !isRunning(note.pid)) {
    throw new OncewardError('PAGE_NOT_SERVED', `no page is served on ${stateDirectory}`);
  }
  const { httpUrl, isTokenGiven } = note;
  const kept = isTokenGiven ? null : await readHttpToken(stateDirectory);
  const token = kept ?? environment.httpToken ?? null;
  const url = token === null ? httpUrl : pageAddress(httpUrl, token);
  printDocument(context, { url, httpUrl, token }, () => [url]);
  if (token === null) {
    context.err.line('its token is that of ONCEWARD_HTTP_TOKEN where `onceward up` was started');
  }
  return EXIT.done;
}
