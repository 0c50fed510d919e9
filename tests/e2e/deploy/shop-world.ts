// The shop with everything around it: a registry, a platform that runs its versions, a remote, and a whole onceward.
// All of it ends with `stop`.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import type { DeploymentContext } from '../../../machines/deployment/context.ts';
import { stateName } from '../../../machines/record.ts';
import { deploymentContextOf } from '../../../machines/typed-context.ts';
import { type AgentFleet, startAgentFleet } from '../../support/agent-fleet.ts';
import { testRegistry } from '../../support/registry.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { type Platform, startPlatform } from './platform.ts';
import { seedShop, shopPipeline } from './shop-project.ts';

const ENVIRONMENTS = ['staging', 'production'];
/** They share a server and a registry, and nothing in them. */
let shops = 0;

export interface ShopWorld {
  project: string;
  fleet: AgentFleet;
  platform: Platform;
  /** Digest that a tag of the shop's image is at. */
  digestAt(tag: string): Promise<string>;
  /** Commits that were built, in order, each as often as it was. */
  builds(): string[];
  /** What production answers. */
  served(): Promise<string>;
  /** Resolves once the deployment is in the state, and has what is looked for. */
  deployment(
    environment: string,
    state: string,
    has?: (context: DeploymentContext) => boolean,
  ): Promise<DeploymentContext>;
  stop(): Promise<void>;
}

export async function startShopWorld(): Promise<ShopWorld> {
  const registry = await testRegistry();
  const platform = await startPlatform(ENVIRONMENTS);
  const builds = join(temporaryDirectory(), 'builds');
  writeFileSync(builds, '');
  shops += 1;
  const project = `shop-${shops}`;
  const image = `${registry.host}/acme/${project}`;
  const production = platform.addressOf('production');
  const pipeline = shopPipeline({ image, platform: platform.url, production, builds });
  const fleet = await startAgentFleet({ projects: { [project]: { pipeline } } });
  await seedShop(fleet.remote);
  return {
    project,
    fleet,
    platform,
    digestAt: async (tag) => {
      const asked = ['inspect', '--tls-verify=false', '--format', '{{.Digest}}'];
      return (await execa('skopeo', [...asked, `docker://${image}:${tag}`])).stdout;
    },
    builds: () => readFileSync(builds, 'utf8').split('\n').filter(Boolean),
    served: async () => (await fetch(production)).text(),
    deployment: (environment, state, has = () => true) =>
      fleet.until(`deployment.${project}.${environment}`, (record) => {
        const context = deploymentContextOf(record);
        return stateName(record.state) === state && has(context) ? context : null;
      }),
    async stop() {
      await fleet.stop();
      await platform.stop();
    },
  };
}
