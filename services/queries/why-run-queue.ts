// Why a run of a stage of kind `merge` waits: where its item stands in the merge queue, and what that waits for. Pure.
// It must never say that it is in the queue when the queue has not heard of it.
import type { RunContext } from '../../machines/run/context.ts';
import { itemContextOf, mergeContextOf } from '../../machines/typed-context.ts';
import { queueView } from './queue-reading.ts';
import type { QueueView, TrainEntry } from './queue-view.ts';
import { userAddress } from './user-address.ts';
import { looking, type Offer } from './why-commands.ts';
import type { RunFacts } from './why-facts.ts';
import { queueOwner } from './why-queue.ts';
import { entryOffers, resumeOffer } from './why-queue-actions.ts';
import { itemOf } from './why-run-facts.ts';
import { agoOf } from './why-run-words.ts';
import type { Why } from './why-view.ts';

type Explanation = Pick<Why, 'waitsFor' | 'owner'>;

export function awaitedQueue(facts: RunFacts, context: RunContext): Explanation {
  if (!facts.queue) return unopened(facts, context);
  const view = queueView(facts.queue, facts.nowMs);
  const entry = view.train.find(({ run }) => run === userAddress(facts.address));
  if (entry === undefined) return outside(facts, view);
  const owner = queueOwner(facts, mergeContextOf(facts.queue.record), view);
  return { waitsFor: standingOf(facts, view, entry), owner: ownerOf(entry, owner) };
}

function standingOf(facts: RunFacts, view: QueueView, entry: TrainEntry): string {
  const { position, place, waitsFor, enqueuedAtMs } = entry;
  const where = `number ${position} of ${view.train.length} in ${view.address}, ${place}`;
  const since = `there since ${agoOf(facts, enqueuedAtMs)}`;
  return `the merge queue, where it is ${where}, ${since}: it waits for ${waitsFor}${leaseOf(facts, view)}`;
}

/** Who has the lease, since when, and what for. */
function leaseOf(facts: RunFacts, { holder, trial }: QueueView): string {
  if (trial === null) return '';
  if (holder === null) return `; trial ${trial.number} ${trial.step}`;
  const doing = holder.doing === '' ? '' : ` (${holder.doing})`;
  const since = `since ${agoOf(facts, holder.sinceMs)}`;
  return `; ${holder.worker} has the lease ${since}, for trial ${trial.number}, which ${trial.step}${doing}`;
}

/** Whoever moves the queue does not help an item that is not let in. */
function ownerOf({ isAdmitted, place }: TrainEntry, owner: Why['owner']): Why['owner'] {
  const isTried = place === 'merging' || place === 'testing';
  if (isAdmitted || isTried) return owner;
  return { who: 'the forge', isAlive: null, detail: 'says whether it may be tried' };
}

function unopened(facts: RunFacts, { stage }: RunContext): Explanation {
  const base = facts.item === null ? null : itemContextOf(facts.item.record).pipeline.baseBranch;
  const of = base === null ? '' : ` of ${base}`;
  const waitsFor = `the merge queue${of} to take it in, for stage ${stage.name}; there is no record of one yet`;
  return { waitsFor, owner: { who: 'the host', isAlive: null, detail: 'tells the queue of it' } };
}

/** The queue has decided already, or has not heard of it. */
function outside(facts: RunFacts, view: QueueView): Explanation {
  const decided = view.decided.find(({ run }) => run === userAddress(facts.address));
  const owner = { who: 'the host', isAlive: null, detail: 'tells the one of the other' };
  if (decided === undefined) {
    return { waitsFor: `${view.address} to take it in; it has not heard of it yet`, owner };
  }
  const what = decided.outcome === 'landed' ? 'landed' : `sent it back (${decided.cause})`;
  const waitsFor = `the word of ${view.address}, which has ${what} ${agoOf(facts, decided.atMs)}`;
  return { waitsFor, owner };
}

export function queuedOffers(facts: RunFacts): Offer[] {
  if (!facts.queue) return [];
  const view = queueView(facts.queue, facts.nowMs);
  const item = itemOf(facts).split('/').at(-1) ?? '';
  return [
    ...(view.hold === null ? [] : [resumeOffer(view)]),
    ...entryOffers(view, item),
    looking(`why ${view.address}`, 'says what the whole queue waits for'),
  ];
}
