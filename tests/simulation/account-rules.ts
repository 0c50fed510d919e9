// Rules on what is used: nothing is drawn that was not used, nobody is charged for a provider's refusal, a cap stops
// the next start, and no run is started on an account that its worker knew to be suspended.
import type { AccountContext } from '../../machines/account/context.ts';
import { isAccountCause } from '../../machines/agent.ts';
import { capsReachedBy } from '../../machines/item/context.ts';
import { totalUsage } from '../../machines/run/context.ts';
import { isItem, isRun, itemOf, type Known, type Landing, runOf, type Truth } from './landing.ts';
import type { Rule } from './rule.ts';

export const ACCOUNT_RULES: readonly Rule[] = [
  { invariant: 'no run draws more than it has used', broken: overdraw, needsMemory: true },
  { invariant: 'an account is suspended exactly while it says why', broken: unexplained },
];

export const SPENDING_RULES: readonly Rule[] = [
  { invariant: 'what a provider refuses is charged to nobody', broken: chargedRefusal },
  { invariant: 'nothing parks for the fault of a provider', broken: parkedRefusal },
  { invariant: 'no run is opened beyond the caps of its item', broken: openedBeyond },
  {
    invariant: 'no run is started on an account that was seen suspended',
    broken: startedOnSuspended,
    needsMemory: true,
  },
];

/** Turns alone are looked at: all amounts go the same way. */
export function turnsUsed(known: Known): number {
  return totalUsage(runOf(known)).turns;
}

/** The run that drew, and how much; null for any other event. */
export function drawOf({ record }: Known): { id: string; run: string; turns: number } | null {
  const { id, type, data } = record.event;
  if (type !== 'draw') return null;
  const { turns } = (data?.['usage'] ?? {}) as { turns?: number };
  return { id, run: id.slice(0, id.indexOf(':')), turns: turns ?? 0 };
}

/** Each draw counts once here, however often it came. */
export function turnsDrawn(truth: Truth, account: string, run: string): number {
  const draws = truth.drawn.get(account)?.get(run) ?? new Map<string, number>();
  return [...draws.values()].reduce((sum, turns) => sum + turns, 0);
}

function overdraw({ next, truth }: Landing): string | null {
  const draw = drawOf(next);
  if (draw === null || truth.drawn.get(next.address)?.get(draw.run)?.has(draw.id)) return null;
  const drawn = turnsDrawn(truth, next.address, draw.run) + draw.turns;
  const used = truth.used.get(draw.run) ?? 0;
  return drawn <= used
    ? null
    : `${draw.run} has drawn ${drawn} turns on ${next.address}, used ${used}`;
}

function unexplained({ next }: Landing): string | null {
  const { suspension } = next.record.context as unknown as AccountContext;
  if ((next.state === 'suspended') === (suspension !== null)) return null;
  return `${next.address} is ${next.state}, and its suspension is ${suspension?.cause ?? 'none'}`;
}

function chargedRefusal({ previous, next }: Landing): string | null {
  if (!isItem(next) || previous === null) return null;
  const { runs, spent } = itemOf(next);
  const before = itemOf(previous);
  const last = runs.at(-1);
  if (runs.length === before.runs.length || last === undefined) return null;
  if (!isAccountCause(last.verdict.cause)) return null;
  const sum = (counts: Record<string, number>) => Object.values(counts).reduce((a, b) => a + b, 0);
  return sum(spent) === sum(before.spent) ? null : `${next.address} was charged for its provider`;
}

function parkedRefusal({ next }: Landing): string | null {
  if (!isItem(next) || next.state !== 'parked' || next.record.event.type !== 'advance') return null;
  const { runs, parking } = itemOf(next);
  const cause = runs.at(-1)?.verdict.cause ?? '';
  if (!isAccountCause(cause) || parking === null) return null;
  const isOther = ['paused', 'item-cap-reached'].includes(parking.reason);
  return isOther ? null : `${next.address} is parked after ${cause}: ${parking.message}`;
}

function openedBeyond({ previous, next }: Landing): string | null {
  if (!isItem(next)) return null;
  const { current } = itemOf(next);
  const before = previous === null ? null : itemOf(previous).current;
  if (current === null || JSON.stringify(current) === JSON.stringify(before)) return null;
  const reached = capsReachedBy(itemOf(next));
  return reached.length === 0 ? null : `${next.address} opened a run: ${reached.join()}`;
}

/**
 * The window of one reading: a worker may start a run when the account was available as it looked, whatever has
 * become of it since. It must have looked after the run was held last.
 */
function startedOnSuspended({ previous, next, truth }: Landing): string | null {
  if (!isRun(next) || previous === null || next.record.event.type !== 'started') return null;
  const { stage, worker } = runOf(next);
  if (stage.agent === undefined) return null;
  const sinceMs = truth.heldAtMs.get(next.address) ?? 0;
  const account = `account.provider.${stage.agent.account ?? stage.agent.adapter}`;
  const readings = truth.readings.get(`${worker} ${account}`) ?? [];
  const hasLooked = readings.some(({ atMs, isSuspended }) => atMs >= sinceMs && !isSuspended);
  return hasLooked
    ? null
    : `${next.address} was started by ${worker}, which saw no open ${account}`;
}
