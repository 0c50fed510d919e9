// Brings the version of before back: its tags first, then the command that deploys it, and has it verified.
// It must never bring anything but the version that the record names.
import { faultPoint } from '../../../../transport/process/fault-point.ts';
import { deployPlan } from '../deploy-plan.ts';
import type { DeployStep } from '../deploy-step.ts';
import { planSubject, reportFault, runPlan } from '../plan-run.ts';
import { replaceSelf } from '../self/replace-self.ts';
import { moveTags } from '../tags.ts';

export async function rollBack(step: DeployStep): Promise<boolean> {
  const subject = planSubject(step);
  faultPoint('deploy-rolling-back');
  step.lease.advance(1, 'moving the tags back');
  const tagged = await moveTags(step, subject.version);
  const run =
    step.rules.self === undefined
      ? await runPlan(step, deployPlan(subject, step.rules))
      : await replaceSelf(step, subject);
  if (run === null) return false;
  const steps = [...tagged.steps, ...run.steps];
  if (run.fault !== null) return reportFault(step, { ...run, steps });
  faultPoint('deploy-rolled-back');
  return step.lease.report('rolled-back', { digest: tagged.digest, steps });
}
