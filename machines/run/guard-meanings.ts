// What each guard of a run asks, in words for whoever wonders why an event was refused.
// It must never promise more than the guard checks.

export const runGuardMeanings = {
  isDue: 'the deadline that stands in the record has come',
  isGraceOver:
    'an exit is recorded, and the grace since it, or since the last finalization step, is over',
  isItsWorker: 'the event names the worker that holds the run',
  isLostWithEpochLeft:
    'the event names the worker that holds the run, and the infrastructure budget of the stage allows one more epoch',
  isDueWithEpochLeft:
    'the deadline that stands in the record has come, and the infrastructure budget of the stage allows one more epoch',
  reachesCap: 'with what is reported, the run has used as much as a cap of its stage allows',
  isProcessStage: 'a worker carries the stage out: it is an agent or a command',
  isWorkable: 'the stage is neither an approval nor one of checks: those are never worked on',
  isExternalStage: 'the stage is external: only a publisher may report an exit without a start',
  isDecision:
    'the stage is an approval, and its item passes the decision on: approve or reject the item instead',
  isNewsOfChecks:
    'the stage is one of checks, and what was seen of them differs from what is known',
  isVerdictOnChecks:
    'the stage is one of checks, evaluatedRevision is the present revision of the run, and no publisher sends it',
  isEvaluatedHere:
    'evaluatedRevision is the present revision of the run; only an external stage may leave it out',
  canClaimBeforeGrace:
    'evaluatedRevision is the present revision, and the claimant is the worker that finalizes the run: until the grace is over nobody else may claim a stage with a process',
  isTold: 'its item sends the event, not somebody outside',
  isToldWithoutProcess:
    'its item sends the event, and the stage has no process that would have to be ended first',
  isToldWithoutLeftover: 'its item sends the event, and no lost worker has left a process behind',
} as const;
