// Asks one address once, and says whether the answer is what a good version gives.
// A product that does not answer is bad; it must never be called bad for what only the asking side has.
import type { Probe } from '../../../../machines/deployment/probes.ts';
import { hasCode } from '../../../../transport/errors.ts';
import type { Clock } from '../../../../transport/ports.ts';
import { errorCode, fetchText } from './fetched-text.ts';
import type { Reading } from './probing.ts';

export type HttpProbe = Extract<Probe, { kind: 'http' }>;

export interface HttpSubject {
  version: { sha: string; digest: string };
  clock: Clock;
  /** Nobody waits for the measurement any more. */
  signal: AbortSignal;
}

/** No name, no route, no port or file handle left: that lies on this side. */
const OWN_FAULTS = ['ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'EADDRNOTAVAIL', 'EMFILE', 'ENFILE'];

/** The value is the time to the last byte, in milliseconds. Redirects are not followed: they are answers. */
export async function probeHttp(
  { url, status: goodStatus, contains, maxLatencyMs, timeoutMs }: HttpProbe,
  { version, clock, signal }: HttpSubject,
): Promise<Reading> {
  const startedAtMs = clock.monotonicMs();
  const given = { timeoutMs, signal };
  const answer = await fetchText(url, given).catch((error: unknown) => ({ error }));
  const value = Math.round(clock.monotonicMs() - startedAtMs);
  if ('error' in answer) return unanswered(answer.error, { timeoutMs, signal });
  const { status, text } = answer;
  if (!goodStatus.includes(status)) {
    return { outcome: 'bad', value, detail: `it answered ${status}, not ${goodStatus.join(', ')}` };
  }
  const wanted = contains === undefined ? null : filledIn(contains, version);
  if (wanted !== null && !text.includes(wanted)) {
    return { outcome: 'bad', value, detail: `its answer does not contain ${wanted}` };
  }
  if (maxLatencyMs !== undefined && value > maxLatencyMs) {
    const detail = `it answered after ${value} ms, more than ${maxLatencyMs}`;
    return { outcome: 'bad', value, detail };
  }
  return { outcome: 'good', value, detail: `${status} after ${value} ms` };
}

function unanswered(
  error: unknown,
  { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal },
): Reading {
  if (signal.aborted) return { outcome: 'error', value: null, detail: 'nobody waits for it' };
  if (hasCode(error, 'USAGE')) return { outcome: 'error', value: null, detail: error.message };
  const code = errorCode(error);
  if (code === 'TIMEOUT') {
    return { outcome: 'bad', value: null, detail: `it did not answer within ${timeoutMs} ms` };
  }
  const outcome = OWN_FAULTS.includes(code) ? 'error' : 'bad';
  return { outcome, value: null, detail: `it could not be asked: ${code}` };
}

function filledIn(text: string, { sha, digest }: { sha: string; digest: string }): string {
  return text.replaceAll('{digest}', digest).replaceAll('{sha}', sha);
}
