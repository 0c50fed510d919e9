// What of a merge queue's record makes its project be looked at soon: somebody outside has to be asked something new.
// It must never be every change: a queue that is busy changes every few seconds.
import type { MergeView } from '../records/merge-views.ts';
import { isRedBase } from './red-base.ts';

export function isQueueWorthALook(before: MergeView | undefined, after: MergeView | undefined) {
  if (after === undefined) return false;
  const asked = askedBy(before);
  return askedBy(after).some((one) => !asked.includes(one));
}

/** What hosts have to find out for it, each by a name of its own. */
function askedBy(view: MergeView | undefined): string[] {
  if (view === undefined) return [];
  const { state, context } = view;
  const { trial, freeze } = context;
  const isAsking = state === 'validating' && trial?.checks === 'pending';
  return [
    ...context.entries
      .filter(({ isAdmitted }) => !isAdmitted)
      .map(({ item, attempt, headSha }) => `entry ${item} ${attempt} ${headSha}`),
    ...(isAsking ? [`checks ${trial.number} ${trial.faults} ${trial.candidate?.sha}`] : []),
    ...(isRedBase(view) ? [`base ${freeze?.atMs}`] : []),
  ];
}
