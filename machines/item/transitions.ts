// The ways out of a state that several states of an item share.
// Nothing here is a rule of its own: guards and actions have their names and meanings elsewhere.

export const advance = [
  { guard: 'hasAdvancedBefore', actions: 'confirmAdvance' },
  { guard: 'leadsToFinish', target: '#item.done', actions: ['endRun', 'confirmAdvance'] },
  { guard: 'leadsToFailure', target: '#item.failed', actions: ['endRun', 'confirmAdvance'] },
  { guard: 'leadsToParking', target: '#item.parked', actions: ['endRun', 'confirmAdvance'] },
  {
    guard: 'leadsToBackOff',
    target: '#item.active.backingOff',
    actions: ['endRun', 'confirmAdvance'],
  },
  {
    guard: 'leadsToApproval',
    target: '#item.awaitingApproval',
    reenter: true,
    actions: ['endRun', 'confirmAdvance', 'beginStage'],
  },
  {
    guard: 'leadsToStage',
    target: '#item.active.working',
    reenter: true,
    actions: ['endRun', 'confirmAdvance', 'beginStage'],
  },
] as const;

/** A run that was cancelled by itself parks its item; nobody else would notice. */
export const runCancelled = [
  {
    guard: 'isCancelledOnceMerged',
    target: '#item.done',
    actions: ['leaveShared', 'endCancelledRun'],
  },
  {
    guard: 'isCurrentRun',
    target: '#item.parked',
    actions: ['leaveShared', 'endCancelledRun', 'parkCancelledRun'],
  },
] as const;

/** A person's word is noted with its mark, and obeyed as an event of its own. */
export const heard = { guard: 'isHeardFirst', actions: ['recordHeard', 'obey'] } as const;
export const noted = { guard: 'isPullRequestNews', actions: 'recordPullRequest' } as const;
/** Closed without being merged: what is under way is ended first, then the item is parked. */
export const closed = {
  guard: 'isClosedNow',
  actions: ['recordPullRequest', 'recordClosing', 'cancelRun'],
} as const;

/** Somebody else has landed what waits for its turn. */
export const mergedInQueue = {
  guard: 'isMergedInQueue',
  actions: ['recordPullRequest', 'approveMerged'],
} as const;

export const pause = { guard: 'isPauseNew', actions: 'requestPause' } as const;
export const resume = { guard: 'isPauseRequested', actions: 'withdrawPause' } as const;
export const toCancelling = { target: '#item.active.cancelling', actions: 'recordCancel' } as const;
export const toCancelled = { target: '#item.cancelled', actions: 'recordCancel' } as const;
export const reopen = [
  { guard: 'isApprovalNext', target: '#item.awaitingApproval', actions: 'beginStage' },
  { target: '#item.active.working', actions: 'beginStage' },
] as const;
