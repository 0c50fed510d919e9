// Random lives of runs and items, for fast-check: every step is a valid event of some kind. Most fit the
// state the actor is in, so that deep states are reached; the others come at the wrong time or are stale.
import fc from 'fast-check';
import type { ItemContext } from '../../machines/item/context.ts';
import { COMMAND_VERBS } from '../../machines/outside.ts';
import { type Stored, stateName } from '../../machines/record.ts';
import type { RunContext } from '../../machines/run/context.ts';
import { VERDICT_KINDS, type Verdict, verdictSchema } from '../../machines/verdict.ts';
import { ask, type Step, type StepMaker, tell } from './machine-steps.ts';

const HEAD_SHAS = [null, 'a'.repeat(40), 'b'.repeat(40)];
const MAX_STEPS = 24;

const verdicts: fc.Arbitrary<Verdict> = fc
  .record({
    kind: fc.constantFrom('pass' as const, 'pass' as const, ...VERDICT_KINDS),
    cause: fc.constantFrom('exit-code', 'worker-lost', 'rejected', 'usage-limit', 'cap-reached'),
    headSha: fc.constantFrom(...HEAD_SHAS),
    isLanded: fc.boolean(),
  })
  .map((verdict) => verdictSchema.parse(verdict));

/** A deadline of the record that comes due, or is a moment early. */
const dueDeadline: fc.Arbitrary<StepMaker> = fc.constantFrom(-1, 0, 1).map(
  (offMs): StepMaker =>
    ({ record }) => {
      const [type = 'reminder', dueMs = 0] = Object.entries(record.context.deadlines)[0] ?? [];
      const atMs = Math.max(record.event.atMs, dueMs + offMs);
      return { type, data: {}, door: 'deadline', atMs };
    },
);

/** What somebody would send to a run in this state. */
const RUN_EVENTS: Readonly<Record<string, readonly string[]>> = {
  'running.queued': ['started', 'started', 'hold', 'checks-seen', 'claim'],
  'running.held': ['started', 'cancel', 'hold'],
  'running.starting': ['progress', 'progress', 'exited', 'worker-lost', 'cancel'],
  'running.working': ['progress', 'exited', 'exited', 'worker-lost', 'cancel'],
  'running.overCap': ['progress', 'allow', 'allow', 'exited', 'worker-lost', 'cancel'],
  'running.stopping': ['progress', 'exited', 'worker-lost', 'cancel'],
  finalizing: ['finalize-step', 'claim', 'claim'],
  graceExpired: ['finalize-step', 'claim', 'claim'],
  claimed: ['advance-confirmed', 'claim', 'cancel'],
  cancelling: ['gone', 'exited', 'worker-lost', 'started'],
};
const ANY_RUN_EVENT = [...new Set(Object.values(RUN_EVENTS).flat())];
const TOLD_TO_RUNS = ['cancel', 'advance-confirmed'];

const runStep = fc
  .record({
    choice: fc.nat(59),
    isFitting: fc.nat(3).map((n) => n > 0),
    isStale: fc.nat(9).map((n) => n === 0),
    isItsWorker: fc.nat(3).map((n) => n > 0),
    /** What an exit, a hold and a measure of use say. */
    cause: fc.constantFrom('exit-code', 'usage-limit', 'cap-reached'),
    outputTokens: fc.nat(40),
    verdict: verdicts,
  })
  .map(({ choice, isFitting, isStale, isItsWorker, cause, outputTokens, verdict }): StepMaker => {
    return ({ record, revision }: Stored) => {
      const run = record.context as unknown as RunContext;
      const fitting = RUN_EVENTS[stateName(record.state)] ?? ANY_RUN_EVENT;
      const type = pick(isFitting ? fitting : ANY_RUN_EVENT, choice);
      const worker = isItsWorker ? (run.worker ?? 'worker-1') : 'reaper-1';
      const data = {
        ...{ epoch: run.epoch + (isStale ? 1 : 0), worker, machine: 'm1', claimant: worker },
        ...{ step: 's', key: worker, processGroup: { pid: 9, startTicks: 1 }, code: 0, verdict },
        ...{ cause, account: 'account.provider.claude', usage: { outputTokens } },
        ...{ sha: 'a'.repeat(40), digest: cause },
        evaluatedRevision: revision + (isStale ? 1 : 0),
      };
      return TOLD_TO_RUNS.includes(type) ? tell(type, data) : ask(type, data);
    };
  });

/** Steps of a run, in any order. */
export const runSteps: fc.Arbitrary<(Step | StepMaker)[]> = fc.array(
  fc.oneof({ weight: 5, arbitrary: runStep }, { weight: 1, arbitrary: dueDeadline }),
  { maxLength: MAX_STEPS, size: 'max' },
);

const itemTold = fc
  .record({ verdict: verdicts, isForeign: fc.nat(7).map((n) => n === 0), isCancelled: fc.nat(7) })
  .map(({ verdict, isForeign, isCancelled }): StepMaker => {
    return ({ record }: Stored) => {
      const { current, runs } = record.context as unknown as ItemContext;
      const { stage, attempt } = current ?? runs.at(-1) ?? { stage: 'build', attempt: 1 };
      const data = { stage, attempt: isForeign ? attempt + 1 : attempt, claimant: 'w', verdict };
      return tell(isCancelled === 0 ? 'run-cancelled' : 'advance', data);
    };
  });

/** What a person would send to an item in this state. */
const ITEM_COMMANDS: Readonly<Record<string, readonly string[]>> = {
  'active.working': ['pause', 'resume', 'pause', 'cancel'],
  'active.backingOff': ['pause', 'cancel'],
  awaitingApproval: ['approve', 'approve', 'reject', 'pause', 'resume', 'cancel'],
  parked: ['retry', 'resume', 'retry', 'resume', 'cancel'],
};
const ANY_COMMAND = [...new Set(Object.values(ITEM_COMMANDS).flat())];

const itemCommand = fc.nat(59).map((choice): StepMaker => {
  return ({ record }: Stored) => {
    const fitting = ITEM_COMMANDS[stateName(record.state)] ?? ANY_COMMAND;
    return ask(pick(fitting, choice), { by: 'ada' });
  };
});

/** What hosts see of its issue and its pull request, in any order, twice, and of older ones. */
const itemSeen: fc.Arbitrary<Step> = fc.oneof(
  fc
    .record({
      number: fc.integer({ min: 6, max: 8 }),
      state: fc.constantFrom('open', 'merged', 'closed'),
      headSha: fc.constantFrom('a'.repeat(40), 'b'.repeat(40)),
    })
    .map((facts) => ask('pull-request', facts)),
  fc
    .record({
      verb: fc.constantFrom(...COMMAND_VERBS),
      mark: fc.constantFrom('1/8', '1/9', '1/10'),
    })
    .map((words) => ask('heard', { by: 'ada', ...words })),
);

/** Steps of an item, in any order. */
export const itemSteps: fc.Arbitrary<(Step | StepMaker)[]> = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: itemTold },
    { weight: 2, arbitrary: itemCommand },
    { weight: 2, arbitrary: itemSeen },
    { weight: 1, arbitrary: dueDeadline },
  ),
  { maxLength: MAX_STEPS, size: 'max' },
);

function pick(names: readonly string[], choice: number): string {
  return names[choice % names.length] ?? '';
}
