// The deadlines of a record, in words: which comes first, and what happens then.
// It must never say more than the machine does: every word here stands for a transition of it.

import type { AccountContext } from '../../machines/account/context.ts';
import type { Stored } from '../../machines/record.ts';
import { stateName } from '../../machines/record.ts';
import type { RunContext } from '../../machines/run/context.ts';
import { accountContextOf, itemContextOf, runContextOf } from '../../machines/typed-context.ts';
import type { Timer } from './why-view.ts';

/** Soonest first. */
export function timersOf({ record }: Stored): Timer[] {
  return Object.entries(record.context.deadlines)
    .map(([event, dueAtMs]) => ({ event, dueAtMs, does: whatHappens({ record }, event) }))
    .sort((one, other) => one.dueAtMs - other.dueAtMs);
}

function whatHappens({ record }: Pick<Stored, 'record'>, event: string): string {
  if (record.machine === 'run') return RUN_TIMERS[event]?.(runContextOf(record)) ?? UNKNOWN;
  if (record.machine === 'account')
    return ACCOUNT_TIMERS[event]?.(accountContextOf(record)) ?? UNKNOWN;
  if (record.machine === 'merge') return MERGE_TIMERS[event] ?? UNKNOWN;
  if (record.machine === 'deployment') return DEPLOYMENT_TIMERS[event] ?? UNKNOWN;
  const { parking } = itemContextOf(record);
  const isPaused = parking?.reason === 'paused';
  return ITEM_TIMERS[event]?.({ state: stateName(record.state), isPaused }) ?? UNKNOWN;
}

const UNKNOWN = 'fires this event';

const RUN_TIMERS: Readonly<Record<string, (context: RunContext) => string>> = {
  'queue-stalled': (context) => {
    if (!isProcess(context)) return 'raises an alarm that it is still waiting';
    const again = 'publishes its job again';
    return context.requeues === 0 ? again : `${again}, and raises an alarm`;
  },
  'hold-due': () => 'publishes its job again, and whoever takes it looks at the account again',
  'decision-due': () => 'has its worker end the process, unless it was allowed more',
  'start-overdue': (context) => {
    const { epoch, stage } = context;
    const lost = 'takes the worker for lost';
    if (epoch < stage.budgets.infra) return `${lost}: epoch ${epoch + 1}, a new job`;
    return `${lost}; all ${epoch} epochs are spent, so the run ends as worker-lost`;
  },
  'timed-out': () => 'records the exit as timed-out; its grace begins',
  'grace-elapsed': ({ stage }) => {
    const isJudgedByExit =
      stage.kind === 'external' && stage.gates.every(({ kind }) => kind === 'exit');
    return isJudgedByExit ? 'lets its exit code judge it' : 'asks anyone to evaluate and claim it';
  },
  'evaluation-overdue': () => 'asks for the evaluation again',
  'lease-elapsed': () =>
    'tells the item to advance once more: the same advance, under the same claim',
  'cancel-overdue': () => 'asks a worker on its machine to end the process, and raises an alarm',
};

const ACCOUNT_TIMERS: Readonly<Record<string, (context: AccountContext) => string>> = {
  'resume-due': () => 'makes it available again',
  'day-over': ({ suspension }) => {
    const isCap = suspension?.cause === 'cap-reached';
    return `begins a new day with nothing used${isCap ? ', and makes it available again' : ''}`;
  },
};

const MERGE_TIMERS: Readonly<Record<string, string>> = {
  'look-due': 'looks whether a trial can begin',
  reminder: 'raises the alarm again',
  'job-overdue': 'asks for a worker again',
  'lease-elapsed': 'takes the lease from its holder, and asks for another worker',
  'checks-overdue': 'gives the trial up, and tries again later',
};

const DEPLOYMENT_TIMERS: Readonly<Record<string, string>> = {
  'look-due': 'looks whether a release can begin',
  reminder: 'raises the alarm again',
  'job-overdue': 'asks for a worker again',
  'retry-due': 'asks for a worker again, now that infrastructure was given some time',
  'lease-elapsed': 'takes the lease from its holder, and asks for another worker',
  'measure-due': 'asks a worker to measure the probes that are due',
  'watch-overdue': 'ends the watch, and asks a person',
};

const ITEM_TIMERS: Readonly<
  Record<string, (item: { state: string; isPaused: boolean }) => string>
> = {
  'run-check': ({ state }) =>
    state === 'active.cancelling'
      ? 'tells its run to cancel once more'
      : 'tells its run to open once more, in case it was never told',
  'retry-due': () => 'opens the stage again',
  reminder: ({ state, isPaused }) => {
    if (state === 'awaitingApproval') return 'tells its run to open once more; the run reminds';
    return isPaused ? 'looks again; a paused item raises no alarm' : 'raises the alarm again';
  },
};

function isProcess({ stage }: RunContext): boolean {
  return stage.kind === 'agent' || stage.kind === 'command';
}
