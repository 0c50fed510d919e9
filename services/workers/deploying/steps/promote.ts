// Moves the environment's tags to the proven image, having measured what there is to compare with afterwards.
// It must never build, nor change what runs.
import { faultPoint } from '../../../../transport/process/fault-point.ts';
import { imageOf, releaseIn } from '../deploy-facts.ts';
import type { DeployStep } from '../deploy-step.ts';
import { measureBaselines } from '../probes/baselines.ts';
import { moveTags } from '../tags.ts';

export async function promote(step: DeployStep): Promise<boolean> {
  const { lease, reading } = step;
  const image = imageOf(step);
  if (image === null) throw new TypeError(`${reading.state} without an image`);
  lease.advance(1, 'measuring what is live');
  const baselines = await measureBaselines(step);
  faultPoint('deploy-promoting');
  const { sha } = releaseIn(reading.context);
  const { digest, steps } = await moveTags(step, { sha, digest: image.digest });
  return lease.report('promoted', { digest, baselines, steps });
}
