// What an operator can do about a deployment. Only what its record would accept is shown.
import { deploymentAddress } from '../../machines/address.ts';
import type { Stored } from '../../machines/record.ts';
import { deploymentContextOf } from '../../machines/typed-context.ts';
import type { DeploymentView } from './deployment-view.ts';
import { shortDigest } from './deployment-words.ts';
import { accepted, looking, type Offer } from './why-commands.ts';
import type { ActorFacts } from './why-facts.ts';
import { lookingOffers, troubleOffers } from './why-frame.ts';
import type { Action } from './why-view.ts';

const by = 'operator';

export function deploymentActions(facts: ActorFacts, view: DeploymentView): Action[] {
  const offers = [
    ...troubleOffers(facts),
    ...decisionOffers(view),
    ...rollbackOffers(view),
    ...holdOffers(view),
    looking(
      `deployments ${whichOf(view)}`,
      'shows what is live, what is done, and how it is watched',
    ),
    ...lookingOffers(facts),
  ];
  const records = new Map([[facts.address, facts.stored]]);
  return accepted(offers, { records, nowMs: facts.nowMs });
}

/** As in the subjects. */
export function deploymentAddressOf({ record }: Stored): string {
  const { project, environment } = deploymentContextOf(record);
  return deploymentAddress(project, environment);
}

/** What a person may decide about what is held. */
export function decisionOffers({
  hold,
  address,
}: Pick<DeploymentView, 'hold' | 'address'>): Offer[] {
  const decisions = hold?.decisions ?? [];
  return decisions.map(({ command, decision, does, isOverride }) => ({
    command: isOverride ? `${command} --reason 'why'` : command,
    does,
    sends: { address, type: 'release', data: { by, decision, reason: '' } },
  }));
}

export function rollbackOffers(view: DeploymentView): Offer[] {
  const { rollbackTo, address } = view;
  if (rollbackTo === null) return [];
  return [
    {
      command: `onceward rollback ${whichOf(view)} --reason 'why'`,
      does: `brings ${shortDigest(rollbackTo.digest)} back, which was good before`,
      sends: { address, type: 'rollback', data: { by, reason: 'why' } },
    },
  ];
}

function holdOffers(view: DeploymentView): Offer[] {
  const { address, operation, hold } = view;
  if (hold !== null) return [];
  const during =
    operation?.isTouched === true ? '; what is under way is ended first' : '; nothing is changed';
  return [
    {
      command: `onceward hold ${whichOf(view)} --reason 'why'`,
      does: `begins nothing further until it is released${during}`,
      sends: { address, type: 'hold', data: { by, reason: 'why' } },
    },
  ];
}

function whichOf({
  project,
  environment,
}: Pick<DeploymentView, 'project' | 'environment'>): string {
  return `${project} ${environment}`;
}
