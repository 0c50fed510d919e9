// Reviews and threads as tests describe them: what is not said is of a person who may push.
import {
  judgeReviews,
  type ReviewJudgement,
} from '../../../../services/reconciler/reviews/judgement.ts';
import type { Review, Reviews, ReviewThread } from '../../../../transport/forge/forge.ts';

export const HEAD = 'a'.repeat(40);
export const BEFORE = 'b'.repeat(40);
const SUBMITTED_AT_MS = 1_700_000_000_000;

export function review(id: string, fields: Partial<Review> = {}): Review {
  return {
    ...{ id, author: 'alice', isHuman: true, isCollaborator: true, state: 'approved', sha: HEAD },
    ...{ body: '', url: null, submittedAtMs: SUBMITTED_AT_MS, ...fields },
  };
}

export function thread(id: string, fields: Partial<ReviewThread> = {}): ReviewThread {
  return {
    ...{ id, author: 'alice', isHuman: true, isCollaborator: true, isResolved: false },
    ...{ isOwn: false, path: 'src/total.ts', line: 3, body: 'alice: why?', url: null },
    ...{ reviewId: null, createdAtMs: SUBMITTED_AT_MS, ...fields },
  };
}

/** The same moment, so many minutes later. */
export function later(minutes: number): { submittedAtMs: number } {
  return { submittedAtMs: SUBMITTED_AT_MS + minutes * 60_000 };
}

export interface Rules {
  approvals?: number;
  reviewers?: string[];
  handled?: string[];
}

export function judge(found: Partial<Reviews>, rules: Rules = {}): ReviewJudgement {
  const { approvals = 1, reviewers = [], handled = [] } = rules;
  const reviews = { reviews: found.reviews ?? [], threads: found.threads ?? [] };
  return judgeReviews({ reviews, headSha: HEAD, rules: { approvals, reviewers }, handled });
}
