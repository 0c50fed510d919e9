// Where each stage of an item's pipeline stands, from the item's own record and the states of its runs.
// It must never read anything: what is not in the records did not happen.
import type { EndedRun, ItemContext } from '../../machines/item/context.ts';
import type { Stage } from '../../machines/pipeline.ts';
import { isPassing } from '../../machines/verdict.ts';
import type { StageView, TimelineRun } from './item-view.ts';

/**
 * @param state of the item
 * @param runs oldest first
 */
export function stagesOf(
  item: ItemContext,
  state: string,
  runs: readonly TimelineRun[],
): StageView[] {
  return item.pipeline.stages.map((stage) => {
    const own = runs.filter((run) => run.stage === stage.name);
    return {
      name: stage.name,
      kind: stage.kind,
      onFail: stage.onFail ?? null,
      onReject: stage.onReject ?? null,
      attempts: attemptsOf(item, stage.name),
      progress: progressOf(item, state, stage),
      state: own.at(-1)?.state ?? null,
    };
  });
}

function attemptsOf({ runs, current }: ItemContext, stage: string): number {
  const ended = runs.filter((run) => run.stage === stage).length;
  return ended + (current?.stage === stage ? 1 : 0);
}

function progressOf(item: ItemContext, state: string, stage: Stage): StageView['progress'] {
  const { current, next, runs } = item;
  if (current?.stage === stage.name) {
    const isWorkedOn = stage.kind === 'agent' || stage.kind === 'command';
    return isWorkedOn ? 'running' : 'waiting';
  }
  if (current === null && next === stage.name) {
    if (state === 'parked') return 'parked';
    if (state === 'active.backingOff') return 'waiting';
    if (state === 'cancelled') return 'cancelled';
  }
  const last = runs.findLast((run) => run.stage === stage.name);
  return last === undefined ? 'pending' : outcomeOf(last);
}

function outcomeOf({ verdict }: EndedRun): StageView['progress'] {
  if (verdict.kind === 'not_applicable' && verdict.cause === 'cancelled') return 'cancelled';
  return isPassing(verdict.kind) ? 'passed' : 'failed';
}
