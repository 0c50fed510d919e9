// What holds for every item, whatever is sent to it: budgets only rise, and a run that ended stays ended.
import { type ItemContext, itemUsage } from '../../../machines/item/context.ts';
import { tokensOf } from '../../../machines/usage.ts';
import type { Laws } from './actor-model.ts';

const GOES_ON = ['active.working', 'active.backingOff', 'awaitingApproval', 'parked'];
const ENDS = ['active.cancelling', 'done', 'failed', 'cancelled'];

export const ITEM_LAWS: Laws = {
  leadsTo: {
    'active.working': [...GOES_ON, ...ENDS],
    awaitingApproval: [...GOES_ON, ...ENDS],
    'active.backingOff': ['active.backingOff', 'active.working', 'parked', 'cancelled'],
    'active.cancelling': ['active.cancelling', 'cancelled'],
    // Merged is done, whatever it was parked for.
    parked: ['parked', 'active.working', 'awaitingApproval', 'done', 'cancelled'],
    done: [],
    failed: [],
    cancelled: [],
  },
  finals: ['done', 'failed', 'cancelled'],
  oursAlone: ['advance', 'run-cancelled'],
  seenByHosts: ['heard', 'pull-request'],
  rising: (context: ItemContext) => ({
    ...prefixed('spent', context.spent),
    ...prefixed('granted', context.granted),
    runs: context.runs.length,
    capGrants: context.capGrants,
    usedTokens: tokensOf(itemUsage(context)),
    heard: Number(context.heard?.mark.slice(0, 15) ?? 0),
    pullRequest: context.pullRequest?.number ?? 0,
    reviewed: context.reviewed.length,
  }),
  lasting: ({ pipeline, title, origin, runs }: ItemContext) => ({
    ...{ pipeline, title, origin },
    ...Object.fromEntries(runs.map((run, index) => [`runs.${index}`, run])),
  }),
};

function prefixed(prefix: string, counts: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).map(([key, n]) => [`${prefix}/${key}`, n]));
}
