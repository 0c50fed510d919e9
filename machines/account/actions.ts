// What an account writes down when it moves. Deadlines are replaced as a whole on entering a state.
import { backoffMs } from '../limits.ts';
import { addUsage, capsReached, NO_USAGE } from '../usage.ts';
import { type AccountArgs, type AccountContext, DAY_MS, startOfDay } from './context.ts';

/** A provider that names a time further away is asked again before. */
const MAX_SUSPENSION_MS = 8 * DAY_MS;
/** Two suspensions with less in between are taken for one fault. */
const CLOSE_MS = 600_000;

export function recordDraw({ context, event }: AccountArgs): Partial<AccountContext> {
  if (event.type !== 'draw') return {};
  const { usage, caps } = event.data;
  return {
    today: addUsage(context.today, usage),
    total: addUsage(context.total, usage),
    caps,
  };
}

/** A new day begins with nothing used, and nothing allowed beyond its caps. */
export function rollDay({ context, event }: AccountArgs): Partial<AccountContext> {
  const dayMs = startOfDay(event.atMs);
  if (dayMs === context.dayMs) return {};
  const isNextDay = dayMs === context.dayMs + DAY_MS;
  return { dayMs, yesterday: isNextDay ? context.today : NO_USAGE, today: NO_USAGE, grants: 0 };
}

export function suspendForDay({ context, event }: AccountArgs): Partial<AccountContext> {
  const reached = capsReached(context.today, context.caps, context.grants).join(', ');
  const untilMs = context.dayMs + DAY_MS;
  const evidence = `used today: ${reached}`;
  return {
    suspension: { cause: 'cap-reached', evidence, by: 'account', sinceMs: event.atMs, untilMs },
  };
}

export function suspend({ context, event }: AccountArgs): Partial<AccountContext> {
  if (event.type !== 'suspend') return {};
  const { cause, evidence, by, resetAtMs, outageBackoffMs, outageBackoffCapMs } = event.data;
  const earlier = isClose(context, event.atMs) ? context.strikes : 0;
  const pauseMs = backoffMs(outageBackoffMs, outageBackoffCapMs, earlier);
  const wantedMs =
    resetAtMs !== undefined && resetAtMs > event.atMs ? resetAtMs : event.atMs + pauseMs;
  const untilMs = Math.min(wantedMs, event.atMs + MAX_SUSPENSION_MS);
  const sinceMs = context.suspension?.sinceMs ?? event.atMs;
  return {
    suspension: { cause, evidence, by, sinceMs, untilMs },
    strikes: context.suspension === null ? earlier + 1 : context.strikes,
  };
}

/** Served for no longer than it had refused before, or than a run takes: that is the same fault still. */
function isClose({ lastSuspension: last }: AccountContext, atMs: number): boolean {
  if (last === null) return false;
  return atMs - last.untilMs <= Math.max(CLOSE_MS, last.untilMs - last.sinceMs);
}

export function lift({ context }: AccountArgs): Partial<AccountContext> {
  return { suspension: null, lastSuspension: context.suspension };
}

/** Allows as much again today, where a cap of the day was the reason. */
export function allowAgain({ context }: AccountArgs): Partial<AccountContext> {
  const isCapped = context.suspension?.cause === 'cap-reached';
  return {
    suspension: null,
    lastSuspension: null,
    strikes: 0,
    grants: context.grants + (isCapped ? 1 : 0),
  };
}

export function armDay({ context }: AccountArgs): Partial<AccountContext> {
  return { deadlines: { 'day-over': context.dayMs + DAY_MS } };
}

export function armResume({ context, event }: AccountArgs): Partial<AccountContext> {
  const untilMs = context.suspension?.untilMs ?? event.atMs;
  return { deadlines: { 'resume-due': untilMs, 'day-over': context.dayMs + DAY_MS } };
}
