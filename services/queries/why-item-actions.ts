// What an operator can do about an item now, the most useful first: only what its record, or its run's, would accept.
// What helps its current run helps the item, so that comes first where a run is under way.
import { runAddress } from '../../machines/address.ts';
import type { EndedRun, ItemContext } from '../../machines/item/context.ts';
import { itemContextOf } from '../../machines/typed-context.ts';
import { userAddress } from './user-address.ts';
import { accepted, looking, type Offer, verb } from './why-commands.ts';
import { type ItemFacts, stateOf } from './why-facts.ts';
import { lookingOffers, troubleOffers } from './why-frame.ts';
import { limitedAccountOf } from './why-item-facts.ts';
import type { Action } from './why-view.ts';

export function itemActions(facts: ItemFacts): Action[] {
  const context = itemContextOf(facts.stored.record);
  const state = stateOf(facts);
  const isEnded = FINAL_STATES.includes(state);
  const offers = [
    ...troubleOffers(facts),
    ...(OFFERS[state]?.(facts, context) ?? []),
    ...(isEnded ? endedOffers(facts, context) : openOffers(facts, context)),
  ];
  const records = new Map([[facts.address, facts.stored]]);
  return accepted(offers, { records, nowMs: facts.nowMs });
}

const FINAL_STATES: readonly string[] = ['done', 'failed', 'cancelled'];

const OFFERS: Readonly<Record<string, (facts: ItemFacts, context: ItemContext) => Offer[]>> = {
  'active.working': (facts) => ofRun(facts),
  'active.cancelling': (facts) => ofRun(facts),
  'active.backingOff': ({ address }, context) => [
    ...lookAtAccount(context),
    verb('pause', address, 'parks it now; `onceward resume` then opens the stage without waiting'),
  ],
  awaitingApproval: ({ address }) => [
    verb('approve', address, 'lets it pass this stage, in your name'),
    verb('reject', address, 'sends it back, or fails it, with that reason'),
  ],
  parked: ({ address }, context) => [
    verb('retry', address, RETRIES[context.parking?.reason ?? ''] ?? RETRY),
    verb('resume', address, 'lets it go on'),
    ...lastLogs(context),
  ],
};

const RETRY = 'lets it go on, with one more verdict of each class granted';
const RETRIES: Readonly<Record<string, string>> = {
  'item-cap-reached': 'lets it go on, with as much again to use as its caps allow',
  'run-cap-reached': 'begins another run of the stage, which may use as much as this one did',
  'pull-request-closed':
    'lets it go on; a new pull request takes the place of the closed one, unless that is reopened',
  'review-rounds': 'lets it do what the last review asked for, and be reviewed once more',
  'no-progress': 'lets it try once more; without a change of something it will end the same way',
};

function lookAtAccount(context: ItemContext): Offer[] {
  const account = limitedAccountOf(context);
  if (account === null) return [];
  return [looking(`why ${account}`, 'says whether its account is suspended, and until when')];
}

/** Without those that only look at the run: the item's own follow. */
function ofRun({ run }: ItemFacts): Offer[] {
  const looks = run === null ? [] : lookingOffers({ address: run.why.address });
  const isLook = ({ command }: Action) => looks.some((look) => look.command === command);
  const actions = run?.why.actions ?? [];
  return actions.filter((action) => !isLook(action) && !action.command.startsWith('onceward why '));
}

/** What the last run said, where a process could say something. */
function lastLogs(context: ItemContext): Offer[] {
  const last = lastRunOf(context);
  const stage = context.pipeline.stages.find(({ name }) => name === last?.stage);
  const isProcess = stage?.kind === 'agent' || stage?.kind === 'command';
  // A run that was cancelled by itself may never have been started.
  if (last === null || !isProcess || last.claimant === 'nobody') return [];
  return [looking(`logs ${last.address}`, 'prints the output of its last run, where that ran')];
}

function openOffers(facts: ItemFacts, { current, isPauseRequested }: ItemContext): Offer[] {
  const { address } = facts;
  const isRunOpen = current !== null;
  return [
    ...(isPauseRequested
      ? [verb('resume', address, 'withdraws the pause that is requested')]
      : [verb('pause', address, 'parks it before its next stage')]),
    verb('cancel', address, `gives it up${isRunOpen ? '; its current run is ended first' : ''}`),
    ...lookingOffers(facts),
  ];
}

function endedOffers(facts: ItemFacts, context: ItemContext): Offer[] {
  const last = lastRunOf(context);
  const [, history] = lookingOffers(facts);
  return [
    ...(history === undefined ? [] : [history]),
    ...(last === null
      ? []
      : [looking(`export ${last.address}`, 'prints its last run with its history as one file')]),
    ...lastLogs(context),
  ];
}

function lastRunOf(context: ItemContext): (EndedRun & { address: string }) | null {
  const { project, item, runs } = context;
  const last = runs.at(-1);
  if (last === undefined) return null;
  const address = userAddress(runAddress(project, item, last.stage, last.attempt));
  return { ...last, address };
}
