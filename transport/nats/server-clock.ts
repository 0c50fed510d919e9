// The one clock that decides: the NATS server's, measured now and then and carried on between
// measurements by local monotonic time. It never goes backwards, and never reads the local wall
// clock to tell the time, so that stepping that clock changes nothing.
import type { NatsConnection } from 'nats';
import { OncewardError } from '../errors.ts';
import type { Clock } from '../ports.ts';
import { apiRequest } from './jetstream-api.ts';
import { EVENTS_STREAM } from './topology-settings.ts';

export interface ServerClockOptions {
  /** The stream whose leader is asked for the time. Defaults to `ONCEWARD_EVENTS`. */
  stream?: string;
  /** Between measurements, in milliseconds. Defaults to 60_000. */
  remeasureMs?: number;
  /** Told when a later measurement fails; the last good one stays in force. */
  onError?: (error: unknown) => void;
  /** Local monotonic time in milliseconds. Defaults to `performance.now`. */
  monotonicMs?: () => number;
  /** Local wall time in epoch milliseconds, for `offsetMs` only. Defaults to `Date.now`. */
  wallMs?: () => number;
}

export interface ServerClock extends Clock {
  /** Server time minus this machine's wall time, in milliseconds. */
  offsetMs(): number;
  /** Measures again now. */
  measure(): Promise<void>;
  /** Ends measuring; the clock goes on from the last measurement. */
  stop(): void;
}

const REMEASURE_MS_DEFAULT = 60_000;
const SAMPLES = 3;
/** Longer delays make a timer of Node fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

interface Sample {
  /** Server time minus local monotonic time. */
  baseMs: number;
  roundTripMs: number;
}

/**
 * Measures the server's time, again every minute and after every reconnection. The error is at
 * most half of the fastest of three round trips. A server clock that steps back makes this one
 * stand still until it is caught up.
 * @throws BROKER_UNAVAILABLE, OUTCOME_UNKNOWN, STREAM_MISMATCH when the stream does not exist
 */
export async function createServerClock(
  nc: NatsConnection,
  options: ServerClockOptions = {},
): Promise<ServerClock> {
  const { stream = EVENTS_STREAM, wallMs = Date.now, onError = () => {} } = options;
  const monotonicMs = options.monotonicMs ?? (() => performance.now());
  let baseMs = (await bestSample(nc, stream, monotonicMs)).baseMs;
  let latestMs = 0;
  const measure = async () => {
    baseMs = corrected(baseMs, await bestSample(nc, stream, monotonicMs));
  };
  const nowMs = () => {
    latestMs = Math.max(latestMs, Math.floor(monotonicMs() + baseMs));
    return latestMs;
  };
  const stop = remeasure(nc, measure, { ...options, onError });
  const offsetMs = () => monotonicMs() + baseMs - wallMs();
  return { nowMs, monotonicMs, after, offsetMs, measure, stop };
}

/** Moves only as far as the sample proves: a slow answer says little, and must not spoil a good base. */
function corrected(baseMs: number, sample: Sample): number {
  const errorMs = sample.roundTripMs / 2;
  return Math.min(Math.max(baseMs, sample.baseMs - errorMs), sample.baseMs + errorMs);
}

function remeasure(
  nc: NatsConnection,
  measure: () => Promise<void>,
  options: ServerClockOptions & { onError: (error: unknown) => void },
): () => void {
  let isStopped = false;
  const again = () => {
    if (!isStopped && !nc.isClosed()) measure().catch(options.onError);
  };
  const timer = setInterval(again, options.remeasureMs ?? REMEASURE_MS_DEFAULT).unref();
  // Behind the new address may be another server with another clock.
  const follow = async () => {
    for await (const { type } of nc.status()) if (type === 'reconnect') again();
  };
  follow().catch(options.onError);
  return () => {
    isStopped = true;
    clearInterval(timer);
  };
}

async function bestSample(
  nc: NatsConnection,
  stream: string,
  monotonicMs: () => number,
): Promise<Sample> {
  const samples: Sample[] = [];
  // One after the other: concurrent requests would wait for each other and look slow.
  for (let count = 0; count < SAMPLES; count += 1) {
    samples.push(await takeSample(nc, stream, monotonicMs));
  }
  return samples.reduce((best, next) => (next.roundTripMs < best.roundTripMs ? next : best));
}

async function takeSample(
  nc: NatsConnection,
  stream: string,
  monotonicMs: () => number,
): Promise<Sample> {
  const sentMs = monotonicMs();
  const answer = await apiRequest<{ ts: string }>(nc, `STREAM.INFO.${stream}`);
  const roundTripMs = monotonicMs() - sentMs;
  if (!answer.ok) {
    const message = `${stream} cannot tell the server's time: ${answer.error.description}`;
    throw new OncewardError('STREAM_MISMATCH', message, { details: { stream } });
  }
  return { baseMs: Date.parse(answer.value.ts) - (sentMs + roundTripMs / 2), roundTripMs };
}

function after(delayMs: number, callback: () => void): () => void {
  let timer: NodeJS.Timeout;
  const arm = (restMs: number) => {
    const partMs = Math.min(Math.max(restMs, 0), MAX_TIMER_MS);
    timer = setTimeout(() => (restMs > partMs ? arm(restMs - partMs) : callback()), partMs);
  };
  arm(delayMs);
  return () => clearTimeout(timer);
}
