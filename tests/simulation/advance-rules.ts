// Rules on how items and runs move each other: one advance for each attempt, by the run that holds the claim,
// never before the grace, and no effect of a commit that does not stand in a record.
import { decide } from '../../machines/decide.ts';
import {
  addressOfRun,
  effectIdsOf,
  isRun,
  itemOf,
  type Known,
  type Landing,
  runOf,
  type Truth,
} from './landing.ts';
import type { Rule } from './rule.ts';

const EFFECT_ID = /^(?:run|item|account|merge|deployment)\.[^:]*:\d+:\d+$/;
const DECIDED_STATES = ['claimed', 'advanced', 'cancelled'];

export const ADVANCE_RULES: readonly Rule[] = [
  { invariant: 'one advance for each item and attempt', broken: wrongAdvance, needsMemory: true },
  { invariant: 'no two next runs are opened for one', broken: wrongOpening, needsMemory: true },
  {
    invariant: 'only the claim that stands moves the item',
    broken: foreignAdvance,
    needsMemory: true,
  },
  { invariant: 'no claim is replaced', broken: replacedClaim },
  { invariant: 'a claim rests on the revision it was evaluated on', broken: wrongClaim },
  { invariant: 'nobody takes a finished run over before its grace', broken: earlyTakeover },
];

/** Of whoever asks something of the world or of others. */
export const EFFECT_RULES: readonly Rule[] = [
  { invariant: 'no effect without its commit', broken: effectWithoutCommit, needsMemory: true },
  {
    invariant: 'no effect is dropped before it was performed',
    broken: droppedEffect,
    needsMemory: true,
  },
];

/** The run this landing has moved its item on for; null when it has not. */
function endedBy({ previous, next }: Landing): ReturnType<typeof itemOf>['runs'][number] | null {
  if (isRun(next) || previous === null) return null;
  const before = itemOf(previous).runs.length;
  const { runs } = itemOf(next);
  return runs.length > before ? (runs.at(-1) ?? null) : null;
}

function wrongAdvance(landing: Landing): string | null {
  const ended = endedBy(landing);
  if (ended === null || landing.previous === null) return null;
  const item = itemOf(landing.next);
  const run = addressOfRun(item, ended);
  if (landing.truth.advanced.has(run)) return `${run} moved its item on twice`;
  const { current, runs } = itemOf(landing.previous);
  const isCurrent = current?.stage === ended.stage && current.attempt === ended.attempt;
  if (!isCurrent) return `${run} moved its item on, and the current run was ${nameOf(current)}`;
  return item.runs.length === runs.length + 1 ? null : `${run} ended more runs than itself`;
}

function nameOf(run: { stage: string; attempt: number } | null): string {
  return run === null ? 'none' : `${run.stage}/${run.attempt}`;
}

function wrongOpening({ previous, next, truth }: Landing): string | null {
  if (!isRun(next)) {
    const { current } = itemOf(next);
    const before = previous === null ? null : itemOf(previous).current;
    if (current === null || nameOf(before) === nameOf(current)) return null;
    const run = addressOfRun(itemOf(next), current);
    return truth.current.has(run) ? `${run} became the current run twice` : null;
  }
  if (previous !== null) return null;
  if (!truth.current.has(next.address)) return `${next.address} was opened and never was current`;
  const family = next.address.split('.').slice(0, 3).join('.');
  const other = [...truth.records.values()].find(
    (known) => known.address.startsWith(`${family}.`) && !DECIDED_STATES.includes(known.state),
  );
  return other === undefined ? null : `${next.address} was opened while ${other.address} is open`;
}

function foreignAdvance(landing: Landing): string | null {
  const ended = endedBy(landing);
  if (ended === null || landing.next.record.event.type !== 'advance') return null;
  const address = addressOfRun(itemOf(landing.next), ended);
  const run = landing.truth.records.get(address);
  const claim = run === undefined ? null : runOf(run).claim;
  if (claim === null || run === undefined) return `${address} moved its item on without a claim`;
  const isIts = claim.claimant === ended.claimant && claim.verdict.kind === ended.verdict.kind;
  return isIts ? null : `${address} is claimed by ${claim.claimant}, ${ended.claimant} moved on`;
}

