// What an account asks of the world, by name. Each returns plain data; the outbox performs it after the commit.
import type { Effect } from '../effect.ts';
import type { AccountArgs } from './context.ts';

/** One alarm for the account, in place of one for every run that waits. */
export function alarmSuspended({ context }: AccountArgs): Effect[] {
  const { owner, name, suspension } = context;
  if (suspension === null) return [];
  const until = new Date(suspension.untilMs).toISOString();
  const why = suspension.evidence === '' ? '' : `: ${suspension.evidence}`;
  const message =
    `the account of ${owner} ${name} is suspended until ${until} (${suspension.cause})${why}; ` +
    `nothing is charged to its items; resume it with \`onceward send account.${owner}.${name} resume\``;
  return [{ type: 'alarm', reason: suspension.cause, message }];
}
