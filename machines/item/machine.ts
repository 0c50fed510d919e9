// A work item on its way through its pipeline. It moves only when the run that is current says so,
// so that advancing is idempotent however often a claimant repeats it.
import { assign, setup } from 'xstate';
import * as actions from './actions.ts';
import { type ItemContext, initialItemContext } from './context.ts';
import type { ItemEvent, ItemInput } from './events.ts';
import * as guards from './guards.ts';
import * as pullRequests from './pull-request-actions.ts';
import {
  advance,
  closed,
  heard,
  mergedInQueue,
  noted,
  pause,
  reopen,
  resume,
  runCancelled,
  toCancelled,
  toCancelling,
} from './transitions.ts';

/** Effects are performed by the outbox, from the record; inside the machine they only have a name. */
const isPerformedLater = () => {};

const definition = setup({
  types: {} as {
    context: ItemContext;
    events: ItemEvent;
    input: ItemInput & { project: string; item: string };
  },
  guards,
  actions: {
    endRun: assign(actions.endRun),
    endCancelledRun: assign(actions.endCancelledRun),
    beginStage: assign(actions.beginStage),
    parkCancelledRun: assign(actions.parkCancelledRun),
    parkPaused: assign(actions.parkPaused),
    requestPause: assign(actions.requestPause),
    withdrawPause: assign(actions.withdrawPause),
    grantRetry: assign(actions.grantRetry),
    recordCancel: assign(actions.recordCancel),
    recordEnd: assign(actions.recordEnd),
    recordPullRequest: assign(pullRequests.recordPullRequest),
    recordHeard: assign(actions.recordHeard),
    recordReviewed: assign(actions.recordReviewed),
    recordClosing: assign(pullRequests.recordClosing),
    skipToDeploy: assign(pullRequests.skipToDeploy),
    parkClosed: assign(pullRequests.parkClosed),
    armRunCheck: assign(actions.armRunCheck),
    armReminder: assign(actions.armReminder),
    armRetry: assign(actions.armRetry),
    openRun: isPerformedLater,
    openRunAndDecide: isPerformedLater,
    confirmAdvance: isPerformedLater,
    approveRun: isPerformedLater,
    rejectRun: isPerformedLater,
    obey: isPerformedLater,
    approveMerged: isPerformedLater,
    leaveShared: isPerformedLater,
    cancelRun: isPerformedLater,
    alarmParked: isPerformedLater,
    archive: isPerformedLater,
  },
});

export const itemMachine = definition.createMachine({
  id: 'item',
  context: ({ input }) => initialItemContext(input),
  initial: 'opening',
  states: {
    opening: {
      description: 'Chooses how the first stage begins, and is left at once.',
      always: reopen,
    },
    active: {
      initial: 'working',
      states: {
        working: {
          description: 'Its current run is open.',
          meta: { owner: 'its current run', reconciler: 'run-check opens the run again' },
          entry: ['armRunCheck', 'openRun'],
          on: {
            advance,
            'run-cancelled': runCancelled,
            pause,
            resume,
            cancel: toCancelling,
            heard,
            'pull-request': [mergedInQueue, closed, noted],
            'run-check': { guard: 'isDue', target: 'working', reenter: true },
          },
        },
        backingOff: {
          description: 'Waits before the same stage is tried again.',
          meta: {
            owner: 'the host',
            reconciler: 'retry-due opens the stage again',
          },
          entry: 'armRetry',
          on: {
            advance: { guard: 'hasAdvancedBefore', actions: 'confirmAdvance' },
            'retry-due': { guard: 'isDue', target: 'working', actions: 'beginStage' },
            pause: { target: '#item.parked', actions: 'parkPaused' },
            cancel: toCancelled,
            heard,
            'pull-request': [
              {
                guard: 'isClosedNow',
                target: '#item.parked',
                actions: ['recordPullRequest', 'parkClosed'],
              },
              noted,
            ],
          },
        },
        cancelling: {
          description: 'Cancelled, and its current run is still ending.',
          meta: {
            owner: 'its current run, which ends its process',
            reconciler: 'run-check repeats the cancel',
          },
          entry: ['armRunCheck', 'cancelRun'],
          on: {
            advance: [
              { guard: 'hasAdvancedBefore', actions: 'confirmAdvance' },
              {
                guard: 'isCurrentRun',
                target: '#item.cancelled',
                actions: ['endRun', 'confirmAdvance'],
              },
            ],
            'run-cancelled': {
              guard: 'isCurrentRun',
              target: '#item.cancelled',
              actions: ['leaveShared', 'endCancelledRun'],
            },
            heard,
            'pull-request': noted,
            'run-check': { guard: 'isDue', target: 'cancelling', reenter: true },
          },
        },
      },
    },
    awaitingApproval: {
      description: 'Its current run waits for a decision.',
      meta: {
        owner: 'a person, or the policy of the stage',
        reconciler: 'reminder opens the run again; the run itself raises the alarm',
      },
      entry: ['armReminder', 'openRunAndDecide'],
      on: {
        advance,
        'run-cancelled': runCancelled,
        approve: { actions: 'approveRun' },
        reject: { actions: ['recordReviewed', 'rejectRun'] },
        pause,
        resume,
        cancel: toCancelling,
        heard,
        'pull-request': [
          { guard: 'isMergedNow', actions: ['recordPullRequest', 'approveMerged'] },
          closed,
          noted,
        ],
        reminder: { guard: 'isDue', target: 'awaitingApproval', reenter: true },
      },
    },
    parked: {
      description: 'Stands still; the reason, and the event that releases it, are in the record.',
      meta: { owner: 'an operator', reconciler: 'reminder raises the alarm again' },
      entry: ['armReminder', 'alarmParked'],
      on: {
        advance: { guard: 'hasAdvancedBefore', actions: 'confirmAdvance' },
        retry: [
          {
            guard: 'isApprovalRetryable',
            target: 'awaitingApproval',
            actions: ['grantRetry', 'beginStage'],
          },
          {
            guard: 'isRetryable',
            target: '#item.active.working',
            actions: ['grantRetry', 'beginStage'],
          },
        ],
        resume: [
          { guard: 'isApprovalPaused', target: 'awaitingApproval', actions: 'beginStage' },
          { guard: 'isPaused', target: '#item.active.working', actions: 'beginStage' },
        ],
        cancel: toCancelled,
        heard,
        'pull-request': [
          { guard: 'isEndedByMerge', target: 'done', actions: 'recordPullRequest' },
          {
            guard: 'isDeployedOnceMerged',
            target: '#item.active.working',
            actions: ['recordPullRequest', 'skipToDeploy', 'beginStage'],
          },
          noted,
        ],
        reminder: { guard: 'isDue', target: 'parked', reenter: true },
      },
    },
    done: {
      type: 'final',
      description: 'Passed its last stage; its commit, if it has one, was seen on the base branch.',
      entry: ['recordEnd', 'archive'],
    },
    failed: {
      type: 'final',
      description: 'Ended by a rejection or a spent budget.',
      entry: ['recordEnd', 'archive'],
    },
    cancelled: {
      type: 'final',
      description: 'Ended by an operator.',
      entry: ['recordEnd', 'archive'],
    },
  },
});
