// Not built yet.
import type { DeployStep } from '../deploy-step.ts';

export function check({ reading }: DeployStep): Promise<boolean> {
  throw new TypeError(`${reading.state} is not built yet`);
}
