// What an item writes down of how its work came to the base, and of what was built of it.
// It must never let a landing, or an image, of before stand for new work.
import type { PullRequestFacts } from '../outside.ts';
import type { Verdict } from '../verdict.ts';
import type { ItemContext } from './context.ts';

/** What was built of an earlier landing is none of this one, and no new commit has landed because an older one did. */
export function landingAfter(context: ItemContext, verdict: Verdict): Partial<ItemContext> {
  const { landedSha, artifact } = verdict;
  const isNewHead = (verdict.headSha ?? context.headSha) !== context.headSha;
  const isNewLanding = landedSha !== undefined && landedSha !== context.landedSha;
  const told = artifact === undefined ? {} : { artifact };
  if (!isNewHead && !isNewLanding) return told;
  return { landedSha: landedSha ?? null, artifact: null, ...told };
}

/** Whoever landed this very head has said as what; the forge only says so where nobody has. */
export function landedBy(
  { headSha: known, isLanded, landedSha = null }: ItemContext,
  { mergeSha, headSha }: PullRequestFacts,
): Partial<ItemContext> {
  if (isLanded && headSha === known && landedSha !== null) return {};
  return mergeSha === landedSha ? {} : { landedSha: mergeSha ?? null, artifact: null };
}
