// What each guard of an item asks, in words for whoever wonders why an event was refused.
// It must never promise more than the guard checks.

export const itemGuardMeanings = {
  isCurrentRun: 'the current run of the item says so itself',
  hasAdvancedBefore: 'that run has advanced the item before, and only missed the confirmation',
  leadsToFinish: 'the current run hands over, and its verdict ends the pipeline well',
  leadsToFailure: 'the current run hands over, and its verdict ends the item as failed',
  leadsToParking:
    'the current run hands over, and its verdict parks the item: a budget is spent, the commit was not seen on the base branch, a pause was asked for, or it has had too many runs',
  leadsToBackOff:
    'the current run hands over, and its verdict asks for a pause before the stage is tried again',
  leadsToApproval: 'the current run hands over, and the stage that follows waits for a person',
  leadsToStage: 'the current run hands over, and its verdict opens another stage or the same again',
  isHeardFirst: 'it stands later in the tracker than whatever was heard before',
  isPullRequestNews:
    'it differs from what is known of the pull request, is of no older one than that, and takes no merge back',
  isMergedNow:
    'the pull request was merged with the newest work of the item, which was not known yet, and the stage waits for its reviewers',
  isMergedInQueue:
    'the pull request was merged with the newest work of the item, which was not known yet, and the stage waits for the merge queue',
  isEndedByMerge:
    'the pull request was merged with the newest work of the item, which was not known yet, and no stage is left that a merge does not settle',
  isDeployedOnceMerged:
    'the pull request was merged with the newest work of the item, which was not known yet, what comes next that a merge does not settle is a deploy that has not failed, and no pause holds the item',
  isCancelledOnceMerged:
    'the current run says so itself, the work of the item was merged before, and no stage is left that a merge does not settle',
  isClosedNow: 'the pull request was closed without being merged, which was not known yet',
  isApprovalNext: 'the stage to be opened next waits for a person',
  isRetryable: 'the item is parked for a reason that a retry releases',
  isApprovalRetryable:
    'the item is parked for a reason that a retry releases, and the stage to be opened next waits for a person',
  isPaused: 'the item is parked because it was paused: resume releases it',
  isApprovalPaused:
    'the item is parked because it was paused, and the stage to be opened next waits for a person',
  isPauseRequested: 'a pause was asked for and has not come yet',
  isPauseNew: 'no pause has been asked for yet',
  isDue: 'the deadline that stands in the record has come',
} as const;
