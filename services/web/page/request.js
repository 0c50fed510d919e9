// Requests to the server this page came from, and what went wrong with them, in words.
// It must never send the token with a request that only reads, nor to another origin.
import { learn, stopwatchMs } from './clock.js';
import { reportConnection } from './connection.js';
import { askForToken, forgetToken, token } from './session.js';

/** An answer that is none of the good ones. `status` is 0 when there was none at all. */
export class RequestError extends Error {
  /**
   * @param {number} status
   * @param {{ code?: string, message?: string, hint?: string }} error
   * @param {any} [body] the whole answer
   */
  constructor(status, error, body = null) {
    super(error.message ?? `the server answered ${status}`);
    this.status = status;
    this.code = error.code ?? '';
    this.hint = error.hint ?? '';
    this.body = body;
  }
}

/**
 * @template Answer
 * @param {string} path
 * @param {{ signal?: AbortSignal }} [options]
 * @returns {Promise<Answer & { nowMs: number }>}
 */
export async function getJson(path, options = {}) {
  const startedMs = stopwatchMs();
  const response = await request(path, options);
  const tookMs = stopwatchMs() - startedMs;
  const answer = await response.json();
  learn(answer.nowMs, tookMs);
  return answer;
}

/**
 * @param {string} path
 * @param {{ signal?: AbortSignal }} [options]
 */
export async function getText(path, options = {}) {
  return (await request(path, options)).text();
}

/**
 * The whole response, for who needs its headers.
 * @param {string} path
 * @param {RequestInit} [options]
 */
export async function request(path, options = {}) {
  const response = await reach(path, options);
  if (!response.ok) throw await errorOf(response);
  return response;
}

/**
 * Sends an event, or only tries it. Asks for the token when there is none, or when it is the wrong one.
 * @param {{ address: string, type: string, data: unknown, isDryRun: boolean }} event
 * @param {number} revision the one the person has seen
 * @returns {Promise<any>} null when no token was given
 */
export async function postEvent(event, revision) {
  const known = token() ?? (await askForToken('Sending an event needs the token of this server.'));
  if (known === null) return null;
  try {
    const response = await request('/api/events', {
      method: 'POST',
      body: JSON.stringify(event),
      headers: {
        authorization: `Bearer ${known}`,
        'content-type': 'application/json',
        'if-match': `"${revision}"`,
      },
    });
    return await response.json();
  } catch (error) {
    if (!(error instanceof RequestError) || error.status !== 401) throw error;
    forgetToken();
    if ((await askForToken('The server does not know that token.')) === null) return null;
    return postEvent(event, revision);
  }
}

/**
 * @param {string} path
 * @param {RequestInit} options
 */
async function reach(path, options) {
  try {
    const response = await fetch(path, { credentials: 'same-origin', ...options });
    reportConnection('requests', true);
    return response;
  } catch (error) {
    if (options.signal?.aborted) throw error;
    reportConnection('requests', false);
    throw new RequestError(0, {
      code: 'NO_ANSWER',
      message: 'the server does not answer',
      hint: 'is onceward still running?',
    });
  }
}

/** @param {Response} response */
async function errorOf(response) {
  const body = isJson(response) ? await response.json().catch(() => null) : null;
  return new RequestError(response.status, body?.error ?? {}, body);
}

/** @param {Response} response */
function isJson(response) {
  return response.headers.get('content-type')?.includes('json') === true;
}
