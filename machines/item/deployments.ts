// What an item asks of the deployment of an environment: that its landed commit is brought there.
// Repeating it is harmless: a deployment knows its releases by item and attempt.
import { deploymentAddress } from '../address.ts';
import type { Pass } from '../deployment/artifact.ts';
import type { DeployRules } from '../deployment/rules.ts';
import type { Effect } from '../effect.ts';
import type { Stage } from '../pipeline.ts';
import { type ItemArgs, type ItemContext, stageOf } from './context.ts';
import { decided, NO_COMMIT, NOT_LANDED, nothingToDo, settingsOf } from './shared-stage.ts';

const MAX_TITLE_CHARACTERS = 200;
const MAX_PASSES = 16;

/** Its run is open, and waits for what the deployment says; where its condition does not hold it need not wait. */
export function comeToDeployment(context: ItemContext, stage: Stage): Effect[] {
  const { project, item, headSha, current, artifact } = context;
  const { deploy } = stage;
  if (current === null || deploy === undefined) return [];
  if (headSha === null) return nothingToDo(context, 'nothing-to-deploy', NO_COMMIT);
  const unmet = unmetCondition(context, deploy);
  if (unmet !== null) return nothingToDo(context, unmet.cause, unmet.summary);
  const sha = artifact?.sha ?? landedShaOf(context);
  if (sha === null) {
    const summary = 'only what has landed on the base is deployed, and this has not';
    return [decided(context, { kind: 'inconclusive', cause: NOT_LANDED, summary })];
  }
  const to = deploymentAddress(project, deploy.environment);
  const told = {
    ...{ item, stage: stage.name, attempt: current.attempt, headSha, sha },
    title: context.title.slice(0, MAX_TITLE_CHARACTERS),
    ...{ artifact: artifact ?? null, passes: passesOf(context) },
    settings: settingsOf(context, stage),
  };
  return [
    // Opening one that is open changes nothing.
    { type: 'tell', to, event: 'open', data: {} },
    { type: 'tell', to, event: 'request', data: told },
  ];
}

/** Its run has ended without the deployment. */
export function leaveDeployment({ context, event }: ItemArgs): Effect[] {
  if (event.type !== 'run-cancelled' && event.type !== 'advance') return [];
  const { attempt } = event.data;
  const deploy = stageOf(context, event.data.stage)?.deploy;
  if (deploy === undefined) return [];
  const reason =
    event.type === 'advance'
      ? `its run was claimed by ${event.data.claimant}`
      : 'its run was cancelled';
  const to = deploymentAddress(context.project, deploy.environment);
  return [{ type: 'tell', to, event: 'withdraw', data: { item: context.item, attempt, reason } }];
}

/** Where the very same image was found good. */
function passesOf({ runs }: ItemContext): Pass[] {
  return runs
    .filter(({ verdict }) => verdict.kind === 'pass')
    .flatMap(({ verdict: { deployment } }) => deployment ?? [])
    .map(({ environment, digest }) => ({ environment, digest }))
    .slice(-MAX_PASSES);
}

/** What the queue has said, or the forge; a commit that is on the base as it was pushed stands for itself. */
function landedShaOf({ landedSha, isLanded, headSha }: ItemContext): string | null {
  return landedSha ?? (isLanded ? headSha : null);
}

/** Why it is passed over, by what is known of it without looking at the commit. */
function unmetCondition(
  { origin }: ItemContext,
  { enabled, when, environment }: DeployRules,
): { cause: string; summary: string } | null {
  if (!enabled)
    return { cause: 'disabled', summary: `the project deploys nothing to ${environment}` };
  const { labels } = when ?? {};
  const known = origin?.labels ?? [];
  if (labels === undefined || labels.some((label) => known.includes(label))) return null;
  const found = known.join(', ') || 'none';
  return { cause: 'labels', summary: `its labels (${found}) hold none of ${labels.join(', ')}` };
}
