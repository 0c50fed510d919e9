// One account as a page: why it is suspended, what its day allows, and what was used of it.
import type { AccountContext } from '../../machines/account/context.ts';
import { capsWords, usageWords } from '../queries/usage-words.ts';
import type { Pair } from './sections.ts';
import type { Times } from './times.ts';

export function accountPairs(context: AccountContext, times: Times): Pair[] {
  const { suspension, lastSuspension: last, dayMs, caps, grants } = context;
  const granted = grants === 0 ? '' : `, with ${grants} granted on top`;
  const allowed = capsWords(caps, grants);
  return [
    ['opened', times.moment(context.openedAtMs)],
    ['suspended', suspension === null ? null : `${suspension.cause}, by ${suspension.by}`],
    ['until', suspension === null ? null : times.both(suspension.untilMs)],
    ['evidence', suspension?.evidence || null],
    ['before', last === null ? null : `${last.cause}, until ${times.moment(last.untilMs)}`],
    ['day', `${times.moment(dayMs)}${allowed === '' ? ', without a cap' : ''}`],
    ['allowed', allowed === '' ? null : `${allowed} a day${granted}`],
    ['used that day', usageWords(context.today)],
    ['the day before', usageWords(context.yesterday)],
    ['in all', usageWords(context.total)],
  ];
}
