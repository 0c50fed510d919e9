// Judges whether an item may be tried by its merge queue, by what the forge says of its commit. Pure.
// It must never send back for what says nothing of the work: silence, and faults of the infrastructure, are waited for.
import { MAX_WORDS_CHARACTERS } from '../../../machines/merge/conditions.ts';
import type { Entry } from '../../../machines/merge/context.ts';
import type { MergeRules } from '../../../machines/merge/rules.ts';
import { oneLine } from '../../../machines/one-line.ts';
import type { PullRequestFacts } from '../../../machines/outside.ts';
import { isPassing } from '../../../machines/verdict.ts';
import type { Reviews } from '../../../transport/forge/forge.ts';
import type { CheckJudgement } from '../checks/judgement.ts';
import { judgeObjections, judgeReviews, type ReviewJudgement } from '../reviews/judgement.ts';
import { clippedText } from '../steps/told-text.ts';

export interface Admission {
  outcome: 'admitted' | 'waiting' | 'refused';
  /** For people; of a refusal at most 4 000 characters, else 160. */
  reason: string;
  /** Reviews and threads that refuse it. */
  reviews: readonly string[];
  /** Without a change it will not be judged otherwise before; null where only a change counts. */
  againAtMs: number | null;
}

export interface AdmissionFacts {
  headSha: string;
  rules: MergeRules;
  reviews: Reviews;
  /** Ids of reviews and threads that were sent back before. */
  handled: readonly string[];
  checks: CheckJudgement;
}

export const ADMITTED: Admission = {
  outcome: 'admitted',
  reason: '',
  reviews: [],
  againAtMs: null,
};

/**
 * Why nothing else need be looked at; null when the pull request is open at this very commit. At a commit that no
 * run has pushed, it was moved by somebody: what would be landed is not what people see there.
 */
export function waitsForPullRequest(
  { headSha }: Pick<Entry, 'headSha'>,
  pullRequest: PullRequestFacts | null,
  ownShas: readonly (string | null)[],
): Admission | null {
  if (pullRequest === null) return waiting(['it has no pull request yet']);
  const { number, state } = pullRequest;
  // What that means for the item is the item's own business: it leaves the queue by itself.
  if (state !== 'open') return waiting([`its pull request #${number} is ${state}`]);
  if (pullRequest.headSha === headSha) return null;
  const [here, there] = [headSha, pullRequest.headSha].map((sha) => sha.slice(0, 12));
  const reason = `its pull request #${number} is at ${there}, and ${here} is to be merged`;
  // The forge may be a moment behind what was pushed last.
  if (ownShas.includes(pullRequest.headSha)) return waiting([reason]);
  return { outcome: 'refused', reason, reviews: [], againAtMs: null };
}

/** Whoever asks for changes comes first: what was said is worth more than what failed. */
export function judgeAdmission(facts: AdmissionFacts): Admission {
  const { checks } = facts;
  const said = judgedReviews(facts);
  if (said?.kind === 'send-back') {
    return { outcome: 'refused', reason: said.reason, reviews: said.ids, againAtMs: null };
  }
  if (checks.kind === 'verdict' && checks.verdict.kind === 'product_fail') {
    return { outcome: 'refused', reason: checks.verdict.summary, reviews: [], againAtMs: null };
  }
  const reasons = [...(said === null ? [] : [said.reason]), ...openChecks(checks)];
  if (reasons.length === 0) return ADMITTED;
  return waiting(reasons, checks.kind === 'wait' ? checks.againAtMs : null);
}

/** Null when nothing that was said is in the way. */
function judgedReviews({
  rules,
  reviews,
  handled,
  headSha,
}: AdmissionFacts): Exclude<ReviewJudgement, { kind: 'approve' }> | null {
  if (rules.reviews !== undefined) {
    const judged = judgeReviews({ reviews, headSha, rules: rules.reviews, handled });
    return judged.kind === 'approve' ? null : judged;
  }
  return judgeObjections({ reviews: ofRequests(reviews), handled, rules: { reviewers: [] } });
}

/** Nobody is asked to approve here: threads count with the request for changes that they belong to, and not alone. */
function ofRequests({ reviews, threads }: Reviews): Reviews {
  const requests = reviews.filter(({ state }) => state === 'changes_requested');
  const ids = new Set(requests.map(({ id }) => id));
  return { reviews, threads: threads.filter(({ reviewId }) => ids.has(reviewId ?? '')) };
}

function openChecks(checks: CheckJudgement): string[] {
  if (checks.kind !== 'verdict') return [`its checks: ${checks.reason}`];
  const { kind, cause, summary } = checks.verdict;
  return isPassing(kind) ? [] : [`its checks: ${cause}, ${summary}`];
}

function waiting(reasons: readonly string[], againAtMs: number | null = null): Admission {
  const reason = clippedText(oneLine(reasons.join('; ')), MAX_WORDS_CHARACTERS);
  return { outcome: 'waiting', reason, reviews: [], againAtMs };
}
