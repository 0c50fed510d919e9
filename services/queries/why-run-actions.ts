// What an operator can do about a run now, the most useful first: only what its record, or its item's, would accept.
// It must never offer to end or judge anything without saying what has to be certain before.
import type { RunContext } from '../../machines/run/context.ts';
import { runContextOf } from '../../machines/typed-context.ts';
import { userAddress } from './user-address.ts';
import { accepted, looking, type Offer, sending, verb } from './why-commands.ts';
import { deploymentAddressOf } from './why-deployment-actions.ts';
import { isAlive, type RunFacts, stateOf } from './why-facts.ts';
import { lookingOffers, troubleOffers } from './why-frame.ts';
import { isPoolServed } from './why-pool.ts';
import { queueAddressOf } from './why-queue-actions.ts';
import { deployedOffers } from './why-run-deployment.ts';
import {
  heldForOf,
  isProcess,
  isWorkerOn,
  itemAddressOf,
  itemOf,
  machineOf,
} from './why-run-facts.ts';
import { queuedOffers } from './why-run-queue.ts';
import type { Action } from './why-view.ts';

export function runActions(facts: RunFacts): Action[] {
  const context = runContextOf(facts.stored.record);
  const offers = [
    ...troubleOffers(facts),
    ...(OFFERS[stateOf(facts)]?.(facts, context) ?? []),
    ...(FINAL_STATES.includes(stateOf(facts)) ? endedOffers(facts, context) : openOffers(facts)),
  ];
  const records = new Map([[facts.address, facts.stored]]);
  if (facts.item !== null) records.set(itemAddressOf(facts), facts.item);
  const account = heldForOf(runContextOf(facts.stored.record));
  if (account !== null && facts.account) records.set(account, facts.account);
  if (facts.queue) records.set(queueAddressOf(facts.queue), facts.queue);
  const { deployment } = facts;
  if (deployment) records.set(deploymentAddressOf(deployment), deployment);
  return accepted(offers, { records, nowMs: facts.nowMs });
}

const FINAL_STATES: readonly string[] = ['advanced', 'cancelled'];

const OFFERS: Readonly<Record<string, (facts: RunFacts, context: RunContext) => Offer[]>> = {
  'running.queued': (facts, context) => {
    if (context.stage.kind === 'approval') return approvalOffers(facts);
    if (context.stage.kind === 'checks') return [claimOffer(facts, context)];
    if (context.stage.kind === 'merge') return queuedOffers(facts);
    if (context.stage.kind === 'deploy') return deployedOffers(facts);
    return isProcess(context) ? workerOffers(facts, context) : [exitOffer(facts, context)];
  },
  'running.held': heldOffers,
  'running.starting': atWork,
  'running.working': atWork,
  'running.overCap': (facts, context) => [
    sending(facts.address, { type: 'allow' }, 'lets it use as much again before it is asked again'),
    ...atWork(facts, context),
  ],
  'running.stopping': atWork,
  finalizing: (facts, context) =>
    isProcess(context) ? logsOffers(facts, context) : [claimOffer(facts, context)],
  graceExpired: (facts, context) => [
    ...workerOffers(facts, context),
    claimOffer(facts, context),
    ...logsOffers(facts, context),
  ],
  claimed: (facts) => whyItem(facts, 'says where its item stands, which has to move on'),
  cancelling: (facts, context) => {
    const machine = machineOf(context);
    const where = machine === null ? 'its machine' : `machine ${machine}`;
    const gone = `tells it that its process is gone; make sure of that on ${where} first`;
    return [
      ...(isWorkerOn(facts, machine) === false ? [startWorker(` (on ${where})`)] : []),
      sending(facts.address, { type: 'gone', data: { epoch: context.epoch } }, gone),
    ];
  },
};

