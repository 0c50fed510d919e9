// The transitions that several states of a merge queue share.
// Nothing here is a rule of its own: guards and actions have their names and meanings elsewhere.

/** Comes, and keeps its place when it comes again. */
const enqueue = [
  { guard: 'isDecidedAlready', actions: 'tellAgain' },
  { guard: 'hasRoom', actions: 'recordEntry' },
] as const;

/** What does not concern a trial under way. */
const atAnyTime = {
  admission: [
    { guard: 'isNotAdmitted', actions: ['sendBack', 'tellDecided'] },
    { guard: 'isNewsOfAdmission', actions: 'recordAdmission' },
  ],
  move: { guard: 'isQueued', actions: 'moveEntry' },
} as const;

/** While nothing is tried. */
export const atRest = {
  ...atAnyTime,
  enqueue,
  withdraw: { guard: 'isQueued', actions: 'removeEntry' },
  eject: { guard: 'isQueued', actions: ['sendBack', 'tellDecided'] },
} as const;

/** While something is tried that nothing has been done with yet: a member that leaves ends the trial. */
export const whileTrying = {
  ...atAnyTime,
  enqueue: [
    { guard: 'isDecidedAlready', actions: 'tellAgain' },
    { guard: 'replacesTried', target: 'idle', actions: ['recordEntry', 'dissolve'] },
    { guard: 'hasRoom', actions: 'recordEntry' },
  ],
  withdraw: [
    { guard: 'isQueuedAndTried', target: 'idle', actions: ['removeEntry', 'dissolve'] },
    { guard: 'isQueued', actions: 'removeEntry' },
  ],
  eject: [
    {
      guard: 'isQueuedAndTried',
      target: 'idle',
      actions: ['sendBack', 'dissolve', 'tellDecided'],
    },
    { guard: 'isQueued', actions: ['sendBack', 'tellDecided'] },
  ],
  admission: [
    {
      guard: 'isNotAdmittedAndTried',
      target: 'idle',
      actions: ['sendBack', 'dissolve', 'tellDecided'],
    },
    ...atAnyTime.admission,
  ],
  freeze: { target: 'idle', actions: ['recordFreeze', 'dissolve'] },
} as const;

/** While something may be on its way to the base: nobody knows until the base was looked at. */
export const whileLanding = {
  ...atAnyTime,
  admission: [
    { guard: 'isNotAdmittedOnly', actions: ['sendBack', 'tellDecided'] },
    { guard: 'isNewsOfAdmission', actions: 'recordAdmission' },
  ],
  enqueue: [
    { guard: 'isDecidedAlready', actions: 'tellAgain' },
    { guard: 'hasRoom', actions: 'recordEntry' },
  ],
  withdraw: [
    { guard: 'isQueuedAndTried', actions: 'markWithdrawn' },
    { guard: 'isQueued', actions: 'removeEntry' },
  ],
  eject: { guard: 'isQueuedOnly', actions: ['sendBack', 'tellDecided'] },
  freeze: { guard: 'isFrozenAnew', actions: 'recordFreeze' },
  resume: { guard: 'isFreezeResumed', actions: 'thaw' },
} as const;

const taken = ['recordTake', 'armLease'] as const;
const given = ['endFaulty', 'alarmFaulty'] as const;

/** The lease: who takes it, what renews it, and what takes it away. */
export function leaseIn<State extends string>(state: State) {
  const again = { target: state, reenter: true, actions: 'dropHolder' } as const;
  const givenUp = { target: 'idle', actions: given } as const;
  return {
    take: { guard: 'isVacant', actions: taken },
    progress: { guard: 'isProgress', actions: ['recordProgress', 'armLease'] },
    'holder-lost': [
      { guard: 'isLostOnceMore', ...again },
      { guard: 'isLost', ...givenUp },
    ],
    'lease-elapsed': [
      { guard: 'isLostOnceMore', ...again },
      { guard: 'isLost', ...givenUp },
    ],
    failed: [{ guard: 'mayFailAgain', ...again }, givenUp],
    'job-overdue': { guard: 'isDue', target: state, reenter: true },
  } as const;
}

/** What is said of the candidate, by its gates or by the forge. */
export const judged = [
  {
    guard: 'isGreenInVain',
    target: 'idle',
    actions: ['takePassedOver', 'recordPass', 'dissolve'],
  },
  { guard: 'isAllGreen', target: 'merging', actions: ['takePassedOver', 'recordPass'] },
  { guard: 'isGreenBase', target: 'idle', actions: ['settleControl', 'tellDecided'] },
  { guard: 'isRedBase', target: 'idle', actions: 'settleRedBase' },
  { guard: 'isRed', target: 'idle', actions: ['settleRed', 'tellDecided'] },
  { guard: 'isFault', target: 'idle', actions: given },
] as const;

/** A fault around the gates: the same once more. Checks were run again by their host before. */
export const gatesOnceMore = {
  guard: 'isFaultOnceMore',
  target: 'validating',
  reenter: true,
  actions: 'dropHolder',
} as const;
