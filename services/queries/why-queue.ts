// Why a merge queue stands where it stands: what it tries, who has the lease, what holds it up, and who ends that. Pure.
// It must have an answer for every state of the machine.
import { isWaitingForChecks } from '../../machines/merge/conditions.ts';
import type { MergeContext } from '../../machines/merge/context.ts';
import { mergeContextOf } from '../../machines/typed-context.ts';
import { formatDuration } from './duration.ts';
import { queueView } from './queue-reading.ts';
import type { QueueView } from './queue-view.ts';
import { type ActorFacts, isAlive, type Surroundings } from './why-facts.ts';
import { frame } from './why-frame.ts';
import { poolOwner, unservedText } from './why-pool.ts';
import { queueActions } from './why-queue-actions.ts';
import type { Why } from './why-view.ts';

export function explainQueue(facts: ActorFacts): Why {
  const view = queueView(facts.stored, facts.nowMs);
  const context = mergeContextOf(facts.stored.record);
  const owner = queueOwner(facts, context, view);
  return frame(facts, {
    ...{ waitsFor: waitedFor(facts, context, view), owner, budgets: [], run: null },
    actions: queueActions(facts, view),
  });
}

function waitedFor(facts: Surroundings, context: MergeContext, view: QueueView): string {
  const { waitsFor, hunt, train, trial, breaker } = view;
  const waiting = train.length - (trial?.members.length ?? 0);
  const behind = waiting > 0 && trial !== null ? `; behind it: ${waiting}` : '';
  const hunted = hunt === null ? '' : `; ${hunt.words}`;
  const { fruitless, limit } = breaker;
  const counted =
    fruitless === 0 || view.state === 'paused'
      ? ''
      : `; ${fruitless} of the ${limit} trials without a landing that pause it`;
  return `${waitsFor}${unservedIn(facts, context)}${behind}${hunted}${counted}`;
}

/** Where a worker is waited for, and nobody alive could be it. */
function unservedIn(facts: Surroundings, context: MergeContext): string {
  const { trial, holder, settings } = context;
  if (trial === null || settings === null || isWaitingForChecks(context)) return '';
  if (holder === null) return unservedText(facts, settings);
  return isAlive(facts, holder.worker) === false
    ? `; but the presence of ${holder.worker} has lapsed`
    : '';
}

/** Who is to move the queue on; an item in it has no other. */
export function queueOwner(
  facts: Surroundings,
  context: MergeContext,
  { hold, train }: Pick<QueueView, 'hold' | 'train'>,
): Why['owner'] {
  const { trial, holder, settings, project } = context;
  if (holder !== null) return holderOwner(facts, holder);
  if (trial !== null && settings !== null) {
    if (isWaitingForChecks(context)) return forge('runs the checks of the candidate');
    const detail = `trial ${trial.number} needs a worker`;
    return poolOwner(facts, { project, stage: settings.stage }, { lane: 'merge', detail });
  }
  if (hold?.kind === 'backing-off') {
    return { who: 'the host', isAlive: null, detail: 'fires the deadline that begins a trial' };
  }
  if (hold !== null) return { who: 'an operator', isAlive: null, detail: hold.release };
  if (train.length === 0) {
    return { who: 'the items that come to it', isAlive: null, detail: '' };
  }
  return forge('says whether its items may be tried');
}

function forge(detail: string): Why['owner'] {
  return { who: 'the forge', isAlive: null, detail };
}

function holderOwner(
  facts: Surroundings,
  { worker, machine, token, sinceMs, progressAtMs }: NonNullable<MergeContext['holder']>,
): Why['owner'] {
  const on = machine === '' ? '' : ` on ${machine}`;
  const ago = (atMs: number) => `${formatDuration(facts.nowMs - atMs)} ago`;
  const detail = `took the lease${on} ${ago(sinceMs)}, token ${token}; last progress ${ago(progressAtMs)}`;
  return { who: worker, isAlive: isAlive(facts, worker), detail };
}
