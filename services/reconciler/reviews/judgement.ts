// Judges the reviews of one pull request at one commit: wait, approve, or send the work back. Pure.
// It must never take an approval for another commit, nor send the same words back twice.
import type { ReviewRules } from '../../../machines/outside.ts';
import type { Review, Reviews } from '../../../transport/forge/forge.ts';
import { namesTold, toldText } from '../steps/told-text.ts';
import { type Complaint, toldComplaints } from './complaints.ts';
import { countingAuthors, newestOpinions } from './opinions.ts';

export interface ReviewsToJudge {
  reviews: Reviews;
  headSha: string;
  rules: Pick<ReviewRules, 'approvals' | 'reviewers'>;
  /** Ids of reviews and threads that were sent back before. */
  handled: readonly string[];
}

export type ReviewJudgement =
  | { kind: 'wait'; reason: string }
  /** `id` and `comment` are those of the newest approval. */
  | { kind: 'approve'; by: string; comment: string; id: string }
  /** `ids` are of what `reason` tells: what did not fit into it is sent back another time. */
  | { kind: 'send-back'; by: string; reason: string; ids: string[] };

const COMMENT_CHARACTERS = 4_000;

/** The same for every order of the reviews and threads. */
export function judgeReviews(facts: ReviewsToJudge): ReviewJudgement {
  const { reviews, headSha, rules } = facts;
  const objected = judgeObjections(facts);
  if (objected !== null) return objected;
  const opinions = newestOpinions(reviews.reviews.filter(countingAuthors(rules.reviewers)));
  const approvals = opinions.filter(({ state }) => state === 'approved');
  return judgeApprovals(approvals, headSha, rules.approvals);
}

/** Whether somebody wants something changed, or has wanted it and not looked again; null when nobody does. */
export function judgeObjections({
  reviews,
  rules,
  handled,
}: Pick<ReviewsToJudge, 'reviews' | 'handled'> & {
  rules: Pick<ReviewRules, 'reviewers'>;
}): Exclude<ReviewJudgement, { kind: 'approve' }> | null {
  const counts = countingAuthors(rules.reviewers);
  const opinions = newestOpinions(reviews.reviews.filter(counts));
  const objections = opinions.filter(({ state }) => state === 'changes_requested');
  const open = complaintsOf(reviews, objections, counts).filter(({ id }) => !handled.includes(id));
  if (open.length > 0) return { kind: 'send-back', ...toldComplaints(open) };
  if (objections.length === 0) return null;
  const who = namesTold(objections.map(({ author }) => author).sort());
  return { kind: 'wait', reason: `${who} asked for changes, and has not looked again since` };
}

/**
 * A thread sends back while it is known to be unresolved. Where the forge does not tell, only together with
 * the review it belongs to. What belongs to a dismissed review has no voice either.
 */
function complaintsOf(
  { reviews, threads }: Reviews,
  objections: readonly Review[],
  counts: ReturnType<typeof countingAuthors>,
): Complaint[] {
  const objecting = new Set(objections.map(({ id }) => id));
  const dismissed = new Set(reviews.filter(({ state }) => state === 'dismissed').map(idOf));
  const said = threads.filter((thread) => {
    if (!counts(thread) || dismissed.has(thread.reviewId ?? '')) return false;
    if (thread.isResolved !== null) return !thread.isResolved;
    return objecting.has(thread.reviewId ?? '');
  });
  return [
    ...objections.map(({ id, author, body, submittedAtMs }) => {
      return { id, author, place: null, body, atMs: submittedAtMs };
    }),
    ...said.map(({ id, author, path, line, body, createdAtMs }) => {
      const place = path === null ? 'a thread' : `${path}${line === null ? '' : `:${line}`}`;
      return { id, author, place, body, atMs: createdAtMs };
    }),
  ];
}

function judgeApprovals(
  approvals: readonly Review[],
  headSha: string,
  needed: number,
): ReviewJudgement {
  const valid = approvals.filter(({ sha }) => sha === headSha);
  const newest = valid[0];
  if (newest !== undefined && valid.length >= needed) {
    const by = namesTold(valid.map(({ author }) => author).sort());
    const comment = toldText(newest.body, COMMENT_CHARACTERS);
    return { kind: 'approve', by, comment, id: newest.id };
  }
  const stale = approvals.filter(({ sha }) => sha !== headSha).map(({ author }) => author);
  const count = `${valid.length} of ${needed} approvals of ${headSha.slice(0, 8)}`;
  const note = stale.length > 0 ? `; ${namesTold(stale.sort())} approved another commit` : '';
  return { kind: 'wait', reason: `${count}${note}` };
}

function idOf({ id }: { id: string }): string {
  return id;
}
