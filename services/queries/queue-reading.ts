// Makes what people are shown of a merge queue from its record. Pure.
// It must never guess at a record that it cannot read.
import { mergeAddress } from '../../machines/address.ts';
import { fromToken } from '../../machines/identifier.ts';
import {
  countFruitless,
  isWaitingForChecks,
  MAX_FRUITLESS_TRIALS,
} from '../../machines/merge/conditions.ts';
import {
  type Decided,
  entryOf,
  type MergeContext,
  mergeRulesOf,
} from '../../machines/merge/context.ts';
import { type Stored, stateName } from '../../machines/record.ts';
import { mergeContextOf } from '../../machines/typed-context.ts';
import { nextOf } from './queue-future.ts';
import { branchOf, holdOf, holdWords } from './queue-hold.ts';
import { trainOf } from './queue-train.ts';
import type { DecidedView, HuntView, QueueHold, QueueView, TrialView } from './queue-view.ts';

/** `nowMs` is server time. */
export function queueView(stored: Stored, nowMs: number): QueueView {
  const { record, revision } = stored;
  const context = mergeContextOf(record);
  const state = stateName(record.state);
  const branch = branchOf(context);
  const hold = holdOf(context, { state, nowMs });
  const train = trainOf(context, { state, nowMs, next: nextOf(stored) });
  const trial = trialOf(context, state);
  return {
    address: mergeAddress(context.project, fromToken(context.branch)),
    ...{ project: context.project, branch, state, sinceMs: record.sinceMs, revision },
    waitsFor: waitedFor(context, { trial, hold, train }),
    ...{ hold, trial, holder: context.holder },
    leaseUntilMs: context.deadlines['lease-elapsed'] ?? null,
    hunt: huntOf(context),
    train,
    breaker: { fruitless: countFruitless(context, nowMs), limit: MAX_FRUITLESS_TRIALS },
    rules: rulesIn(context),
    ended: context.ended
      .map((one) => ({ ...one, members: one.members.map(named(context)) }))
      .reverse(),
    decided: context.decided.map((one) => decidedView(context, one)).reverse(),
  };
}

function named({ project }: Pick<MergeContext, 'project'>) {
  return (item: string): string => `${project}/${item}`;
}

function trialOf(context: MergeContext, state: string): TrialView | null {
  const { trial, settings } = context;
  if (trial === null) return null;
  const { number, kind, startedAtMs, seen, candidate, checks } = trial;
  const hasGates = settings?.stage.gates.some((gate) => gate.kind !== 'exit') === true;
  return {
    ...{ number, kind, startedAtMs, seen, checks },
    step: stepOf(context, state),
    members: trial.members.map(named(context)),
    baseSha: candidate?.baseSha ?? null,
    candidateSha: candidate?.sha ?? null,
    gates: hasGates ? trial.gates : 'none',
    ...{ baseMoves: trial.baseMoves, reclaims: trial.reclaims, faults: trial.faults },
  };
}

const STEPS: Readonly<Record<string, string>> = {
  preparing: 'is merged onto the base as it is now',
  validating: 'is tested by its gates',
  merging: 'has passed, and is pushed to the base',
  verifying: 'was pushed to the base, which is read back',
};

function stepOf(context: MergeContext, state: string): string {
  if (isWaitingForChecks(context))
    return 'has passed its gates; the checks of the forge are awaited';
  return STEPS[state] ?? state;
}

/** Of the queue as a whole. */
function waitedFor(
  context: MergeContext,
  { trial, hold, train }: Pick<QueueView, 'trial' | 'hold' | 'train'>,
): string {
  if (trial !== null) {
    const after = hold === null ? '' : `; after that it is ${holdWords(hold)}`;
    return trialWords(context, trial) + after;
  }
  if (hold !== null) return heldWords(hold);
  const [first] = train;
  if (first === undefined) return 'items: nobody is in the queue';
  const isNobodyReady = train.every(({ isAdmitted }) => !isAdmitted);
  if (isNobodyReady)
    return `one of its items to be let in: ${first.item} waits for ${first.waitsFor}`;
  return 'its next trial to begin';
}

function heldWords(hold: QueueHold): string {
  const { kind, cause, release } = hold;
  if (kind === 'backing-off') return `the next trial, for the last one failed: ${hold.reason}`;
  const who = cause === 'red-base' ? 'a base that is green, or an operator' : 'an operator';
  return `${who}, for it is ${holdWords(hold)}; ${release}`;
}

function trialWords({ holder }: MergeContext, { number, step, kind }: TrialView): string {
  const what = kind === 'control' ? `trial ${number}, of the base alone,` : `trial ${number}`;
  const isOfForge = step.includes('awaited');
  if (isOfForge) return `the checks of the forge: ${what} ${step}`;
  if (holder === null) return `a worker to take its job: ${what} ${step}`;
  const doing = holder.doing === '' ? '' : ` (${holder.doing})`;
  return `worker ${holder.worker}${doing}: ${what} ${step}`;
}

function huntOf(context: MergeContext): HuntView | null {
  const { hunt } = context;
  if (hunt === null) return null;
  const suspects = hunt.suspects.filter((item) => entryOf(context, item) !== null);
  const who =
    suspects.length === 1 ? `${suspects[0]} is suspected` : `one of ${suspects.join(', ')}`;
  const control = hunt.needsControl ? '; the base alone is tried first' : '';
  const words =
    suspects.length === 1
      ? `${who} of having made a trial red${control}`
      : `${who} made a trial red, or several together did; ${hunt.left} trials are left to find out${control}`;
  return {
    suspects: suspects.map(named(context)),
    trialsLeft: hunt.left,
    ...{ needsControl: hunt.needsControl, words },
  };
}

function rulesIn({ settings, offered, window }: MergeContext): QueueView['rules'] {
  const newest = offered ?? settings;
  if (newest === null) return null;
  const { method, batchSize, admission, redTrials } = mergeRulesOf(newest.stage);
  const most = method === 'rebase' ? 1 : Math.min(batchSize, window);
  return { stage: newest.stage.name, method, batchSize, window: most, admission, redTrials };
}

function decidedView(context: MergeContext, decided: Decided): DecidedView {
  const { item, stage, attempt, headSha, outcome, cause, summary, sha, atMs } = decided;
  const name = named(context)(item);
  const run = `${name}/${stage}/${attempt}`;
  return { item: name, run, headSha, outcome, cause, summary, sha, atMs };
}
