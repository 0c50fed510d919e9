// What an item writes down of its pull request: that it was merged, and as what, or closed.
// It must never take back what has landed because an older reading comes late.
import type { ItemArgs, ItemContext } from './context.ts';
import { landedBy } from './landings.ts';
import { closedWords, deployAfterMerge, holdsTheWork } from './pull-request.ts';

/** Merged is landed: the forge has seen it on the base branch, whatever commit it became there. */
export function recordPullRequest({ context, event }: ItemArgs): Partial<ItemContext> {
  if (event.type !== 'pull-request') return {};
  const { state, headSha } = event.data;
  return {
    pullRequest: event.data,
    ...(state === 'merged' ? { closing: null } : {}),
    ...(holdsTheWork(context, event.data)
      ? { headSha, isLanded: true, ...landedBy(context, event.data) }
      : {}),
    ...(state === 'open' && context.pullRequest?.state === 'merged'
      ? { isLanded: false, landedSha: null, artifact: null }
      : {}),
  };
}

/** What was left before it is settled by the merge. */
export function skipToDeploy({ context }: ItemArgs): Partial<ItemContext> {
  return { next: deployAfterMerge(context, context.next) };
}

/** Remembered until the run has ended: one that is being finalized is not cancelled, and hands over. */
export function recordClosing({ event }: ItemArgs): Partial<ItemContext> {
  return event.type === 'pull-request' ? { closing: closedWords(event.data) } : {};
}

/** Nothing is under way that would have to be ended first. */
export function parkClosed({ event }: ItemArgs): Partial<ItemContext> {
  if (event.type !== 'pull-request') return {};
  const message = closedWords(event.data);
  const { atMs } = event;
  return { parking: { reason: 'pull-request-closed', message, release: 'retry', atMs } };
}
