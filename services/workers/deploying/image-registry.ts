// The repository that a deployment's image is kept in, as its rules say how it is spoken to.
// It must never go on asking once the lease is lost.
import { openRegistry, type Registry } from '../../../transport/registry/registry.ts';
import type { DeployStep } from './deploy-step.ts';

/** `name`: where the image is kept; what the rules say by default. */
export function registryOf({ rules, deps, lease }: DeployStep, name = rules.image.name): Registry {
  const { plain, timeoutMs } = rules.image;
  const { clock, environment } = deps;
  return openRegistry({ name, plain, timeoutMs, clock, environment, signal: lease.signal });
}
