// What an explanation of an item and its actions both ask of it. Pure readings of the record, no words.
import { accountAddress } from '../../machines/address.ts';
import { accountOf, isAccountCause } from '../../machines/agent.ts';
import { type ItemContext, stageOf } from '../../machines/item/context.ts';

/** The account whose limit, or outage, ended its last run; null when that ended otherwise. */
export function limitedAccountOf(context: ItemContext): string | null {
  const last = context.runs.at(-1);
  const agent = stageOf(context, last?.stage ?? null)?.agent;
  if (last === undefined || agent === undefined || !isAccountCause(last.verdict.cause)) return null;
  return accountAddress('provider', accountOf(agent));
}
