// What an explanation of an item and its actions both ask of it. Pure readings of the record, no words.
import { accountAddress } from '../../machines/address.ts';
import { accountOf, isAccountCause } from '../../machines/agent.ts';
import { type ItemContext, stageOf } from '../../machines/item/context.ts';
import type { Stage } from '../../machines/pipeline.ts';

/**
 * Who decides a stage besides whoever sits at a command line, in words: `; a review of pull request #7 decides as
 * well`. Empty where nobody else does.
 */
export function otherDeciders(
  { approve }: Pick<Stage, 'approve'>,
  item: Pick<ItemContext, 'pullRequest'> | null,
): string {
  if (approve !== 'reviews') return '';
  const number = item?.pullRequest ? ` #${item.pullRequest.number}` : '';
  return `; a review of its pull request${number}, or \`/onceward approve\` in a comment, decides as well`;
}

/** The account whose limit, or outage, ended its last run; null when that ended otherwise. */
export function limitedAccountOf(context: ItemContext): string | null {
  const last = context.runs.at(-1);
  const agent = stageOf(context, last?.stage ?? null)?.agent;
  if (last === undefined || agent === undefined || !isAccountCause(last.verdict.cause)) return null;
  return accountAddress('provider', accountOf(agent));
}
