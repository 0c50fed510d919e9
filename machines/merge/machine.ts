// The queue in front of one base branch: tries what waits, together with the base as it is, and lands what passed.
// It must never let anything land but the tree that was tested, nor two trials be under way at once.
import { initialMergeContext } from './context.ts';
import { mergeDefinition } from './definition.ts';
import {
  atRest,
  gatesOnceMore,
  judged,
  leaseIn,
  whileLanding,
  whileTrying,
} from './transitions.ts';

export const mergeMachine = mergeDefinition.createMachine({
  id: 'merge',
  context: ({ input }) => initialMergeContext(input),
  initial: 'idle',
  states: {
    idle: {
      description: 'Nothing is tried: nobody waits, nobody is admitted, or it is not yet time.',
      meta: { owner: 'the items that come to it', reconciler: 'look-due looks for work again' },
      entry: 'armLook',
      always: [
        { guard: 'isFreezeWanted', target: 'frozen' },
        { guard: 'isFruitless', target: 'paused' },
        { guard: 'canBegin', target: 'preparing', actions: 'beginTrial' },
      ],
      on: {
        ...atRest,
        freeze: { actions: 'recordFreeze' },
        'look-due': { guard: 'isDue', target: 'idle', reenter: true },
      },
    },
    preparing: {
      description: 'The members are merged onto the base as it is now; nothing is pushed to it.',
      meta: {
        owner: 'the worker that holds the lease, or takes its job',
        reconciler: 'the reaper reports a lost holder; lease-elapsed and job-overdue ask again',
      },
      entry: ['armJob', 'armLease', 'requestWork'],
      on: {
        ...whileTrying,
        ...leaseIn('preparing'),
        prepared: [
          {
            guard: 'isKnownToPass',
            target: 'merging',
            actions: ['recordPrepared', 'settlePrepared', 'takePassedOver', 'tellDecided'],
          },
          {
            guard: 'isCandidateOfBatch',
            target: 'validating',
            actions: ['recordPrepared', 'settlePrepared', 'tellDecided'],
          },
          { target: 'idle', actions: ['settlePrepared', 'endUnlanded', 'tellDecided'] },
        ],
      },
    },
    validating: {
      description: 'The candidate is tested: by its gates in a clean checkout, and by the forge.',
      meta: {
        owner: 'the worker that holds the lease; once its gates have passed, the forge',
        reconciler:
          'the reaper reports a lost holder; lease-elapsed, job-overdue and checks-overdue ask again',
      },
      entry: ['armJob', 'armLease', 'armChecks', 'requestWork'],
      on: {
        ...whileTrying,
        ...leaseIn('validating'),
        validated: [
          {
            guard: 'isPartlyGreen',
            actions: ['recordGates', 'releaseHolder', 'armChecks'],
          },
          gatesOnceMore,
          ...judged,
        ],
        'checks-judged': [{ guard: 'isPartlyGreen', actions: 'recordChecksPassed' }, ...judged],
        'checks-seen': { guard: 'isNewsOfChecks', actions: ['recordSeen', 'armChecks'] },
        'checks-overdue': { guard: 'isDue', target: 'idle', actions: ['endFaulty', 'alarmFaulty'] },
      },
    },
    merging: {
      description: 'The candidate has passed, and the base is moved to it if it is where it was.',
      meta: {
        owner: 'the worker that holds the lease, or takes its job',
        reconciler: 'the reaper reports a lost holder; lease-elapsed and job-overdue ask again',
      },
      entry: ['armJob', 'armLease', 'requestWork'],
      on: {
        ...whileLanding,
        ...leaseIn('merging'),
        landed: { target: 'verifying' },
        'base-moved': [
          { guard: 'isOutdated', target: 'idle', actions: 'dissolve' },
          { guard: 'mayMoveAgain', target: 'preparing', actions: 'countBaseMove' },
          { target: 'idle', actions: 'endMoved' },
        ],
      },
    },
    verifying: {
      description: 'The base is read back, and its tree compared with the one that was tested.',
      meta: {
        owner: 'the worker that holds the lease, or takes its job',
        reconciler: 'the reaper reports a lost holder; lease-elapsed and job-overdue ask again',
      },
      entry: ['armJob', 'armLease', 'requestWork'],
      on: {
        ...whileLanding,
        ...leaseIn('verifying'),
        verified: [
          {
            guard: 'isHeldAsTested',
            target: 'idle',
            actions: ['settleLanding', 'tellDecided'],
          },
          { target: 'idle', actions: 'settleRewritten' },
        ],
      },
    },
    frozen: {
      description: 'Nothing is tried: an operator has said so, or the base is red by itself.',
      meta: {
        owner: 'an operator; of a red base, whoever mends it',
        reconciler: 'reminder raises the alarm again',
      },
      entry: ['armReminder', 'alarmFrozen'],
      on: {
        ...atRest,
        resume: { guard: 'isFreezeResumed', target: 'idle', actions: 'thaw' },
        'base-seen': { guard: 'isAnotherBase', target: 'idle', actions: 'thaw' },
        reminder: { guard: 'isDue', target: 'frozen', reenter: true },
      },
    },
    paused: {
      description: 'The breaker is open: too many trials in a row have landed nothing.',
      meta: { owner: 'an operator', reconciler: 'reminder raises the alarm again' },
      entry: ['recordPause', 'armReminder', 'alarmPaused'],
      on: {
        ...atRest,
        resume: { guard: 'isPersonsWord', target: 'idle', actions: 'thaw' },
        freeze: { target: 'frozen', actions: 'recordFreeze' },
        reminder: { guard: 'isDue', target: 'paused', reenter: true },
      },
    },
  },
});
