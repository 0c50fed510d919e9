// Whose word counts on a pull request, and what each of them said last.
// It must never count ourselves, nor what was dismissed.
import type { Review, ReviewThread } from '../../../transport/forge/forge.ts';

/** As the first thing of whatever we post. */
const OWN_MARKER = /^\s*<!-- onceward:/;
/** Of two of the same moment the stricter one stands. */
const STRICTNESS = ['approved', 'commented', 'dismissed', 'changes_requested'] as const;

/**
 * Tells whether the author of a review or thread counts: people who may push here, and whoever is named, also
 * a program. Logins are compared without case, as forges do.
 */
export function countingAuthors(
  reviewers: readonly string[],
): (said: Review | ReviewThread) => boolean {
  const named = new Set(reviewers.map((login) => login.toLowerCase()));
  return (said) => {
    const isOwn = OWN_MARKER.test(said.body) || ('isOwn' in said && said.isOwn);
    const mayDecide = said.isHuman && said.isCollaborator;
    return !isOwn && (mayDecide || named.has(said.author.toLowerCase()));
  };
}

/** The newest decisive review of each author, newest first. A dismissed one does not bring back what was before. */
export function newestOpinions(reviews: readonly Review[]): Review[] {
  const newest = new Map<string, Review>();
  const decisive = reviews.filter(({ state }) => state !== 'commented').sort(newestFirst);
  for (const review of decisive) {
    const login = review.author.toLowerCase();
    if (!newest.has(login)) newest.set(login, review);
  }
  return [...newest.values()].filter(({ state }) => state !== 'dismissed');
}

function newestFirst(one: Review, other: Review): number {
  const byTime = other.submittedAtMs - one.submittedAtMs;
  const byState = STRICTNESS.indexOf(other.state) - STRICTNESS.indexOf(one.state);
  return byTime || byState || (one.id < other.id ? -1 : 1);
}
