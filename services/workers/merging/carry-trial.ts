// What a worker does with the job of a merge queue: the step of the trial that its record asks for.
// It must never blame a member for what failed around a step.
import { parseAddress } from '../../../machines/address.ts';
import { carryLeasedWork, type LeasedOutcome, surroundingCause } from '../leased-work.ts';
import { type MergingDeps, readQueue } from './queue-reading.ts';
import { land, prepare, type TrialStep, validate, verify } from './steps.ts';

const STEPS: Readonly<Record<string, (step: TrialStep) => Promise<boolean>>> = {
  preparing: prepare,
  validating: validate,
  merging: land,
  verifying: verify,
};

/** Carries a trial as far as it goes. @throws BROKER_UNAVAILABLE, OUTCOME_UNKNOWN once the worker gives up */
export function carryTrial(
  { address, trial }: { address: string; trial: number },
  deps: MergingDeps,
): Promise<LeasedOutcome> {
  const key = parseAddress(address)?.key ?? '';
  const read = () => readQueue(deps.merges, key);
  return carryLeasedWork(
    {
      subject: { address, numberName: 'trial', read },
      ...{ number: trial, lane: 'merge' },
      stepOf(queue, lease) {
        const { project, settings } = queue.context;
        const take = STEPS[queue.state];
        if (take === undefined || settings === null) return null;
        const { repository: url, baseBranch } = settings;
        const repository = deps.repositories.open({ project, url, baseBranch });
        return () => take({ address, queue, settings, lease, repository, deps });
      },
      failureOf: (error) => ({ cause: surroundingCause(error) }),
    },
    deps,
  );
}
