// How long a service has asked to be left alone. It must never be for ever: a wrong clock, or a wrong answer, would
// end the looks at a project without a word.
import { hasCode } from '../../transport/errors.ts';

/** Services count by the hour. */
const MAX_REST_MS = 3_600_000;

/** From now on, in milliseconds; 0 where nothing was asked for. */
export function askedRestMs(error: unknown, nowMs: number): number {
  if (!hasCode(error, 'RATE_LIMITED')) return 0;
  const untilMs = error.details['untilMs'];
  if (typeof untilMs !== 'number' || Number.isNaN(untilMs)) return 0;
  return Math.min(MAX_REST_MS, Math.max(0, untilMs - nowMs));
}
