// Why a run stands where it stands: what it waits for, who is to move it on, what an operator can do. Pure.
// It must have an answer for every state of the machine, and for one that it does not know.
import type { RunContext } from '../../machines/run/context.ts';
import { itemContextOf, runContextOf } from '../../machines/typed-context.ts';
import { formatRemaining } from './duration.ts';
import { runBudgets } from './why-budgets.ts';
import { aliveOf, isAlive, type RunFacts, stateOf } from './why-facts.ts';
import { frame } from './why-frame.ts';
import { fenceOf } from './why-history.ts';
import { poolOwner, unservedText } from './why-pool.ts';
import { runActions } from './why-run-actions.ts';
import { awaitedDeployment } from './why-run-deployment.ts';
import { isProcess, itemOf } from './why-run-facts.ts';
import { held, overCap, shownSoFar, stopping } from './why-run-limits.ts';
import {
  awaitedApproval,
  awaitedChecks,
  awaitedPublisher,
  publisherOf,
} from './why-run-outside.ts';
import { awaitedQueue } from './why-run-queue.ts';
import { agoOf, counted, lapsed, nobody, on, verdictOf, workerOf } from './why-run-words.ts';
import type { Why } from './why-view.ts';

export function explainRun(facts: RunFacts): Why {
  const context = runContextOf(facts.stored.record);
  const explain = EXPLANATIONS[stateOf(facts)] ?? unknownState;
  const item = facts.item === null ? null : itemContextOf(facts.item.record);
  return frame(facts, {
    ...explain(facts, context),
    budgets: runBudgets(context, item),
    actions: runActions(facts),
    run: null,
  });
}

type Explanation = Pick<Why, 'waitsFor' | 'owner'>;
type Explain = (facts: RunFacts, context: RunContext) => Explanation;

const EXPLANATIONS: Readonly<Record<string, Explain>> = {
  'running.queued': (facts, context) => {
    if (isProcess(context)) return queued(facts, context);
    if (context.stage.kind === 'approval') return awaitedApproval(facts, context);
    if (context.stage.kind === 'merge') return awaitedQueue(facts, context);
    if (context.stage.kind === 'deploy') return awaitedDeployment(facts, context);
    const isOfChecks = context.stage.kind === 'checks';
    return isOfChecks ? awaitedChecks(facts, context) : awaitedPublisher(facts, context);
  },
  'running.starting': (facts, context) => {
    const { worker, machine, stage, startedAtMs } = context;
    if (!isProcess(context)) return awaitedPublisher(facts, context);
    const taken = startedAtMs === null ? '' : `, taken ${agoOf(facts, startedAtMs)}`;
    const waitsFor = `worker ${worker} to start stage ${stage.name}${on(machine)}${taken}`;
    return { waitsFor: waitsFor + lapsed(facts, worker), owner: workerOf(facts, context) };
  },
  'running.working': (facts, context) => {
    const { worker, machine, stage, progressAtMs, outputBytes } = context;
    if (!isProcess(context)) return awaitedPublisher(facts, context);
    const sign = progressAtMs === null ? 'none yet' : agoOf(facts, progressAtMs);
    const waitsFor =
      `the process of stage ${stage.name}${on(machine)} to end; its last sign of life: ${sign}, ` +
      `${outputBytes} bytes of output so far${shownSoFar(facts, context)}`;
    return { waitsFor: waitsFor + lapsed(facts, worker), owner: workerOf(facts, context) };
  },
  'running.held': held,
  'running.overCap': overCap,
  'running.stopping': stopping,
  finalizing,
  graceExpired,
  claimed,
  cancelling,
  advanced: (facts, { claim }) => {
    const verdict = claim === null ? 'an unknown verdict' : verdictOf(claim);
    const waitsFor = `nothing: it has ended, and item ${itemOf(facts)} moved on with ${verdict}`;
    return { waitsFor, owner: nobody(claim === null ? '' : `claimed by ${claim.claimant}`) };
  },
  cancelled: () => ({
    waitsFor: 'nothing: it was cancelled, and no process of it is left',
    owner: nobody(''),
  }),
};

function queued(facts: RunFacts, context: RunContext): Explanation {
  const { stage, epoch, requeues } = context;
  const since = agoOf(facts, facts.stored.record.sinceMs);
  const again = requeues === 0 ? '' : `, and again ${counted(requeues, 'time')}`;
  const lost = epoch === 1 ? '' : `epoch ${epoch}, after a lost worker`;
  const owner = poolOwner(facts, context, { lane: 'work', detail: lost });
  const asked = `asked for ${since}${again}${unservedText(facts, context)}`;
  return {
    waitsFor: `a worker of pool ${stage.pool} to take stage ${stage.name}, ${asked}`,
    owner,
  };
}

