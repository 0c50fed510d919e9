// Lifts the record of a run that was written by an earlier version.
// It must never fail: what cannot be understood is left as it stands, for `decide` to refuse.
import { limitsSchema } from '../limits.ts';
import { stageSchema } from '../pipeline.ts';
import type { Migrations } from '../record.ts';
import { initialRunContext } from './context.ts';

export const runMigrations: Migrations = {
  /** Before there were checks no run saw any, and comments were kept elsewhere. */
  2: (record) => ({
    ...record,
    context: { ...initialRunContext(undefined), ...record.context },
  }),
  /** Before accounts there were no caps, no measures and no sessions. */
  1: (record) => {
    const { stage, limits, ...others } = record.context;
    const context = {
      ...initialRunContext(undefined),
      ...others,
      stage: stageSchema.safeParse(stage).data ?? stage,
      limits: limitsSchema.safeParse(limits).data ?? limits,
    };
    return { ...record, context };
  },
};
