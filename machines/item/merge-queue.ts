// What an item tells the merge queue of its base branch: that it has come to be landed, and that it has left.
// Repeating either is harmless: a queue knows its entries by item and attempt.
import { mergeAddress } from '../address.ts';
import type { Effect } from '../effect.ts';
import type { Stage } from '../pipeline.ts';
import { type ItemArgs, type ItemContext, stageOf } from './context.ts';
import { decided, NO_COMMIT, nothingToDo, settingsOf } from './shared-stage.ts';

/** Neither more urgent nor less than most. */
const USUAL_PRIORITY = 2;
const MAX_TITLE_CHARACTERS = 200;

/** Its run is open, and waits for what the queue says; what has landed, or is nothing, need not wait. */
export function comeToQueue(context: ItemContext, stage: Stage): Effect[] {
  const { project, item, headSha, isLanded, current, pipeline } = context;
  if (current === null) return [];
  if (headSha === null) return nothingToDo(context, 'nothing-to-merge', NO_COMMIT);
  if (isLanded)
    return [decided(context, { kind: 'pass', cause: 'landed', summary: 'it had landed before' })];
  const to = mergeAddress(project, pipeline.baseBranch);
  const told = {
    ...{ item, stage: stage.name, attempt: current.attempt, headSha },
    title: context.title.slice(0, MAX_TITLE_CHARACTERS),
    priority: context.origin?.priority ?? USUAL_PRIORITY,
    retries: context.runs.filter(isSentBackFrom(stage.name)).length,
    settings: settingsOf(context, stage),
  };
  return [
    // Opening one that is open changes nothing.
    { type: 'tell', to, event: 'open', data: {} },
    { type: 'tell', to, event: 'enqueue', data: told },
  ];
}

/** Its run has ended without the queue: whatever is tried of it is tried in vain. */
export function leaveQueue({ context, event }: ItemArgs): Effect[] {
  if (event.type !== 'run-cancelled' && event.type !== 'advance') return [];
  const { stage, attempt } = event.data;
  if (stageOf(context, stage)?.kind !== 'merge') return [];
  const reason =
    event.type === 'advance'
      ? `its run was claimed by ${event.data.claimant}`
      : 'its run was cancelled';
  const to = mergeAddress(context.project, context.pipeline.baseBranch);
  return [{ type: 'tell', to, event: 'withdraw', data: { item: context.item, attempt, reason } }];
}

function isSentBackFrom(stage: string) {
  return (run: ItemContext['runs'][number]): boolean =>
    run.stage === stage && run.verdict.kind === 'product_fail';
}
