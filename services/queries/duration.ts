// Durations as people write them (`500ms`, `60s`, `10m`, `2h`) and as they read them (`4m12s`).
// It must never guess a unit.
import { OncewardError } from '../../transport/errors.ts';
import { shown } from '../config/issue-findings.ts';

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
/** A year: longer is a slip of the pen. */
const MAX_DURATION_MS = 366 * UNIT_MS.d;
const FORM = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h|d)$/;

/**
 * Reads `500ms`, `60s`, `10m`, `2h`, `7d` into milliseconds.
 * @throws USAGE for anything else
 */
export function parseDuration(text: string): number {
  const [, amount, unit] = FORM.exec(text.trim()) ?? [];
  const valueMs = Number(amount) * UNIT_MS[unit as keyof typeof UNIT_MS];
  if (valueMs <= MAX_DURATION_MS) return Math.round(valueMs);
  const message = Number.isNaN(valueMs)
    ? `${shown(text)} is no duration: expected 500ms, 60s, 10m, 2h or 7d`
    : `${shown(text)} is too long: expected ${MAX_DURATION_MS / UNIT_MS.d}d at most`;
  throw new OncewardError('USAGE', message);
}

/** Two units at most: `850ms`, `12s`, `4m12s`, `3h05m`, `2d04h`. Negative counts as zero. */
export function formatDuration(durationMs: number): string {
  if (durationMs < UNIT_MS.s) return `${Math.max(0, Math.round(durationMs))}ms`;
  const seconds = Math.floor(durationMs / UNIT_MS.s);
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m${twoDigits(seconds % 60)}s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours}h${twoDigits(minutes % 60)}m`;
  return `${Math.floor(hours / 24)}d${twoDigits(hours % 24)}h`;
}

/** `in 4m12s`, or `4m12s overdue` for a time that has passed. */
export function formatRemaining(remainingMs: number): string {
  if (remainingMs >= 0) return `in ${formatDuration(remainingMs)}`;
  return `${formatDuration(-remainingMs)} overdue`;
}

/** A moment in UTC, `2025-06-01T12:00:00.000Z`; `-` for none. */
export function formatMoment(atMs: number | null): string {
  return atMs === null ? '-' : new Date(atMs).toISOString();
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
