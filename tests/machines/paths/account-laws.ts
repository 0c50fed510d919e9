// What holds for every account, whatever is sent to it: what was used is never forgotten, and a day never returns.
import type { AccountContext } from '../../../machines/account/context.ts';
import { tokensOf } from '../../../machines/usage.ts';
import type { Laws } from './actor-model.ts';

export const ACCOUNT_LAWS: Laws = {
  leadsTo: {
    available: ['available', 'suspended'],
    suspended: ['available', 'suspended'],
  },
  finals: [],
  oursAlone: ['open', 'draw'],
  isOpenedWithNothing: true,
  rising: ({ total, dayMs, capsSinceMs }: AccountContext) => ({
    used: tokensOf(total),
    dayMs,
    capsSinceMs,
  }),
  lasting: ({ owner, name, openedAtMs }: AccountContext) => ({ owner, name, openedAtMs }),
};
