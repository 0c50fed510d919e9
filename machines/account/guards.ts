// The named conditions of an account, one pure predicate each.
import { dayCapsReached, recordDraw, rollDay, suspensionOf } from './actions.ts';
import type { AccountArgs } from './context.ts';

/** The time in the record has really come. */
export function isDue({ context, event }: AccountArgs): boolean {
  const dueAtMs = context.deadlines[event.type];
  return dueAtMs !== undefined && event.atMs >= dueAtMs;
}

/** With what is drawn now, as much is used as the caps of a day allow. */
export function exceedsDay(args: AccountArgs): boolean {
  if (args.event.type !== 'draw') return false;
  return dayCapsReached({ ...args.context, ...recordDraw(args) }).length > 0;
}

/** It could be used again, were it not that the caps of this very day are reached. */
export function isDueAtCap(args: AccountArgs): boolean {
  return isDue(args) && dayCapsReached({ ...args.context, ...rollDay(args) }).length > 0;
}

/** It would be suspended for longer than it is already. */
export function isLonger(args: AccountArgs): boolean {
  const untilMs = suspensionOf(args)?.untilMs ?? 0;
  const { suspension } = args.context;
  return untilMs > (suspension?.untilMs ?? 0) && !isVagueAgain(args);
}

/** The same fault seen by one run more says nothing new, unless it names a time. */
function isVagueAgain({ context, event }: AccountArgs): boolean {
  if (event.type !== 'suspend') return false;
  const { cause, resetAtMs = 0 } = event.data;
  return cause === context.suspension?.cause && resetAtMs <= event.atMs;
}
