// The tags of an environment: moved to an image that is there already, and read back.
// Nothing is ever built or copied here.
import type { Step } from '../../../machines/deployment/events.ts';
import { commitTagOf, tagOf } from '../../../machines/deployment/rules.ts';
import { OncewardError } from '../../../transport/errors.ts';
import type { Registry } from '../../../transport/registry/registry.ts';
import { imageOf, stepKey } from './deploy-facts.ts';
import type { DeployStep } from './deploy-step.ts';
import { registryOf } from './image-registry.ts';

/**
 * Moves the environment's tags to the image. Repeating it is harmless.
 * @throws REGISTRY_UNAVAILABLE, REGISTRY_REFUSED when the registry does not do it, or does not show it
 */
export async function moveTags(
  step: DeployStep,
  { sha, digest }: { sha: string; digest: string },
): Promise<{ digest: string; steps: Step[] }> {
  const { rules } = step;
  const registry = registryOf(step, imageOf(step)?.image);
  // What stays comes first: whoever finds the moving tag at an image finds the tag of its commit as well.
  const tags = [commitTagOf(rules.environment, sha), tagOf(rules)];
  const steps: Step[] = [];
  for (const tag of tags) steps.push(await moveTag(step, { registry, tag, digest }));
  for (const tag of tags) await readBack({ registry, tag, digest });
  return { digest, steps };
}

interface Move {
  registry: Registry;
  tag: string;
  digest: string;
}

async function moveTag(step: DeployStep, { registry, tag, digest }: Move): Promise<Step> {
  const { lease, deps } = step;
  const startedAtMs = deps.clock.monotonicMs();
  lease.advance(1, `moving the tag ${tag}`);
  const before = await registry.digestAt(tag);
  if (before !== digest) {
    // A registry compares nothing: whoever was given up must notice it before the next one's tag is touched.
    if ((await lease.read()) === null) lease.lose();
    lease.signal.throwIfAborted();
    await registry.moveTag(tag, digest);
  }
  const from = before === null ? 'new' : `was ${before}`;
  const result = before === digest ? `${tag} is there already` : `${tag} ${from}`;
  const durationMs = Math.round(deps.clock.monotonicMs() - startedAtMs);
  return { step: 'tag', key: stepKey(step, tag), result, durationMs };
}

async function readBack({ registry, tag, digest }: Move): Promise<void> {
  const found = await registry.digestAt(tag);
  if (found === digest) return;
  const message = `${tag} reads back as ${found ?? 'nothing'}, expected ${digest}`;
  throw new OncewardError('REGISTRY_REFUSED', message, { details: { tag, found } });
}
