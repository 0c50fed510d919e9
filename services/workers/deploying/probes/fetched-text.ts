// One GET of an address, on a connection of its own: one that was kept open may lead to the version of before.
// It must never follow a redirect, nor read more of an answer than a probe can use.
import { get as getHttp } from 'node:http';
import { get as getHttps } from 'node:https';
import { OncewardError } from '../../../../transport/errors.ts';

/** What is beyond is not read. */
const MAX_BODY_BYTES = 1_048_576;

export interface FetchedText {
  status: number;
  text: string;
}

/** @throws USAGE for what is no address; errors of the network otherwise, `TIMEOUT` being one */
export async function fetchText(
  address: string,
  { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal },
): Promise<FetchedText> {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new OncewardError('USAGE', `${address.slice(0, 200)} is no address that can be asked`);
  }
  const get = url.protocol === 'http:' ? getHttp : getHttps;
  const limit = AbortSignal.timeout(timeoutMs);
  const either = AbortSignal.any([signal, limit]);
  return new Promise<FetchedText>((resolve, reject) => {
    const fail = (error: unknown) => reject(limit.aborted ? timedOut(error) : error);
    const request = get(url, { agent: false, signal: either }, (response) => {
      const chunks: Uint8Array[] = [];
      let bytes = 0;
      const done = () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({ status: response.statusCode ?? 0, text });
      };
      response.on('data', (chunk: Uint8Array) => {
        bytes += chunk.length;
        chunks.push(chunk);
        if (bytes < MAX_BODY_BYTES) return;
        done();
        response.destroy();
      });
      response.once('end', done);
      response.once('error', fail);
    });
    request.once('error', fail);
  });
}

/** The code of the error, or of what caused it. */
export function errorCode(error: unknown): string {
  if (error instanceof Error && 'code' in error) return String(error.code);
  if (error instanceof Error && error.cause !== undefined) return errorCode(error.cause);
  return error instanceof Error ? error.message : String(error);
}

function timedOut(cause: unknown): Error {
  return Object.assign(new Error('no answer in time', { cause }), { code: 'TIMEOUT' });
}
