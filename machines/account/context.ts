// What an account remembers: what was used of it today and in all, and why it is suspended.
import { type Caps, NO_USAGE, type Usage } from '../usage.ts';
import type { AccountEvent, AccountInput } from './events.ts';

export const DAY_MS = 86_400_000;

export interface Suspension {
  /** `usage-limit`, `provider-outage`, `cap-reached`; anything else is a person's. */
  cause: string;
  /** For people: what was seen, with the numbers. */
  evidence: string;
  by: string;
  sinceMs: number;
  untilMs: number;
}

export interface AccountContext {
  /** `project`, whose account limits what may be spent, or `provider`, whose limits we run into. */
  owner: string;
  name: string;
  openedAtMs: number;
  /** Start of the day that is counted, midnight UTC. */
  dayMs: number;
  today: Usage;
  /** The day before that was counted. */
  yesterday: Usage;
  /** Since the account was opened. */
  total: Usage;
  /** Of one day, as the newest configuration that a run brought has them. */
  caps: Caps;
  /** When the item that brought them was opened. */
  capsSinceMs: number;
  /** How often a person allowed as much again today. */
  grants: number;
  /** Suspensions that followed each other closely. */
  strikes: number;
  suspension: Suspension | null;
  /** The one before, to tell a fault that lasts from one that comes once. */
  lastSuspension: Suspension | null;
  deadlines: Record<string, number>;
}

/** What guards, actions and effects of an account are given. */
export interface AccountArgs {
  context: AccountContext;
  event: AccountEvent;
}

/** The address parts come with the event's data; XState also calls this without an input. */
export function initialAccountContext(
  input: (AccountInput & { owner: string; name: string }) | undefined,
): AccountContext {
  const openedAtMs = input?.atMs ?? 0;
  return {
    owner: input?.owner ?? '',
    name: input?.name ?? '',
    openedAtMs,
    dayMs: startOfDay(openedAtMs),
    today: NO_USAGE,
    yesterday: NO_USAGE,
    total: NO_USAGE,
    caps: {},
    capsSinceMs: 0,
    grants: 0,
    strikes: 0,
    suspension: null,
    lastSuspension: null,
    deadlines: {},
  };
}

export function startOfDay(atMs: number): number {
  return Math.floor(atMs / DAY_MS) * DAY_MS;
}
