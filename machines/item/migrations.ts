// Lifts the record of an item that was written by an earlier version.
// It must never fail: what cannot be understood is left as it stands, for `decide` to refuse.
import type { Migrations } from '../record.ts';
import { initialItemContext } from './context.ts';
import { frozenPipelineSchema } from './events.ts';

export const itemMigrations: Migrations = {
  /** Before there were trackers no item knew where it came from. */
  2: (record) => ({
    ...record,
    context: { ...initialItemContext(undefined), ...record.context },
  }),
  /** Before accounts there were no caps, no budgets of continuations and resumes, and no sessions. */
  1: (record) => {
    const { pipeline, ...others } = record.context;
    const context = {
      ...initialItemContext(undefined),
      ...others,
      pipeline: frozenPipelineSchema.safeParse(pipeline).data ?? pipeline,
    };
    return { ...record, context };
  },
};