function effectWithoutCommit({ next, truth }: Landing): string | null {
  const { id, type } = next.record.event;
  if (!EFFECT_ID.test(id) || truth.ordered.has(id)) return null;
  return `${next.address} applied ${type} ${id}, which no stored record has ordered`;
}

function droppedEffect({ previous, next, truth, atMs }: Landing): string | null {
  if (previous === null) return null;
  const kept = new Set(effectIdsOf(next));
  const before = effectIdsOf(previous);
  const lost = before.findIndex((id, at) => !kept.has(id) && !isPerformed(id, at));
  return lost < 0 ? null : `${next.address} dropped its effect ${before[lost]}`;

  function isPerformed(id: string, at: number): boolean {
    const effect = previous?.record.outbox[at]?.effect;
    if (effect?.type === 'job') return truth.requested.has(id);
    if (effect?.type !== 'tell') return true;
    const { to, event, data } = effect;
    if (to === next.address && next.record.event.id === id) return true;
    if (truth.applied.get(to)?.has(id) || truth.removed.has(to)) return true;
    // Refusals leave no trace in a record: it must be one that this actor gives.
    const told = { address: to, type: event, id, data, door: 'tell' } as const;
    // It was told some time since it was ordered, and how long an account would be suspended goes by that.
    const orderedAtMs = previous?.record.event.atMs ?? atMs;
    const times = to.startsWith('account.') ? [orderedAtMs, atMs] : [atMs];
    return times.some((at) => {
      return decide(storedOf(truth, to), { ...told, atMs: at }).outcome !== 'applied';
    });
  }
}

function storedOf(truth: Truth, address: string) {
  const known = truth.records.get(address);
  return known === undefined ? null : { record: known.record, revision: known.revision };
}

function replacedClaim({ previous, next }: Landing): string | null {
  if (!isRun(next) || previous === null) return null;
  const before = runOf(previous).claim;
  if (before === null) return null;
  const after = runOf(next).claim;
  if (after?.claimant === before.claimant && after.atMs === before.atMs) return null;
  return `${next.address} was claimed by ${before.claimant}, and now by ${after?.claimant}`;
}

function wrongClaim({ previous, next }: Landing): string | null {
  if (!isRun(next) || previous === null) return null;
  const { claim } = runOf(next);
  if (claim === null || runOf(previous).claim !== null) return null;
  const { stage, worker, exit } = runOf(previous);
  const said = `${next.address} was claimed by ${claim.claimant}`;
  if (stage.kind === 'approval' || stage.kind === 'merge' || stage.kind === 'deploy') {
    return previous.state === 'running.queued' ? null : `${said} in ${previous.state}`;
  }
  const isOnThis = claim.evaluatedRevision === previous.revision;
  if (stage.kind === 'checks') {
    return isOnThis && previous.state === 'running.queued' ? null : `${said}, misjudged`;
  }
  if (exit === null) return `${said} before its exit was recorded`;
  const isExternal = stage.kind === 'external';
  if (!isOnThis && !(isExternal && claim.evaluatedRevision === null)) {
    return `${said} on revision ${claim.evaluatedRevision}, found ${previous.revision}`;
  }
  if (previous.state !== 'finalizing' || isExternal || claim.claimant === worker) return null;
  return `${said} while ${worker} was finalizing it`;
}

function earlyTakeover({ previous, next }: Landing): string | null {
  if (!isRun(next) || previous?.state !== 'finalizing' || next.state !== 'graceExpired') {
    return null;
  }
  const { exit, steps, stage, limits } = runOf(previous);
  // The newest, not the latest: two hosts may have stamped them, and their clocks may differ.
  const sinceMs = steps.at(-1)?.atMs ?? exit?.atMs ?? Number.POSITIVE_INFINITY;
  const graceMs = stage.graceMs ?? limits.graceMs;
  const waitedMs = next.record.event.atMs - sinceMs;
  if (waitedMs >= graceMs) return null;
  return `${next.address} was given up after ${waitedMs} of ${graceMs} ms of grace`;
}

/** Which run an item names as its current one. */
export function currentRunOf(known: Known): string | null {
  if (isRun(known)) return null;
  const item = itemOf(known);
  return item.current === null ? null : addressOfRun(item, item.current);
}

/** Which run has just moved its item on. */
export function advancedRunOf(landing: Landing): string | null {
  const ended = endedBy(landing);
  return ended === null ? null : addressOfRun(itemOf(landing.next), ended);
}
