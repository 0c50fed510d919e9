// What a merge queue writes down of a trial under way: how it begins, who holds it, and what is reported of it.
// It must never take a report for more than it says: what lands is what was tested.
import { holderAfterProgress, holderAfterTake } from '../lease-holder.ts';
import { validationKey } from './conditions.ts';
import type { MergeArgs, MergeContext, Trial } from './context.ts';
import { nextMembers } from './order.ts';

const MAX_PASSED = 4;

export function beginTrial({ context, event }: MergeArgs): Partial<MergeContext> {
  const settings = context.offered ?? context.settings;
  const members = nextMembers(context);
  const number = context.trials + 1;
  const trial: Trial = {
    number,
    kind: context.hunt?.needsControl ? 'control' : 'batch',
    members,
    startedAtMs: event.atMs,
    candidate: null,
    gates: 'pending',
    checks: settings?.stage.merge?.checks === undefined ? 'none' : 'pending',
    seen: null,
    ...{ baseMoves: 0, reclaims: 0, faults: 0 },
  };
  return { settings, trial, trials: number, holder: null };
}

export function recordTake({ event }: MergeArgs): Partial<MergeContext> {
  return event.type === 'take' ? { holder: holderAfterTake(event) } : {};
}

export function recordProgress({ context, event }: MergeArgs): Partial<MergeContext> {
  if (event.type !== 'progress' || context.holder === null) return {};
  return { holder: holderAfterProgress(context.holder, event) };
}

/** Whoever it was, what it still reports is refused; the next one goes on from here. */
export function dropHolder({ context, event }: MergeArgs): Partial<MergeContext> {
  const { trial } = context;
  if (trial === null) return { holder: null };
  const isLoss = event.type === 'holder-lost' || event.type === 'lease-elapsed';
  const counted = isLoss ? { reclaims: trial.reclaims + 1 } : { faults: trial.faults + 1 };
  return { holder: null, trial: { ...trial, ...counted } };
}

/** Its work is done until the forge has spoken. */
export function releaseHolder(): Partial<MergeContext> {
  return { holder: null };
}

export function recordPrepared(args: MergeArgs): Partial<MergeContext> {
  const { context, event } = args;
  const { trial } = context;
  if (event.type !== 'prepared' || trial === null) return {};
  const { candidate, baseSha, baseTreeSha } = event.data;
  const base = { sha: baseSha, treeSha: baseTreeSha, members: [] };
  const made = trial.kind === 'control' ? base : candidate;
  return {
    trial: {
      ...trial,
      candidate: made && { ...made, baseSha, preparedAtMs: event.atMs },
      gates: 'pending',
      checks: trial.checks === 'none' ? 'none' : 'pending',
      seen: null,
    },
    // What was red before somebody else has moved the base may have been so for its sake.
    ...(context.baseSha === baseSha ? {} : { baseSha, reds: [] }),
  };
}

export function recordGates({ context }: MergeArgs): Partial<MergeContext> {
  return context.trial === null ? {} : { trial: { ...context.trial, gates: 'passed' } };
}

export function recordChecksPassed({ context }: MergeArgs): Partial<MergeContext> {
  return context.trial === null ? {} : { trial: { ...context.trial, checks: 'passed' } };
}

export function recordSeen({ context, event }: MergeArgs): Partial<MergeContext> {
  const { trial } = context;
  if (event.type !== 'checks-seen' || trial === null) return {};
  const { sha, digest, summary } = event.data;
  const reruns = Math.max(trial.seen?.reruns ?? 0, event.data.reruns);
  return { trial: { ...trial, seen: { sha, digest, summary, reruns, changedAtMs: event.atMs } } };
}

/** Remembered under what was tested, and how: the same need not be tested again. */
export function recordPass({ context }: MergeArgs): Partial<MergeContext> {
  const { trial, settings } = context;
  if (trial?.candidate == null || settings === null) return {};
  const key = validationKey(trial.candidate, settings.digest);
  return { passed: [...context.passed.filter((one) => one !== key), key].slice(-MAX_PASSED) };
}

export function takePassedOver({ context }: MergeArgs): Partial<MergeContext> {
  const { trial } = context;
  if (trial === null) return {};
  const checks = trial.checks === 'none' ? 'none' : 'passed';
  return { trial: { ...trial, gates: 'passed', checks } };
}

export function countBaseMove({ context }: MergeArgs): Partial<MergeContext> {
  const { trial } = context;
  if (trial === null) return {};
  return { trial: { ...trial, candidate: null, baseMoves: trial.baseMoves + 1 } };
}
