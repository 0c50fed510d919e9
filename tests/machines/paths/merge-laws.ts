// What holds for every merge queue, whatever is sent to it: tokens and trials only rise, and what landed stays landed.
import type { MergeContext } from '../../../machines/merge/context.ts';
import type { Laws } from './actor-model.ts';

/** A trial that ends gives way to the next one at once. */
const RESTS = ['idle', 'frozen', 'paused', 'preparing'];

export const MERGE_LAWS: Laws = {
  leadsTo: {
    idle: RESTS,
    preparing: [...RESTS, 'validating', 'merging'],
    validating: [...RESTS, 'validating', 'merging'],
    merging: [...RESTS, 'merging', 'verifying'],
    verifying: [...RESTS, 'verifying'],
    frozen: RESTS,
    paused: RESTS,
  },
  finals: [],
  oursAlone: ['open', 'enqueue', 'withdraw'],
  seenByHosts: ['admission', 'checks-seen', 'checks-judged', 'base-seen'],
  isOpenedWithNothing: true,
  rising: ({ trials, offered }: MergeContext) => ({ trials, offered: offered?.sinceMs ?? 0 }),
  lasting: ({ project, branch, openedAtMs }: MergeContext) => ({ project, branch, openedAtMs }),
};