function finalizing(facts: RunFacts, context: RunContext): Explanation {
  const dueAtMs = context.deadlines['grace-elapsed'] ?? facts.nowMs;
  const grace = `its grace ends ${formatRemaining(dueAtMs - facts.nowMs)}`;
  const exit = context.exit?.cause ?? 'unknown';
  if (!isProcess(context)) {
    const who = publisherOf(context.worker);
    const waitsFor = `${who} to claim it with a verdict; ${grace}`;
    return { waitsFor, owner: { who, isAlive: null, detail: 'publishers announce no presence' } };
  }
  const done = context.steps.map(({ step }) => step).join(', ') || 'nothing yet';
  if (exit === 'worker-lost' || context.worker === null) {
    const waitsFor = `its grace to end, since its worker was lost: ${grace}, then anyone may judge it`;
    return { waitsFor, owner: workerOf(facts, context) };
  }
  const waitsFor = `worker ${context.worker} to finish: push, report, gates, claim; done: ${done}; ${grace}`;
  return { waitsFor: waitsFor + lapsed(facts, context.worker), owner: workerOf(facts, context) };
}

function graceExpired(facts: RunFacts, context: RunContext): Explanation {
  const { stage, limits, deadlines, worker } = context;
  const dueAtMs = deadlines['evaluation-overdue'];
  const asked = dueAtMs === undefined ? null : dueAtMs - limits.evaluationTimeoutMs;
  const since = asked === null ? '' : `, asked for ${agoOf(facts, asked)}`;
  const who = isProcess(context) ? `worker ${worker}` : 'publisher';
  const late = worker === null ? '' : `its late ${who} may still claim it`;
  const owner = poolOwner(facts, context, { lane: 'tend', detail: late });
  const none = unservedText(facts, context);
  const waitsFor = `anyone of pool ${stage.pool} to evaluate stage ${stage.name} and claim it${since}${none}`;
  return { waitsFor, owner };
}

function claimed(facts: RunFacts, context: RunContext): Explanation {
  const { claim } = context;
  const who = claim?.claimant ?? 'its claimant';
  const item = itemOf(facts);
  const fence = fenceOf(facts);
  const token = fence === null ? 'its claim' : `its claim at revision ${fence} (fencing token)`;
  const verdict = claim === null ? 'its verdict' : verdictOf(claim);
  const waitsFor = isPassedBy(facts, context)
    ? `the confirmation of item ${item}, which has moved on with ${verdict}`
    : `item ${item} to move on with ${verdict}, and to confirm it`;
  // An approval is claimed in a person's name, and the grace may be claimed in no process's.
  const alive = isProcess(context) && who !== 'reaper' ? isAlive(facts, who) : null;
  return { waitsFor, owner: { who, isAlive: alive, detail: `holds it by ${token}` } };
}

/** The item has ended this run already, and only the confirmation is missing. */
function isPassedBy({ item }: RunFacts, { stage, attempt }: RunContext): boolean {
  if (item === null) return false;
  const { runs } = itemContextOf(item.record);
  return runs.some((run) => run.stage === stage.name && run.attempt === attempt);
}

function cancelling(facts: RunFacts, context: RunContext): Explanation {
  const { machine, leftover, processGroup, worker } = context;
  const where = leftover?.machine ?? machine;
  const pid = leftover?.pid ?? processGroup?.pid;
  const group = pid === undefined ? 'its process' : `its process group ${pid}`;
  const waitsFor = `${group}${on(where)} to be proven gone`;
  if (worker !== null) {
    return { waitsFor: waitsFor + lapsed(facts, worker), owner: workerOf(facts, context) };
  }
  const near = aliveOf(facts, 'worker')?.some((process) => process.machine === where) ?? null;
  const none = near === false ? '; no worker is alive on that machine' : '';
  const owner = {
    who: `a worker${on(where) || ' of its machine'}`,
    isAlive: near,
    detail: 'can prove it',
  };
  return { waitsFor: waitsFor + none, owner };
}

function unknownState(facts: RunFacts): Explanation {
  const waitsFor = `what state ${stateOf(facts)} waits for, which this version does not know`;
  return { waitsFor, owner: nobody('') };
}
