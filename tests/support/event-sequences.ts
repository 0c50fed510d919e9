// Random lives of runs and items, for fast-check: every step is a valid event of some kind, though not
// always one the actor expects. Steps that need the record read it, so that deep states are reached.
import fc from 'fast-check';
import type { ItemContext } from '../../machines/item/context.ts';
import type { Stored } from '../../machines/record.ts';
import type { RunContext } from '../../machines/run/context.ts';
import { VERDICT_KINDS, type Verdict, verdictSchema } from '../../machines/verdict.ts';
import { ask, type Step, type StepMaker, tell } from './machine-steps.ts';

const HEAD_SHAS = [null, 'a'.repeat(40), 'b'.repeat(40)];

const verdicts: fc.Arbitrary<Verdict> = fc
  .record({
    kind: fc.constantFrom(...VERDICT_KINDS),
    cause: fc.constantFrom('exit-code', 'worker-lost', 'rejected'),
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

const runStep = fc
  .record({
    type: fc.constantFrom(
      ...['started', 'progress', 'exited', 'finalize-step', 'claim', 'worker-lost', 'gone'],
    ),
    isStale: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
    worker: fc.constantFrom('worker-1', 'worker-2'),
    door: fc.constantFrom('ask' as const, 'tell' as const),
    verdict: verdicts,
  })
  .map(({ type, isStale, worker, door, verdict }): StepMaker => {
    return ({ record, revision }: Stored) => {
      const { epoch } = record.context as unknown as RunContext;
      const data = {
        ...{ epoch: isStale ? epoch + 1 : epoch, worker, machine: 'm1', step: 's', key: worker },
        ...{ processGroup: { pid: 9, startTicks: 1 }, code: 0, claimant: worker, verdict },
        evaluatedRevision: isStale ? revision + 1 : revision,
      };
      return { type, data, door };
    };
  });

const runTold = fc.constantFrom('cancel', 'advance-confirmed').map((type) => tell(type));

/** Steps of a run, in any order. */
export const runSteps: fc.Arbitrary<(Step | StepMaker)[]> = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: runStep },
    { weight: 3, arbitrary: dueDeadline },
    { weight: 1, arbitrary: runTold },
  ),
  { maxLength: 24 },
);

const itemTold = fc
  .record({
    type: fc.constantFrom('advance', 'advance', 'advance', 'run-cancelled'),
    verdict: verdicts,
    isForeign: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
  })
  .map(({ type, verdict, isForeign }): StepMaker => {
    return ({ record }: Stored) => {
      const { current, runs } = record.context as unknown as ItemContext;
      const { stage, attempt } = current ?? runs.at(-1) ?? { stage: 'build', attempt: 1 };
      const data = { stage, attempt: isForeign ? attempt + 1 : attempt, claimant: 'w', verdict };
      return tell(type, data);
    };
  });

const itemCommand = fc
  .constantFrom('approve', 'reject', 'pause', 'resume', 'retry', 'cancel')
  .map((type) => ask(type, { by: 'ada' }));

/** Steps of an item, in any order. */
export const itemSteps: fc.Arbitrary<(Step | StepMaker)[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: itemTold },
    { weight: 2, arbitrary: dueDeadline },
    { weight: 1, arbitrary: itemCommand },
  ),
  { maxLength: 24 },
);