function atWork(facts: RunFacts, context: RunContext): Offer[] {
  if (!isProcess(context)) return [exitOffer(facts, context)];
  const { worker, epoch } = context;
  const hasLapsed = worker !== null && isAlive(facts, worker) === false;
  const evidence = 'its presence has lapsed';
  const does = `takes ${worker} for lost now, instead of waiting for the reaper; make sure that it is`;
  const lost = { type: 'worker-lost', data: { epoch, worker, evidence } };
  return [
    ...(hasLapsed ? [sending(facts.address, lost, does)] : []),
    ...logsOffers(facts, context, ' -f'),
  ];
}

/** Where its account is suspended; one that is available again needs nobody. */
function heldOffers(_: RunFacts, context: RunContext): Offer[] {
  const account = heldForOf(context);
  if (account === null) return [];
  const more = context.hold?.cause === 'cap-reached' ? ', and as much again be used today' : '';
  const resume = `lets runs begin on ${account} now${more}; this one within five minutes`;
  return [
    sending(account, { type: 'resume' }, resume),
    looking(`why ${account}`, 'says why its account is suspended, and until when'),
  ];
}

function workerOffers(facts: RunFacts, { stage }: RunContext): Offer[] {
  const look = looking('ps workers', 'lists the hosts and workers that are alive');
  return isPoolServed(facts, { stage }) === false ? [startWorker('', stage.labels), look] : [look];
}

function startWorker(where: string, labels: readonly string[] = []): Offer {
  const having = labels.length === 0 ? '' : ` --labels ${labels.join(',')}`;
  return looking(
    `up --role worker${having}`,
    `starts a worker here${where}, for the pools of its onceward.yaml`,
  );
}

function approvalOffers(facts: RunFacts): Offer[] {
  const item = itemAddressOf(facts);
  return [
    verb('approve', item, 'lets the item pass this stage, in your name'),
    verb('reject', item, 'sends the item back, or fails it, with that reason'),
  ];
}

function exitOffer({ address }: RunFacts, { epoch }: RunContext): Offer {
  const exit = { type: 'exited', data: { epoch, code: 0 } };
  return sending(address, exit, 'records that the work has ended well, as its publisher would');
}

/** By default a verdict that passes nothing on: whoever pastes it without reading must not ship anything. */
function claimOffer({ address, stored }: RunFacts, { epoch }: RunContext): Offer {
  const verdict = { kind: 'product_fail', cause: 'by-hand', summary: 'judged by hand' };
  const evaluatedRevision = stored.revision;
  const data = { epoch, claimant: 'operator', verdict, evaluatedRevision };
  const does = 'claims it with the verdict written there (pass or product_fail); no gate is asked';
  return sending(address, { type: 'claim', data }, does);
}

/** A command that was never started has written nothing. */
function logsOffers({ address }: RunFacts, context: RunContext, flag = ''): Offer[] {
  if (!isProcess(context) || context.startedAtMs === null) return [];
  const machine = machineOf(context);
  const where = machine === null ? '' : `; on machine ${machine}`;
  const does = flag === '' ? 'prints its output' : 'follows its output';
  return [looking(`logs ${userAddress(address)}${flag}`, `${does}${where}`)];
}

function openOffers(facts: RunFacts): Offer[] {
  const { exit, worker } = runContextOf(facts.stored.record);
  const before = worker === null ? '' : ', and its process is ended first';
  const cancel = `cancels the whole item${exit === null ? before : ', once this run is through'}`;
  return [verb('cancel', itemAddressOf(facts), cancel), ...lookingOffers(facts)];
}

function endedOffers(facts: RunFacts, context: RunContext): Offer[] {
  const user = userAddress(facts.address);
  const [, history] = lookingOffers(facts);
  return [
    ...(history === undefined ? [] : [history]),
    looking(`export ${user}`, 'prints it with its history as one file, for replay and bug reports'),
    ...logsOffers(facts, context),
    ...whyItem(facts, 'says where its item stands now'),
  ];
}

function whyItem(facts: RunFacts, does: string): Offer[] {
  return facts.item === null ? [] : [looking(`why ${itemOf(facts)}`, does)];
}
