// When a wall clock in some time zone shows a certain time.
// It must never read a clock: what is near is decided from the moment it is given.

export interface WallTime {
  hour: number;
  minute: number;
  /** Absent: the next time the clock shows this. */
  date?: { year: number | null; month: number; day: number } | undefined;
}

const DAY_MS = 86_400_000;

/** The next moment, after `nowMs`, at which it is `time` in the zone; null for a zone nobody knows. */
export function nextMoment(time: WallTime, nowMs: number, timeZone: string): number | null {
  if (!isZone(timeZone)) return null;
  const today = wallDate(nowMs, timeZone);
  if (time.date === undefined) {
    // Tomorrow by the calendar: a day may have 23 hours.
    return firstAfter(nowMs, [0, 1], (days) => momentOf({ ...time, ...dayAfter(today, days) }));
  }
  const { year, month, day } = time.date;
  const years = year === null ? [today.year, today.year + 1] : [year];
  return firstAfter(nowMs, years, (of) => momentOf({ ...time, year: of, month, day }));

  function momentOf({ year: y, month: m, day: d, hour, minute }: Moment): number {
    const asUtc = Date.UTC(y, m - 1, d, hour, minute);
    // Twice: the first guess may lie on the other side of a change of the clocks.
    const guess = asUtc - offsetMs(asUtc, timeZone);
    return asUtc - offsetMs(guess, timeZone);
  }
}

type Day = { year: number; month: number; day: number };
type Moment = Day & { hour: number; minute: number };

function firstAfter(
  nowMs: number,
  candidates: readonly number[],
  momentOf: (candidate: number) => number,
): number | null {
  return candidates.map(momentOf).find((moment) => moment > nowMs) ?? null;
}

function dayAfter({ year, month, day }: Day, days: number): Day {
  const date = new Date(Date.UTC(year, month - 1, day) + days * DAY_MS);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

function wallDate(atMs: number, timeZone: string): Day {
  const date = new Date(atMs + offsetMs(atMs, timeZone));
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

// How far the zone is ahead of UTC at that moment.
function offsetMs(atMs: number, timeZone: string): number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    ...{ year: 'numeric', month: 'numeric', day: 'numeric' },
    ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
  });
  const parts = Object.fromEntries(
    format.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(atMs / 1_000) * 1_000;
}

function isZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone });
    return true;
  } catch {
    return false;
  }
}
