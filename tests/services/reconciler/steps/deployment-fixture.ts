// Versions that come to an environment behind the stand-ins, and what a worker would report of them.
// It must never answer for the deployment: that is decided by its machine.
import { deploymentAddress } from '../../../../machines/address.ts';
import { createDeploymentStep } from '../../../../services/reconciler/steps/deployment-step.ts';
import {
  createOutsideStandIns,
  LATER_SHA,
  SHA,
  type StandInOptions,
} from '../outside-stand-ins.ts';

export const DEPLOYMENT = deploymentAddress('shop', 'production');
const IMAGE = 'registry.test/acme/shop';
const FINDINGS = ['tag', 'revision', 'statement'].map((check) => ({ check, isMet: true }));

/** Of what was built of a commit. */
export function digestOf(sha: string): string {
  return `sha256:${sha.slice(0, 1).repeat(64)}`;
}

function deploying(deploy: object = {}): NonNullable<StandInOptions['stages']> {
  const rules = {
    ...{ environment: 'production', image: { name: IMAGE } },
    ...{ build: { command: 'true' }, deploy: { command: 'true' }, reaction: { openItem: true } },
    ...deploy,
  };
  return [
    { name: 'build', kind: 'external' },
    { name: 'ship', kind: 'deploy', onFail: 'build', deploy: rules },
  ] as NonNullable<StandInOptions['stages']>;
}

export function setup(options: StandInOptions & { deploy?: object } = {}) {
  const stages = deploying(options.deploy);
  const outside = createOutsideStandIns({ stages, isSettled: true, ...options });
  const { deps, onTrouble, project, send, deployments } = outside;
  const step = createDeploymentStep({ ...deps, onTrouble });
  const deployment = () => {
    const [view] = deployments.of('shop');
    if (view === undefined) throw new Error('there is no deployment');
    return view;
  };
  const take = () => send(DEPLOYMENT, 'take', { worker: 'worker-1', machine: 'm' });
  /** A worker's word, with its lease. */
  const report = (type: string, data: Record<string, unknown> = {}) => {
    const { holder, operation } = deployment().context;
    return send(DEPLOYMENT, type, { token: holder?.token, operation: operation?.number, ...data });
  };
  /** As far as its deploy command. */
  const bringUp = async (sha: string) => {
    await take();
    await report('assessed', { isOnBase: true, isContained: false, isNeeded: true });
    const made = { sha, image: IMAGE, digest: digestOf(sha), statement: '{}' };
    await report('built', { artifact: { ...made, environment: 'production', builtAtMs: 1 } });
    await report('checked', { digest: made.digest, sha, findings: FINDINGS });
    await report('promoted', { digest: made.digest });
  };
  /** An item whose commit has landed has come to the environment. */
  const arrive = async (item = 'gh-7', sha = SHA) => {
    await send(`item.shop.${item}`, 'open', { title: 'a change' });
    await send(`run.shop.${item}.build.1`, 'exited', { code: 0 });
    const verdict = { kind: 'pass', cause: 'gates', headSha: sha, isLanded: true };
    return send(`run.shop.${item}.build.1`, 'claim', { claimant: 'ci', verdict });
  };
  const deployed = async (sha = SHA) => {
    await bringUp(sha);
    return report('deployed', { digest: digestOf(sha) });
  };
  return Object.assign(outside, {
    ...{ step, deployment, take, report, bringUp, arrive, deployed },
    look: () => step.look(project),
    incident: () => deployment().context.incidents.at(-1),
    /** After one that is good, item gh-8 brings one that proves bad. */
    async degrade(summary = 'GET / answers 500') {
      await arrive('gh-7', SHA);
      await deployed(SHA);
      await arrive('gh-8', LATER_SHA);
      await bringUp(LATER_SHA);
      const fault = { kind: 'product_fail', phase: 'verify', cause: 'verify-failed', summary };
      return report('failed', fault);
    },
    async rolledBack() {
      await take();
      return report('rolled-back', { digest: digestOf(SHA) });
    },
  });
}
