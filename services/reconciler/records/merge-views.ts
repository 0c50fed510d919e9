// The merge queues of all projects, as their records have them: entries of `onceward-merges`.
// It must never be written to.
import type { MergeContext } from '../../../machines/merge/context.ts';
import { mergeContextOf } from '../../../machines/typed-context.ts';
import { type ActorView, type ActorViews, createActorViews } from './actor-views.ts';

export type MergeView = ActorView<MergeContext>;
export type MergeViews = ActorViews<MergeContext>;

export function createMergeViews(): MergeViews {
  return createActorViews('merge', mergeContextOf);
}
