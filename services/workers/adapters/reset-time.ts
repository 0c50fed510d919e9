// Finds in a provider's message when the account may be used again.
// It must never return a moment that is past, nor one so far off that it can only be a mistake.
import { nextMoment } from './zoned-time.ts';

/** The longest window of a provider is a month. */
const MAX_AHEAD_MS = 35 * 86_400_000;
const EPOCH_MS_FROM = 100_000_000_000;
const UNITS_MS: readonly [RegExp, number][] = [
  [/(\d{1,4})\s*d(?:ays?)?\b/i, 86_400_000],
  [/(\d{1,4})\s*h(?:ours?|rs?)?\b/i, 3_600_000],
  [/(\d{1,5})\s*m(?:in(?:ute)?s?)?\b/i, 60_000],
  [/(\d{1,7})\s*s(?:ec(?:ond)?s?)?\b/i, 1_000],
];
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** `…limit reached|1762952400`, `"resets_at":1777936568`, `"resetsAt":…`. */
const EPOCH = /(?:\||resets_?at"?\s?[:=]\s?)(\d{10,13})\b/i;
/** `"resets_in_seconds":13872`, `retry-after: 60`. */
const SECONDS = /(?:resets_in_seconds|retry[-_]after)"?\s?[:=]\s?"?(\d{1,7})\b/i;
/** `try again in 2 hours 13 minutes`, `resets in 3h 20m`. */
const DURATION = /(?:try again|retry|resets?)\s+in\s+((?:(?:about|and)\s+)?\d[\w\s,]{0,60})/i;
/** `resets 3am`, `reset at 3:30pm (America/Bogota)`, `try again at Nov 3rd, 2026 5:04 PM`. */
const WALL =
  /(?:resets?|try again)\s+(?:on\s+|at\s+)?(?:([a-z]{3})[a-z]*\.?\s+(\d{1,2})(?:st|nd|rd|th)?(?:,?\s+(\d{4}))?(?:,|\s+at)?\s+)?(?:at\s+)?(\d{1,2})(?::(\d{2}))?\s*([ap])\.?m\b\.?(?:\s*\(([\w/+-]{1,64})\))?/i;

export interface ResetTimeOptions {
  nowMs: number;
  /** Of a time that names no zone. */
  timeZone: string;
}

/** Epoch milliseconds; null where the text does not say, or says something past or absurd. */
export function resetTimeIn(text: string, options: ResetTimeOptions): number | null {
  const { nowMs } = options;
  const at =
    epochIn(text) ?? secondsIn(text, nowMs) ?? durationIn(text, nowMs) ?? wallTimeIn(text, options);
  return plausibleReset(at, nowMs);
}

/** The moment, unless it is past or absurd. Seconds since the epoch are taken for what they are. */
export function plausibleReset(at: number | null, nowMs: number): number | null {
  if (at === null) return null;
  const atMs = at < EPOCH_MS_FROM ? at * 1_000 : at;
  return atMs > nowMs && atMs - nowMs <= MAX_AHEAD_MS ? atMs : null;
}

function epochIn(text: string): number | null {
  const digits = EPOCH.exec(text)?.[1];
  return digits === undefined ? null : Number(digits);
}

function secondsIn(text: string, nowMs: number): number | null {
  const digits = SECONDS.exec(text)?.[1];
  return digits === undefined ? null : nowMs + Number(digits) * 1_000;
}

function durationIn(text: string, nowMs: number): number | null {
  const words = DURATION.exec(text)?.[1];
  if (words === undefined) return null;
  const durationMs = UNITS_MS.reduce(
    (sum, [unit, unitMs]) => sum + Number(unit.exec(words)?.[1] ?? 0) * unitMs,
    0,
  );
  return durationMs > 0 ? nowMs + durationMs : null;
}

function wallTimeIn(text: string, { nowMs, timeZone }: ResetTimeOptions): number | null {
  const found = WALL.exec(text);
  if (found === null) return null;
  const [, monthName, day, year, hour, minute = '0', half, zone = timeZone] = found;
  const month = MONTHS.indexOf(monthName?.toLowerCase() ?? '') + 1;
  const date =
    month === 0 || day === undefined
      ? undefined
      : { month, day: Number(day), year: year === undefined ? null : Number(year) };
  const hour24 = (Number(hour) % 12) + (half?.toLowerCase() === 'p' ? 12 : 0);
  return nextMoment({ hour: hour24, minute: Number(minute), date }, nowMs, zone);
}
