// The named conditions of an account, one pure predicate each.
import { addUsage, capsReached } from '../usage.ts';
import { rollDay } from './actions.ts';
import type { AccountArgs } from './context.ts';

/** The time in the record has really come. */
export function isDue({ context, event }: AccountArgs): boolean {
  const dueAtMs = context.deadlines[event.type];
  return dueAtMs !== undefined && event.atMs >= dueAtMs;
}

/** With what is drawn now, as much is used as the caps of a day allow. */
export function exceedsDay({ context, event }: AccountArgs): boolean {
  if (event.type !== 'draw') return false;
  const { today, grants } = { ...context, ...rollDay({ context, event }) };
  return capsReached(addUsage(today, event.data.usage), event.data.caps, grants).length > 0;
}

/** It is suspended for longer than it is already. */
export function isLonger({ context, event }: AccountArgs): boolean {
  const untilMs = event.type === 'suspend' ? event.data.resetAtMs : undefined;
  return untilMs !== undefined && untilMs > (context.suspension?.untilMs ?? 0);
}

/** The suspension ends with the day, because it is a cap of the day. */
export function isDayCap({ context, event }: AccountArgs): boolean {
  return isDue({ context, event }) && context.suspension?.cause === 'cap-reached';
}
