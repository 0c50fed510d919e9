// Why a run of a stage of kind `deploy` waits: where its item stands in the deployment, and what that waits for. Pure.
// It must never say that it is there when the deployment has not heard of it.
import type { DeploymentContext } from '../../machines/deployment/context.ts';
import type { RunContext } from '../../machines/run/context.ts';
import { deploymentContextOf } from '../../machines/typed-context.ts';
import { deploymentView } from './deployment-reading.ts';
import type { DeploymentView } from './deployment-view.ts';
import { userAddress } from './user-address.ts';
import { looking, type Offer } from './why-commands.ts';
import { deploymentOwner } from './why-deployment.ts';
import { decisionOffers, rollbackOffers } from './why-deployment-actions.ts';
import type { RunFacts } from './why-facts.ts';
import { agoOf } from './why-run-words.ts';
import type { Why } from './why-view.ts';

type Explanation = Pick<Why, 'waitsFor' | 'owner'>;

export function awaitedDeployment(facts: RunFacts, context: RunContext): Explanation {
  if (!facts.deployment) return unopened(context);
  const view = deploymentView(facts.deployment, facts.nowMs);
  const deployment = deploymentContextOf(facts.deployment.record);
  const run = userAddress(facts.address);
  const owner = deploymentOwner(facts, deployment, view);
  if (view.release?.run === run) {
    const since = agoOf(facts, view.operation?.startedAtMs ?? view.release.requestedAtMs);
    const waitsFor = `${view.address}, where it is under way, begun ${since}: it waits for ${view.waitsFor}`;
    return { waitsFor, owner };
  }
  const queued = view.queue.find((one) => one.run === run);
  if (queued === undefined) return outside(facts, context, { view, deployment });
  const where = `number ${queued.position} of ${view.queue.length} that wait`;
  const since = `there since ${agoOf(facts, queued.requestedAtMs)}`;
  const waitsFor = `${view.address}, where it is ${where}, ${since}: it waits for ${queued.waitsFor}; the environment waits for ${view.waitsFor}`;
  return { waitsFor, owner };
}

function unopened({ stage }: RunContext): Explanation {
  const environment = stage.deploy?.environment ?? 'its environment';
  const waitsFor = `the deployment of ${environment} to take it in, for stage ${stage.name}; there is no record of one yet`;
  return { waitsFor, owner: { who: 'the host', isAlive: null, detail: 'tells it of the item' } };
}

/** The deployment has decided already, or has not heard of it. */
function outside(
  facts: RunFacts,
  { item, stage, attempt }: RunContext,
  { view, deployment }: { view: DeploymentView; deployment: DeploymentContext },
): Explanation {
  const owner = { who: 'the host', isAlive: null, detail: 'tells the one of the other' };
  const isThis = (one: DeploymentContext['decided'][number]) =>
    one.item === item && one.stage === stage.name && one.attempt === attempt;
  const decided = deployment.decided.findLast(isThis);
  if (decided === undefined) {
    return { waitsFor: `${view.address} to take it in; it has not heard of it yet`, owner };
  }
  const when = agoOf(facts, decided.atMs);
  const waitsFor = `the word of ${view.address}, which has said ${decided.kind} (${decided.cause}) ${when}`;
  return { waitsFor, owner };
}

export function deployedOffers(facts: RunFacts): Offer[] {
  if (!facts.deployment) return [];
  const view = deploymentView(facts.deployment, facts.nowMs);
  const isHere = view.release?.run === userAddress(facts.address);
  return [
    ...decisionOffers(view),
    ...(isHere ? rollbackOffers(view) : []),
    looking(`why ${view.address}`, 'says what the whole environment waits for'),
  ];
}
