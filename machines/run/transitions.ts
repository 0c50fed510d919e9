// The ways out of a state that several states of a run share.
// Nothing here is a rule of its own: guards and actions have their names and meanings elsewhere.

/** A process has to be ended first; a publisher's stage has none. */
export const cancelUnderWay = [
  { guard: 'isToldWithoutProcess', target: '#run.cancelled' },
  { guard: 'isTold', target: '#run.cancelling' },
] as const;

export const cancelWaiting = [
  { guard: 'isToldWithoutLeftover', target: '#run.cancelled' },
  { guard: 'isTold', target: '#run.cancelling', actions: 'requestCleanup' },
] as const;

/** The accounts are told by the very transition that learns of it. */
export const progressed = ['recordProgress', 'drawOnAccounts', 'recordDrawn'] as const;
export const ended = ['recordExit', 'drawOnAccounts', 'recordDrawn', 'suspendAccount'] as const;
/** The last that is heard of a cancelled run: what it has used counts all the same. */
export const endedCancelled = ['recordReport', 'drawOnAccounts', 'recordDrawn'] as const;

export const exited = { target: '#run.finalizing', actions: ended } as const;
export const timedOut = {
  guard: 'isDue',
  target: '#run.finalizing',
  actions: ['recordExit', 'endLeftover'],
} as const;

/** A new epoch while the infrastructure budget lasts; then the loss is the end of the run's work. */
export const loseOrGiveUp = [
  { guard: 'isLostWithEpochLeft', target: '#run.running.queued', actions: 'loseWorker' },
  { guard: 'isItsWorker', target: '#run.finalizing', actions: ['recordExit', 'endLeftover'] },
] as const;

/** A cap stops the next start: a run that has reached one is over, and a person decides on another. */
const stopped = {
  target: '#run.finalizing',
  actions: ['recordStopped', 'endLeftover'],
} as const;
export const lostAtCap = { guard: 'isItsWorker', ...stopped } as const;
export const overdueAtCap = { guard: 'isDue', ...stopped } as const;
