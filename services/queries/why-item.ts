// Why an item stands where it stands: what it waits for, who is to move it on, what an operator can do. Pure.
// It must have an answer for every state of the machine, and for one that it does not know.
import { type ItemContext, stageOf } from '../../machines/item/context.ts';
import { itemContextOf } from '../../machines/typed-context.ts';
import { formatRemaining } from './duration.ts';
import { userAddress } from './user-address.ts';
import { itemBudgets } from './why-budgets.ts';
import { type ItemFacts, stateOf } from './why-facts.ts';
import { frame } from './why-frame.ts';
import { itemActions } from './why-item-actions.ts';
import { limitedAccountOf, otherDeciders } from './why-item-facts.ts';
import type { Why } from './why-view.ts';

export function explainItem(facts: ItemFacts): Why {
  const context = itemContextOf(facts.stored.record);
  const explain = EXPLANATIONS[stateOf(facts)] ?? unknownState;
  const stage = context.current?.stage ?? context.next;
  return frame(facts, {
    ...explain(facts, context),
    budgets: itemBudgets(context, context.endedAtMs === null ? stage : null),
    actions: itemActions(facts),
    run: facts.run?.why ?? null,
  });
}

type Explanation = Pick<Why, 'waitsFor' | 'owner'>;
type Explain = (facts: ItemFacts, context: ItemContext) => Explanation;

const EXPLANATIONS: Readonly<Record<string, Explain>> = {
  'active.working': (facts, context) => {
    const pause = context.isPauseRequested ? '; it pauses before the next stage' : '';
    return { waitsFor: currentRun(facts, context) + pause, owner: ownerOf(facts, context) };
  },
  'active.backingOff': (facts, context) => {
    const leftMs = (context.deadlines['retry-due'] ?? facts.nowMs) - facts.nowMs;
    const last = context.runs.at(-1)?.verdict;
    const cause = last === undefined ? '' : `, after ${last.kind} (${last.cause})`;
    const held = waitsForAccount(context);
    const backOff =
      leftMs > 0
        ? `its back-off to end ${formatRemaining(leftMs)}${cause}; then stage ${context.next} is tried again${held}`
        : `the host to try stage ${context.next} again, for its back-off has ended${cause}${held}`;
    const owner = {
      who: 'the host',
      isAlive: null,
      detail: 'fires the deadline that opens the stage',
    };
    return { waitsFor: backOff, owner };
  },
  'active.cancelling': (facts, context) => {
    const why = context.ending === null ? '' : ` (${context.ending})`;
    const waitsFor = `the end of what is cancelled${why}: ${currentRun(facts, context)}`;
    return { waitsFor, owner: ownerOf(facts, context) };
  },
  awaitingApproval,
  parked,
  done: (_, context) => {
    const { headSha, isLanded, pipeline, runs } = context;
    const landed =
      headSha !== null && isLanded
        ? `; ${headSha.slice(0, 12)} was seen on ${pipeline.baseBranch}`
        : '';
    return ended(`it is done, after ${runs.length} run${runs.length === 1 ? '' : 's'}${landed}`);
  },
  failed: (_, { ending, feedback }) =>
    ended(`it has failed: ${ending ?? (feedback || 'no reason is recorded')}`),
  cancelled: (_, { ending }) => ended(ending === null ? 'it was cancelled' : `it was ${ending}`),
};

/** A limit of its provider's is charged to nobody: it only waits. */
function waitsForAccount(context: ItemContext): string {
  const account = limitedAccountOf(context);
  return account === null ? '' : `; it is charged nothing, and held while ${account} is suspended`;
}

function awaitingApproval(facts: ItemFacts, context: ItemContext): Explanation {
  const item = userAddress(facts.address);
  const stage = context.current?.stage ?? null;
  const rules = stageOf(context, stage);
  const pause = context.isPauseRequested ? '; it pauses before the next stage' : '';
  if (rules?.approve === 'auto') {
    const owner = { who: 'policy:auto', isAlive: null, detail: 'approves by itself, at once' };
    return { waitsFor: `its own policy to approve stage ${stage}${pause}`, owner };
  }
  const others = rules === null ? '' : otherDeciders(rules, context);
  return {
    waitsFor: `a person to decide stage ${stage}: onceward approve ${item}, or reject${others}${pause}`,
    owner: { who: 'a person', isAlive: null, detail: `decides stage ${stage}` },
  };
}

/** What else lets a parked item go on, besides the command. */
const ALSO: Readonly<Record<string, string>> = {
  'not-landed': ', and so does its merge',
  'pull-request-closed': '; reopen the pull request first, if it is to be merged',
  'review-rounds': ' for one more round, and a merge of its pull request ends it',
};

function parked({ address }: ItemFacts, { parking, next }: ItemContext): Explanation {
  const reason = parking?.reason ?? 'unknown';
  const release = parking?.release ?? 'retry';
  const message = parking?.message ? `: ${parking.message}` : '';
  const command = `onceward ${release} ${userAddress(address)}`;
  const also = ALSO[reason] ?? '';
  return {
    waitsFor: `an operator, for it is parked (${reason}${message}); ${command} releases it${also}`,
    owner: {
      who: 'an operator',
      isAlive: null,
      detail: `would go on with stage ${next ?? 'none'}`,
    },
  };
}

function currentRun({ run }: ItemFacts, { current }: ItemContext): string {
  if (current === null) return 'a run, and none is current';
  const name = `its run ${current.stage}/${current.attempt}`;
  if (run === null) return `${name} to be opened; there is no record of it yet`;
  const { state, waitsFor, isFinished } = run.why;
  // Read a moment apart: the run may have moved on since.
  return isFinished
    ? `${name}, which is ${state}`
    : `${name}, which is ${state}; it waits for ${waitsFor}`;
}

function ownerOf({ run }: ItemFacts, { current }: ItemContext): Why['owner'] {
  if (run !== null) return { ...run.why.owner, detail: ofRun(run.why) };
  const name = current === null ? 'its run' : `its run ${current.stage}/${current.attempt}`;
  return { who: name, isAlive: null, detail: 'which the host opens' };
}

function ofRun({ address, owner }: Why): string {
  return `of run ${address}${owner.detail === '' ? '' : `: ${owner.detail}`}`;
}

function ended(how: string): Explanation {
  return { waitsFor: `nothing: ${how}`, owner: { who: 'nobody', isAlive: null, detail: '' } };
}

function unknownState(facts: ItemFacts): Explanation {
  const waitsFor = `what state ${stateOf(facts)} waits for, which this version does not know`;
  return { waitsFor, owner: { who: 'nobody', isAlive: null, detail: '' } };
}
