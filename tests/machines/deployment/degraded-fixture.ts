// A deployment that has had good versions, and then a bad one.
import { type DeploymentDriver, openDeployment, probe } from '../../support/deployment-driver.ts';

/** One probe, and this reaction. */
export const rulesOf = (reaction: Record<string, unknown> = {}) => ({
  ...{ reaction, watch: { probes: [probe('alive')] } },
});

/** Each of the items was deployed, and found good. */
export function withGood(
  items: readonly string[],
  reaction: Record<string, unknown> = {},
): DeploymentDriver {
  const deployment = openDeployment(rulesOf(reaction));
  for (const item of items) {
    deployment.request(item);
    deployment.until('healthy');
  }
  return deployment;
}

/** `bad` has proved bad after them. */
export function degraded(
  reaction: Record<string, unknown> = {},
  good: readonly string[] = ['v1'],
): DeploymentDriver {
  const deployment = withGood(good, reaction);
  deployment.request('bad');
  deployment.until('observing.waiting');
  deployment.measure('bad');
  return deployment;
}

export const liveOf = ({ context }: DeploymentDriver) => context().live?.digest;
export const targetOf = ({ context }: DeploymentDriver) => context().operation?.target?.digest;
