// Rules on every record of a merge queue: who holds the lease, what may land, and that nobody gets lost.
// They must never ask the code under test how it has come to what it says.
import type { Entry } from '../../machines/merge/context.ts';
import { isRun, type Landing, runOf } from './landing.ts';
import { attemptOf, decidedBy, queueOf } from './merge-truth.ts';
import type { Rule } from './rule.ts';

const HOUR_MS = 3_600_000;

export const MERGE_RULES: readonly Rule[] = [
  { invariant: 'one worker at a time holds the merge lease', broken: secondHolder },
  { invariant: 'a merge lease is newer than all before it', broken: oldToken, needsMemory: true },
  { invariant: 'a report speaks for the present lease and trial', broken: strangersReport },
  { invariant: 'one trial at a time', broken: secondTrial },
  { invariant: 'only what was tested as it is may be landed', broken: untested, needsMemory: true },
  {
    invariant: 'whoever is first is tried first, unless a red trial has held it',
    broken: overtaken,
  },
  { invariant: 'nobody in the queue is lost', broken: lostEntry },
  { invariant: 'nothing is tried while a queue stands still', broken: triedWhileStill },
];

/** Of a run, which hears from a queue. */
export const QUEUED_RUN_RULES: readonly Rule[] = [
  {
    invariant: 'a run is told what its queue has decided',
    broken: undecidedClaim,
    needsMemory: true,
  },
];

function secondHolder({ previous, next }: Landing): string | null {
  const before = previous === null ? null : queueOf(previous).holder;
  const { holder } = queueOf(next);
  if (before === null || holder === null || before.token === holder.token) return null;
  return `${holder.worker} has taken ${next.address}, which ${before.worker} holds`;
}

function oldToken({ previous, next, truth }: Landing): string | null {
  const { holder } = queueOf(next);
  if (holder === null || (previous !== null && queueOf(previous).holder !== null)) return null;
  if (holder.token > truth.merges.newestToken && holder.token === previous?.revision) return null;
  return `${holder.worker} got token ${holder.token} after ${truth.merges.newestToken}`;
}

function strangersReport({ previous, next }: Landing): string | null {
  const { type, data } = next.record.event;
  if (previous === null || data === null) return null;
  const { holder, trial } = queueOf(previous);
  const { token, trial: number } = data;
  if (token !== undefined && token !== holder?.token) {
    return `${next.address} applied ${type} of lease ${token}, held is ${holder?.token}`;
  }
  if (number === undefined || number === trial?.number) return null;
  return `${next.address} applied ${type} of trial ${number}, it is ${trial?.number}`;
}

function secondTrial({ previous, next }: Landing): string | null {
  if (previous === null) return null;
  const before = queueOf(previous).trial;
  const { trial, trials, ended } = queueOf(next);
  const isSame = before?.number === trial?.number;
  if (isSame) return null;
  const hasEnded = before === null || ended.some(({ number }) => number === before.number);
  if (!hasEnded) return `trial ${before.number} of ${next.address} is gone without an end`;
  if (trial === null || trial.number === queueOf(previous).trials + 1) return null;
  return `${next.address} went on to trial ${trial.number} of ${trials}`;
}

function untested({ next, truth }: Landing): string | null {
  if (next.state !== 'merging') return null;
  const { trial } = queueOf(next);
  const sha = trial?.candidate?.sha ?? '';
  const isPassed = trial?.gates === 'passed' && trial.checks !== 'pending';
  if (isPassed && trial.kind === 'batch' && truth.merges.remote.isTested(sha)) return null;
  return `${next.address} is about to land ${sha}, which has not passed`;
}

/** Only those wait, while others behind them are tried, that a red trial has held. */
function overtaken({ previous, next }: Landing): string | null {
  const { trial, hunt, reds, entries } = queueOf(next);
  const before = previous === null ? null : queueOf(previous).trial;
  if (trial === null || trial.kind === 'control' || before?.number === trial.number) return null;
  const { members } = trial;
  const suspects = hunt?.suspects ?? [];
  const isSuspected = ({ item, isAlone }: Entry) =>
    isAlone || suspects.includes(item) || reds.some((red) => red.includes(item));
  const order = entries.filter(({ isAdmitted }) => isAdmitted).sort(byRank);
  const last = order.findLastIndex((one) => members.includes(one.item) && !isSuspected(one));
  const waiting = order.slice(0, last + 1).filter(({ item }) => !members.includes(item));
  const first = waiting.find((one) => !isSuspected(one));
  if (first !== undefined) return `${next.address} tries ${members}, and ${first.item} is before`;
  const unadmitted = members.find((item) => !order.some((one) => one.item === item));
  if (members.length > 0 && unadmitted === undefined) return null;
  return `${next.address} tries ${unadmitted ?? 'nobody'}, who may not be tried`;
}

function byRank(one: Entry, other: Entry): number {
  return placeOf(one) - placeOf(other) || (one.item < other.item ? -1 : 1);
}

function placeOf({ movedTo, enqueuedAtMs, priority, retries }: Entry): number {
  return movedTo ?? enqueuedAtMs + (priority * 6 + Math.min(retries, 3)) * HOUR_MS;
}

function lostEntry(landing: Landing): string | null {
  const { previous, next } = landing;
  if (previous === null) return null;
  const { type, data } = next.record.event;
  const { entries, trial } = queueOf(next);
  const isStill = (item: string) => entries.some((entry) => entry.item === item);
  const decided = decidedBy(landing).map(attemptOf);
  const isGone = (entry: Entry) =>
    decided.includes(attemptOf(entry)) ||
    (type === 'withdraw' && attemptOf(entry) === `${data?.['item']}/${data?.['attempt']}`) ||
    (entry.withdrawn !== null && trial?.number !== queueOf(previous).trial?.number);
  const lost = queueOf(previous).entries.find((one) => !isStill(one.item) && !isGone(one));
  if (lost !== undefined) return `${attemptOf(lost)} was lost by ${type}`;
  if (type !== 'enqueue' || isStill(String(data?.['item']))) return null;
  const known = queueOf(next).decided.map(attemptOf);
  const isKnown = known.includes(`${data?.['item']}/${data?.['attempt']}`);
  return isKnown ? null : `${data?.['item']} came to ${next.address} and is not there`;
}

function triedWhileStill({ next }: Landing): string | null {
  const { trial, freeze, pause } = queueOf(next);
  const isStill = next.state === 'frozen' || next.state === 'paused';
  if (isStill && trial !== null) return `${next.address} is ${next.state} with a trial`;
  if (isStill && freeze === null && pause === null) {
    return `${next.address} is ${next.state} and does not say why`;
  }
  return null;
}

function undecidedClaim({ previous, next, truth }: Landing): string | null {
  if (!isRun(next) || previous === null || runOf(previous).claim !== null) return null;
  const { claim, item, attempt } = runOf(next);
  if (claim === null || !claim.claimant.startsWith('queue:')) return null;
  const decided = truth.merges.decided.get(attemptOf({ item, attempt }));
  const wanted = decided?.outcome === 'landed' ? 'pass' : 'product_fail';
  const isSame = decided !== undefined && claim.verdict.kind === wanted;
  if (isSame && claim.verdict.isLanded === (wanted === 'pass')) return null;
  return `${next.address} was told ${claim.verdict.kind}, decided was ${decided?.outcome ?? 'nothing'}`;
}
