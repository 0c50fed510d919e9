// Why a deployment stands where it stands: what is done, who has the lease, what holds it up, and who ends that. Pure.
// It must have an answer for every state of the machine.
import type { DeploymentContext } from '../../machines/deployment/context.ts';
import { deploymentContextOf } from '../../machines/typed-context.ts';
import { deploymentView } from './deployment-reading.ts';
import type { DeploymentView } from './deployment-view.ts';
import { isCarried, LIVE_WORDS, versionWords } from './deployment-words.ts';
import { formatDuration } from './duration.ts';
import { deploymentActions } from './why-deployment-actions.ts';
import { type ActorFacts, isAlive, type Surroundings } from './why-facts.ts';
import { frame } from './why-frame.ts';
import { poolOwner, unservedText } from './why-pool.ts';
import type { Why } from './why-view.ts';

export function explainDeployment(facts: ActorFacts): Why {
  const view = deploymentView(facts.stored, facts.nowMs);
  const context = deploymentContextOf(facts.stored.record);
  return frame(facts, {
    waitsFor: waitedFor(facts, context, view),
    owner: deploymentOwner(facts, context, view),
    ...{ budgets: [], run: null },
    actions: deploymentActions(facts, view),
  });
}

function waitedFor(facts: Surroundings, context: DeploymentContext, view: DeploymentView): string {
  const { waitsFor, queue } = view;
  const behind = queue.length === 0 ? '' : `; behind it: ${queue.length}`;
  return `${waitsFor}${unservedIn(facts, context, view)}${liveWords(view)}${behind}`;
}

function liveWords({ live, liveIs }: DeploymentView): string {
  if (live === null) return '; nothing is known to be live';
  return `; live is ${versionWords(live)}, ${LIVE_WORDS[liveIs]}`;
}

/** Where a worker is waited for, and nobody alive could be it. */
function unservedIn(
  facts: Surroundings,
  { holder, settings }: DeploymentContext,
  { state, hold }: DeploymentView,
): string {
  if (settings === null || hold !== null || !isCarried(state)) return '';
  if (holder === null) return unservedText(facts, settings);
  return isAlive(facts, holder.worker) === false
    ? `; but the presence of ${holder.worker} has lapsed`
    : '';
}

/** Who is to move the deployment on; a release in it has no other. */
export function deploymentOwner(
  facts: Surroundings,
  context: DeploymentContext,
  { hold, operation, state, queue }: Pick<DeploymentView, 'hold' | 'operation' | 'state' | 'queue'>,
): Why['owner'] {
  const { holder, settings, project } = context;
  if (hold !== null) {
    const words = hold.decisions.map(({ command }) => command).join(', or ');
    return { who: 'an operator', isAlive: null, detail: words && `says ${words}` };
  }
  if (operation === null) {
    const isNext = queue.length > 0;
    return { who: isNext ? 'the host' : 'the items that come to it', isAlive: null, detail: '' };
  }
  if (!isCarried(state)) {
    return { who: 'the host', isAlive: null, detail: 'fires the deadline of the next measurement' };
  }
  if (holder !== null) return holderOwner(facts, holder);
  if (operation.notBeforeMs !== null && operation.notBeforeMs > facts.nowMs) {
    return { who: 'the host', isAlive: null, detail: 'fires the deadline of the next try' };
  }
  const detail = `${operation.kind} ${operation.number} needs a worker`;
  if (settings === null) return { who: 'a worker', isAlive: null, detail };
  return poolOwner(facts, { project, stage: settings.stage }, { lane: 'deploy', detail });
}

function holderOwner(
  facts: Surroundings,
  { worker, machine, token, sinceMs, progressAtMs }: NonNullable<DeploymentContext['holder']>,
): Why['owner'] {
  const on = machine === '' ? '' : ` on ${machine}`;
  const ago = (atMs: number) => `${formatDuration(facts.nowMs - atMs)} ago`;
  const detail = `took the lease${on} ${ago(sinceMs)}, token ${token}; last progress ${ago(progressAtMs)}`;
  return { who: worker, isAlive: isAlive(facts, worker), detail };
}
