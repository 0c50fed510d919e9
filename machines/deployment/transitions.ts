// The transitions that several states of a deployment share.
// Nothing here is a rule of its own: guards and actions have their names and meanings elsewhere.

/** Who carries a step out, in all states in which there is one. */
export const carried = {
  owner: 'the worker that holds the lease, or takes its job',
  reconciler:
    'the reaper reports a lost holder; lease-elapsed, retry-due and job-overdue ask again',
} as const;

export const begun = ['armJob', 'armRetry', 'armLease', 'requestWork'] as const;

const enqueue = [
  { guard: 'isDecidedAlready', actions: 'tellAgain' },
  { guard: 'hasRoom', actions: 'recordRelease' },
] as const;

/** What does not concern what is under way. */
export const atAnyTime = {
  request: enqueue,
  deploy: { guard: 'hasRoom', actions: 'recordDeploy' },
  withdraw: { guard: 'isQueued', actions: 'removeRelease' },
  hold: { guard: 'isHeldAnew', actions: 'recordHold' },
  release: { guard: 'isHoldWanted', actions: 'clearHold' },
  'item-opened': { guard: 'isItemWanted', actions: 'recordItem' },
} as const;

/** While nothing is under way. */
export const resting = {
  entry: 'armLook',
  always: [
    { guard: 'mayRollBackAsAsked', target: 'rollingBack', actions: 'beginRollback' },
    { guard: 'isHoldWanted', target: 'held', actions: 'holdWanted' },
    { guard: 'canBegin', target: 'assessing', actions: 'beginRelease' },
  ],
} as const;

export const atRest = {
  ...atAnyTime,
  rollback: { guard: 'hasTarget', actions: 'recordRollbackWanted' },
} as const;

/** While nothing in the environment was changed yet: what is under way can simply be left. */
export const whileUntouched = {
  ...atAnyTime,
  withdraw: [
    { guard: 'isUnderWay', target: 'settled', actions: 'settleWithdrawn' },
    atAnyTime.withdraw,
  ],
  hold: { guard: 'isHeldAnew', target: 'held', actions: ['recordHold', 'holdWanted'] },
  rollback: {
    guard: 'hasTarget',
    target: 'settled',
    actions: ['recordRollbackWanted', 'putBack'],
  },
} as const;

/** While the environment may have been changed. */
export const whileTouched = {
  ...atAnyTime,
  withdraw: [{ guard: 'isUnderWay', actions: 'markWithdrawn' }, atAnyTime.withdraw],
} as const;

/** A version has proved bad: its run hears so, and what was good comes back. */
export const toDegraded = {
  target: '#deployment.degraded',
  actions: ['settleDegraded', 'tellDecided', 'freezeQueue', 'alarmDegraded'],
} as const;

/** A person has said so. */
export const toDegradedAsAsked = {
  target: '#deployment.degraded',
  actions: ['recordRollbackWanted', ...toDegraded.actions],
} as const;

/** The version is good. */
export const toHealthy = {
  target: '#deployment.settled',
  actions: ['settleHealthy', 'tellDecided', 'thawQueues', 'recordThaw'],
} as const;

export const toRolledBack = {
  target: '#deployment.settled',
  actions: ['settleRolledBack', 'thawQueues', 'recordThaw'],
} as const;

export const toRollbackFailed = {
  target: '#deployment.rollbackFailed',
  actions: ['settleRollbackFailed'],
} as const;

export const toHeld = { target: '#deployment.held', actions: 'holdFailed' } as const;

/** The lease: who takes it, what renews it, and what takes it away. */
export function leaseIn<Again extends string, Given extends object>(again: Again, given: Given) {
  const lost = { target: again, reenter: true, actions: 'dropHolder' } as const;
  const taken = ['recordTake', 'armLease'] as const;
  const gone = [
    { guard: 'isLostOnceMore', ...lost },
    { guard: 'isLost', ...given },
  ] as const;
  return {
    take: { guard: 'isVacant', actions: taken },
    progress: { guard: 'isProgress', actions: ['recordProgress', 'armLease'] },
    'holder-lost': gone,
    'lease-elapsed': gone,
    'job-overdue': { guard: 'isDue', target: again, reenter: true },
    'retry-due': { guard: 'isDue', target: again, reenter: true },
  } as const;
}

/** What has failed before anything was changed. */
export function failedUntouched<Again extends string>(again: Again) {
  return [
    { guard: 'mayTryAgain', target: again, reenter: true, actions: 'recordFault' },
    { guard: 'isProductFault', target: 'settled', actions: ['settleFailed', 'tellDecided'] },
    { target: 'held', actions: 'holdFailed' },
  ] as const;
}

/** What a person decides on something that is held. */
export const released = [
  { guard: 'isReleaseAtRest', target: 'settled', actions: 'clearHold' },
  { guard: 'isRetryUntouched', target: 'assessing', actions: 'resume' },
  { guard: 'isRetryOfDeploy', target: 'deploying', actions: 'resume' },
  { guard: 'isRetryOfWatch', target: 'observing', actions: ['resume', 'beginWatch'] },
  { guard: 'isRetryOfRollback', target: 'rollingBack', actions: 'resume' },
  {
    guard: 'isRetryOfRollbackWatch',
    target: 'observingRollback',
    actions: ['resume', 'beginWatch'],
  },
  { guard: 'isRetryOfReaction', target: 'degraded', actions: 'clearHold' },
  { guard: 'isOverride', target: 'promoting', actions: ['recordOverride', 'resume'] },
  { guard: 'isAcceptOfRelease', ...toHealthy },
  { guard: 'isAcceptOfRollback', ...toRolledBack },
  {
    guard: 'isAcceptOfLive',
    target: 'settled',
    actions: ['settleAccepted', 'thawQueues', 'recordThaw'],
  },
  {
    guard: 'isRejectUntouched',
    target: 'settled',
    actions: ['settleRejected', 'tellDecided'],
  },
  { guard: 'isRejectOfRelease', ...toDegraded },
  { guard: 'isRejectOfRollback', ...toRollbackFailed },
  { guard: 'isRejectOfLive', target: 'settled', actions: 'settleGivenUp' },
] as const;
