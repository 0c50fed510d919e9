// What a pull request means for the work of its item: guards ask, actions write the answer down.
// It must never take a merge for more than it is: others than the reviewers may have to decide afterwards.
import type { PullRequestFacts } from '../outside.ts';
import type { Stage } from '../pipeline.ts';
import type { ItemContext } from './context.ts';
import { NOT_LANDED } from './shared-stage.ts';

/** It is not known yet, is of no older pull request, and takes nothing back: what was merged stays merged. */
export function isNewsOf({ pullRequest: known }: ItemContext, facts: PullRequestFacts): boolean {
  if (known === null || facts.number > known.number) return true;
  if (facts.number < known.number || known.state === 'merged') return false;
  return facts.state !== known.state || facts.headSha !== known.headSha;
}

/**
 * The work is in what was merged: the commit is the newest one, or somebody else's on top of it. A commit that a run
 * has pushed before its last one was merged without what came after.
 */
export function holdsTheWork(
  { headSha, runs }: ItemContext,
  { state, headSha: mergedSha }: PullRequestFacts,
): boolean {
  if (state !== 'merged') return false;
  return mergedSha === headSha || runs.every(({ verdict }) => verdict.headSha !== mergedSha);
}

/** The forge has said so before, and no run has pushed anything since. */
export function isMergedAlready({ pullRequest, isLanded }: ItemContext): boolean {
  return pullRequest?.state === 'merged' && isLanded;
}

/** Who merges has decided what the reviewers were asked; an approval of something else still waits. */
export function isDecidedByMerge(context: ItemContext, stage: string | null): boolean {
  return decidedByMerge(context).some(({ name }) => name === stage);
}

/**
 * Nothing is left to be done from this stage on: work, and what judges it, are settled by the merge. What runs behind
 * the review, or is no agent's where there is no review, is not.
 */
export function isSettledByMerge(context: ItemContext, stage: string | null): boolean {
  return firstUnsettled(context, stage) === null;
}

/**
 * The stage of kind `deploy` that comes next now that its work was merged, where all from this stage up to it is
 * settled by that. A deploy that has failed is none: only one that had waited for nothing but the merge.
 */
export function deployAfterMerge(context: ItemContext, stage: string | null): string | null {
  const next = firstUnsettled(context, stage);
  if (next?.kind !== 'deploy') return null;
  const last = context.runs.at(-1);
  const isAwaited = last?.stage === stage && last.verdict.cause === NOT_LANDED;
  return next.name !== stage || isAwaited ? next.name : null;
}

/** The first stage from this one on that a merge does not settle; null where it settles all. */
function firstUnsettled(context: ItemContext, stage: string | null): Stage | null {
  const { stages } = context.pipeline;
  const at = stages.findIndex(({ name }) => name === stage);
  const reviewed = stages.findLastIndex(({ name }) => isDecidedByMerge(context, name));
  const left = stages.slice(Math.max(at, reviewed + 1));
  return left.find(({ kind }) => !SETTLED_KINDS.includes(kind)) ?? null;
}

const SETTLED_KINDS: readonly Stage['kind'][] = ['agent', 'checks', 'merge'];

export function closedWords({ number, by }: PullRequestFacts): string {
  return `pull request #${number} was closed without being merged${by && ` by ${by}`}`;
}

/**
 * The approvals that listen to reviews; where none does, the first one. What comes behind a merge queue or a deploy
 * is asked about what has landed: that it was merged is no answer to it.
 */
function decidedByMerge({ pipeline: { stages } }: ItemContext): Stage[] {
  const landing = stages.findIndex(({ kind }) => kind === 'merge' || kind === 'deploy');
  const before = landing === -1 ? stages : stages.slice(0, landing);
  const approvals = before.filter(({ kind }) => kind === 'approval');
  const listening = approvals.filter(({ approve }) => approve === 'reviews');
  return listening.length > 0 ? listening : approvals.slice(0, 1);
}
