// Brings the image into the environment by the commands of the stage, and has it verified.
// It must never deploy anything but the image that was promoted, nor say what no command has said.
import { faultPoint } from '../../../../transport/process/fault-point.ts';
import { deployPlan } from '../deploy-plan.ts';
import type { DeployStep } from '../deploy-step.ts';
import { planSubject, reportFault, runPlan } from '../plan-run.ts';
import { replaceSelf } from '../self/replace-self.ts';

export async function deploy(step: DeployStep): Promise<boolean> {
  const subject = planSubject(step);
  const plan = deployPlan(subject, step.rules);
  faultPoint('deploy-deploying');
  const run =
    step.rules.self === undefined ? await runPlan(step, plan) : await replaceSelf(step, subject);
  if (run === null) return false;
  if (run.fault !== null) return reportFault(step, run);
  faultPoint('deploy-deployed');
  return step.lease.report('deployed', { digest: subject.version.digest, steps: run.steps });
}
