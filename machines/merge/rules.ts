// How a stage of kind `merge` lands the work of its item, in shapes that pipelines and records keep.
// Pure data: nothing here knows how anything is merged.
import { z } from 'zod';
import { checksRulesSchema, reviewRulesSchema } from '../outside.ts';

export const MAX_BATCH_SIZE = 32;

export const mergeRulesSchema = z.strictObject({
  /** `merge`: one merge commit for each trial. `rebase`: the commits of one item on top of the base. */
  method: z.enum(['merge', 'rebase']).default('merge'),
  /** How many items are merged and tested together at most. Defaults to 1. */
  batchSize: z.number().int().min(1).max(MAX_BATCH_SIZE).default(1),
  /**
   * What an item must show before it is tried. `forge`: its own checks have passed, nobody asks for changes, and it
   * is approved as `reviews` says. `none`: whatever has come to this stage is tried.
   */
  admission: z.enum(['forge', 'none']).default('forge'),
  /** How the checks of the forge are judged on the merged result. Without it only the gates are. */
  checks: checksRulesSchema.optional(),
  /** How many approvals an item needs, and whose. Without it only requests for changes count. */
  reviews: reviewRulesSchema.optional(),
  /** How many red trials must have held an item before it is sent back for them. Defaults to 2. */
  redTrials: z.number().int().min(1).max(5).default(2),
});

export type MergeRules = z.infer<typeof mergeRulesSchema>;
