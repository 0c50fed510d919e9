// What an account writes down when it moves. Deadlines are replaced as a whole on entering a state.
import { isAccountCause } from '../agent.ts';
import { backoffMs } from '../limits.ts';
import { addUsage, capsReached, grantsAfter, NO_USAGE } from '../usage.ts';
import {
  type AccountArgs,
  type AccountContext,
  DAY_MS,
  type Suspension,
  startOfDay,
} from './context.ts';

/** A provider that names a time further away is asked again before; a person's word holds for as long. */
const MAX_SUSPENSION_MS = 8 * DAY_MS;
/** Two suspensions with less in between are taken for one fault. */
const CLOSE_MS = 600_000;

/** The draw, on the day it comes; the caps are those of the configuration that is known to be newest. */
export function recordDraw(args: AccountArgs): Partial<AccountContext> {
  const { context, event } = args;
  if (event.type !== 'draw') return {};
  const { usage, caps, capsSinceMs } = event.data;
  const day = rollDay(args);
  const isNewer = capsSinceMs >= context.capsSinceMs;
  return {
    ...day,
    today: addUsage(day.today ?? context.today, usage),
    total: addUsage(context.total, usage),
    ...(isNewer ? { caps, capsSinceMs } : {}),
  };
}

/** A new day begins with nothing used, and nothing allowed beyond its caps. Days that are over stay over. */
export function rollDay({ context, event }: AccountArgs): Partial<AccountContext> {
  const dayMs = startOfDay(event.atMs);
  if (dayMs <= context.dayMs) return {};
  const isNextDay = dayMs === context.dayMs + DAY_MS;
  return { dayMs, yesterday: isNextDay ? context.today : NO_USAGE, today: NO_USAGE, grants: 0 };
}

export function suspendForDay({ context, event }: AccountArgs): Partial<AccountContext> {
  const evidence = `used today: ${dayCapsReached(context).join(', ')}`;
  const untilMs = context.dayMs + DAY_MS;
  return {
    suspension: { cause: 'cap-reached', evidence, by: 'account', sinceMs: event.atMs, untilMs },
    lastSuspension: context.suspension ?? context.lastSuspension,
  };
}

export function suspend(args: AccountArgs): Partial<AccountContext> {
  const { context } = args;
  const isNew = context.suspension === null;
  return {
    suspension: suspensionOf(args),
    strikes: isNew ? earlierStrikes(args) + 1 : context.strikes,
  };
}

/** What the account would be suspended for by this event. */
export function suspensionOf(args: AccountArgs): Suspension | null {
  const { context, event } = args;
  if (event.type !== 'suspend') return null;
  const { cause, evidence, by, resetAtMs = 0 } = event.data;
  const wantedMs = resetAtMs > event.atMs ? resetAtMs : event.atMs + pauseMs(args);
  const untilMs = Math.min(wantedMs, event.atMs + MAX_SUSPENSION_MS);
  return { cause, evidence, by, sinceMs: context.suspension?.sinceMs ?? event.atMs, untilMs };
}

/** A fault is looked at again soon; what a person has decided is for a person to take back. */
function pauseMs(args: AccountArgs): number {
  const { event } = args;
  if (event.type !== 'suspend' || !isAccountCause(event.data.cause)) return MAX_SUSPENSION_MS;
  const { outageBackoffMs, outageBackoffCapMs } = event.data;
  return backoffMs(outageBackoffMs, outageBackoffCapMs, earlierStrikes(args));
}

/** Served for no longer than it had refused before, or than a run takes: that is the same fault still. */
function earlierStrikes({ context, event }: AccountArgs): number {
  const { lastSuspension: last, strikes } = context;
  if (last === null) return 0;
  const servedMs = event.atMs - last.untilMs;
  return servedMs <= Math.max(CLOSE_MS, last.untilMs - last.sinceMs) ? strikes : 0;
}

export function lift({ context }: AccountArgs): Partial<AccountContext> {
  return { suspension: null, lastSuspension: context.suspension };
}

/** A person lets it go on: where the caps of the day are reached, with as much again. */
export function allowAgain({ context }: AccountArgs): Partial<AccountContext> {
  const { today, caps, grants } = context;
  const isCapped = dayCapsReached(context).length > 0;
  return {
    suspension: null,
    lastSuspension: null,
    strikes: 0,
    grants: isCapped ? grantsAfter(today, caps, grants) : grants,
  };
}

/** The caps of the day that are reached, in words. */
export function dayCapsReached({ today, caps, grants }: AccountContext): string[] {
  return capsReached(today, caps, grants);
}

export function armDay({ context }: AccountArgs): Partial<AccountContext> {
  return { deadlines: { 'day-over': context.dayMs + DAY_MS } };
}

export function armResume({ context, event }: AccountArgs): Partial<AccountContext> {
  return { deadlines: { 'resume-due': context.suspension?.untilMs ?? event.atMs } };
}
