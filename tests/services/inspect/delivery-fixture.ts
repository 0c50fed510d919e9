// A host with a project that goes through staging to production, in the hands of a test that reports as its workers do.
// It must never write a record by hand: every step goes through the host.
import * as assert from 'uvu/assert';
import { frozenPipelineSchema } from '../../../machines/item/events.ts';
import type { CommandContext } from '../../../services/inspect/command-context.ts';
import { deployments } from '../../../services/inspect/commands/deployment/list.ts';
import {
  type DeploymentSteerInput,
  deploymentSteer,
} from '../../../services/inspect/commands/deployment/steer.ts';
import { submit } from '../../../services/inspect/commands/submit.ts';
import { wait } from '../../../services/inspect/commands/wait.ts';
import { DOCUMENTS } from '../../../services/inspect/documents/output-schema.ts';
import { artifact, commit, digestOf } from '../../support/deployment-steps.ts';
import { startFleet, type TestContextOptions } from './command-fixture.ts';

export const STAGING = 'deployment.yard.staging';
export const PRODUCTION = 'deployment.yard.production';
export const timeoutMs = 10_000;
const rules = {
  image: { name: 'registry.example.com/acme/shop' },
  build: { command: 'make image' },
  deploy: { command: './deploy.sh $ONCEWARD_DIGEST', timeoutMs: 60_000 },
};
const yard = frozenPipelineSchema.parse({
  ...{ name: 'delivery', digest: 'test', limits: {}, baseBranch: 'main' },
  stages: [
    { name: 'build', kind: 'external' },
    { name: 'staging', kind: 'deploy', deploy: { ...rules, environment: 'staging' } },
    {
      ...{ name: 'production', kind: 'deploy' },
      deploy: { ...rules, build: undefined, environment: 'production', requires: 'staging' },
    },
  ],
});

export const onBase = { isOnBase: true, isContained: false, isNeeded: true };
const findings = ['tag', 'revision', 'statement'].map((check) => ({ check, isMet: true }));

export async function startDelivery() {
  const fleet = await startFleet({ yard });
  const { asker } = fleet.host;

  async function printed(
    command: (context: CommandContext) => Promise<number>,
    options: TestContextOptions = {},
  ): Promise<string> {
    const { context, out } = fleet.at(options);
    await command(context);
    return out();
  }

  async function shown(environment = 'production') {
    const text = await printed(
      (context) => deployments(context, { project: 'yard', environment }),
      {
        output: 'json',
      },
    );
    return DOCUMENTS.deploymentShown.parse(JSON.parse(text));
  }

  /** An item whose work is one commit that is on the base, and which waits to be staged. */
  async function toBeDeployed(id: string): Promise<void> {
    await submit(fleet.at().context, { project: 'yard', title: `change ${id}`, id, timeoutMs });
    const address = `run.yard.${id}.build.1`;
    await wait(fleet.at().context, { address: `yard/${id}/build/1`, for: 'running', timeoutMs });
    await asker.ask({ address, type: 'exited', data: { code: 0 } });
    const verdict = {
      kind: 'pass',
      cause: 'test',
      summary: '',
      headSha: commit(id),
      isLanded: true,
    };
    await asker.ask({ address, type: 'claim', data: { claimant: 'publisher-1', verdict } });
    await fleet.audited(STAGING, '"request"', id);
  }

  /** What a worker says, with the lease that it has. */
  async function report(address: string, type: string, data: Record<string, unknown> = {}) {
    const { holder, operation } = await shown(address.split('.')[2]);
    const lease = { token: holder?.token, operation: operation?.number };
    const reply = await asker.ask({ address, type, data: { ...lease, ...data } });
    assert.is(reply.outcome, 'applied', JSON.stringify(reply));
  }

  async function take(address: string): Promise<void> {
    await asker.ask({ address, type: 'take', data: { worker: 'worker-1', machine: 'm1' } });
  }

  async function deployTo(address: string, id: string): Promise<void> {
    const [digest, sha] = [digestOf(id), commit(id)];
    await report(address, 'checked', { digest, sha, findings });
    await report(address, 'promoted', { digest });
    await report(address, 'deployed', { digest });
  }

  function steer(
    input: Partial<DeploymentSteerInput> & Pick<DeploymentSteerInput, 'verb'>,
    options: TestContextOptions = {},
  ): Promise<string> {
    const given = { project: 'yard', environment: 'production', timeoutMs, ...input };
    return printed((context) => deploymentSteer(context, given), options);
  }

  /** From the comparison to the end of its build, in staging. */
  const build = async (id: string) => {
    await take(STAGING);
    await report(STAGING, 'assessed', onBase);
    await report(STAGING, 'built', { artifact: artifact(id) });
  };

  return { fleet, printed, shown, toBeDeployed, report, take, build, deployTo, steer };
}
