// One attempt at one stage of one item, from waiting for a worker to the item having moved on.
// No `after`, no `invoke`: deadlines are data in the context, work is jobs, effects are data in the record.
import { initialRunContext } from './context.ts';
import { runDefinition } from './definition.ts';
import {
  cancelUnderWay,
  cancelWaiting,
  ended,
  endedCancelled,
  exited,
  loseOrGiveUp,
  lostAtCap,
  overdueAtCap,
  progressed,
  timedOut,
} from './transitions.ts';

export const runMachine = runDefinition.createMachine({
  id: 'run',
  context: ({ input }) => initialRunContext(input),
  initial: 'running',
  states: {
    running: {
      initial: 'queued',
      states: {
        queued: {
          description:
            'Waits for a worker; an approval for its decision, checks for their verdict, a merge or a deploy for its turn, an external stage for its publisher.',
          meta: {
            owner:
              'the pool of the stage, a person, a publisher, the merge queue, the deployment, or the host that watches the checks',
            reconciler: 'queue-stalled publishes the job again, or reminds',
          },
          entry: ['armQueue', 'requestWork'],
          on: {
            hold: { guard: 'isProcessStage', target: 'held', actions: 'recordHold' },
            started: { guard: 'isWorkable', target: 'starting', actions: 'recordStarted' },
            exited: { guard: 'isExternalStage', target: '#run.finalizing', actions: ended },
            claim: [
              { guard: 'isDecision', target: '#run.claimed', actions: 'recordClaim' },
              { guard: 'isVerdictOnChecks', target: '#run.claimed', actions: 'recordClaim' },
            ],
            'checks-seen': { guard: 'isNewsOfChecks', actions: ['recordChecks', 'armQueue'] },
            cancel: cancelWaiting,
            'queue-stalled': {
              guard: 'isDue',
              target: 'queued',
              reenter: true,
              actions: ['countRequeue', 'remind'],
            },
          },
        },
        held: {
          description: 'An account it would draw on is suspended; it asks again from time to time.',
          meta: {
            owner: 'the account that is suspended, or whoever resumes it',
            reconciler: 'hold-due publishes the job again',
          },
          entry: 'armHold',
          on: {
            'hold-due': { guard: 'isDue', target: 'queued' },
            cancel: cancelWaiting,
          },
        },
        starting: {
          description: 'A worker has the run and prepares it; no process has shown itself yet.',
          meta: {
            owner: 'the worker that was chosen',
            reconciler: 'the reaper reports a lost worker; start-overdue does without it',
          },
          entry: 'armStart',
          on: {
            progress: [
              { guard: 'reachesCap', target: 'overCap', actions: progressed },
              { target: 'working', actions: progressed },
            ],
            exited,
            'start-overdue': [
              { guard: 'isDueWithEpochLeft', target: 'queued', actions: 'loseWorker' },
              { guard: 'isDue', target: '#run.finalizing', actions: ['recordExit', 'endLeftover'] },
            ],
            cancel: cancelUnderWay,
            'worker-lost': loseOrGiveUp,
          },
        },
        working: {
          description: 'The process is alive.',
          meta: {
            owner: 'the worker, which watches the process',
            reconciler: 'the reaper reports a lost worker; timed-out ends a silent one',
          },
          entry: 'armWallClock',
          on: {
            progress: [
              { guard: 'reachesCap', target: 'overCap', actions: progressed },
              { actions: progressed },
            ],
            exited,
            'timed-out': timedOut,
            cancel: cancelUnderWay,
            'worker-lost': loseOrGiveUp,
          },
        },
        overCap: {
          description: 'The process is alive and has used as much as a cap of its stage allows.',
          meta: {
            owner: 'a person, who may allow it more; the worker watches the process',
            reconciler: 'decision-due has it ended; timed-out ends a silent one',
          },
          entry: ['armDecision', 'askForDecision'],
          on: {
            progress: { actions: progressed },
            allow: { target: 'working', actions: 'recordGrant' },
            exited,
            'decision-due': { guard: 'isDue', target: 'stopping' },
            'timed-out': timedOut,
            cancel: cancelUnderWay,
            'worker-lost': lostAtCap,
          },
        },
        stopping: {
          description: 'Nobody allowed it more than its cap: its process is being ended.',
          meta: {
            owner: 'the worker, which hears of it with the answer to its next sign of life',
            reconciler: 'the reaper reports a lost worker; timed-out does without it',
          },
          entry: 'armStopping',
          on: {
            progress: { actions: progressed },
            exited,
            'timed-out': overdueAtCap,
            cancel: cancelUnderWay,
            'worker-lost': lostAtCap,
          },
        },
      },
    },
    finalizing: {
      description: 'The exit is recorded; push, report and gates are under way.',
      meta: {
        owner: "the worker's monitor: push, report, gates, claim",
        reconciler: 'grace-elapsed lets anyone evaluate and claim',
      },
      entry: 'armGrace',
      on: {
        'finalize-step': { actions: ['recordStep', 'armGrace'] },
        claim: { guard: 'canClaimBeforeGrace', target: 'claimed', actions: 'recordClaim' },
        'grace-elapsed': { guard: 'isGraceOver', target: 'graceExpired' },
      },
    },
    graceExpired: {
      description: 'Nobody claimed within the grace; a read-only evaluation is asked for.',
      meta: {
        owner: 'whoever takes the evaluation job; the late monitor may still win',
        reconciler: 'evaluation-overdue publishes the job again',
      },
      entry: ['armEvaluation', 'requestEvaluation'],
      on: {
        'finalize-step': { actions: 'recordStep' },
        claim: { guard: 'isEvaluatedHere', target: 'claimed', actions: 'recordClaim' },
        'evaluation-overdue': { guard: 'isDue', target: 'graceExpired', reenter: true },
      },
    },
    claimed: {
      description:
        'One claimant holds the run, its outcome is chosen, and the item is told to advance.',
      meta: {
        owner: 'the claimant',
        reconciler: 'lease-elapsed repeats the same advance',
      },
      entry: ['armLease', 'advanceItem'],
      on: {
        'advance-confirmed': { guard: 'isTold', target: 'advanced' },
        'lease-elapsed': { guard: 'isDue', target: 'claimed', reenter: true },
      },
    },
    cancelling: {
      description: 'Cancelled, and a process of it may still be alive.',
      meta: {
        owner: 'the worker, which ends the process group and proves it gone',
        reconciler: 'cancel-overdue asks another worker on the same machine',
      },
      entry: 'armCancel',
      on: {
        gone: { target: 'cancelled', actions: endedCancelled },
        exited: { target: 'cancelled', actions: [...endedCancelled, 'suspendAccount'] },
        'cancel-overdue': {
          guard: 'isDue',
          target: 'cancelling',
          reenter: true,
          actions: ['requestCleanup', 'remindOfProcess'],
        },
        'worker-lost': { guard: 'isItsWorker', actions: ['forgetWorker', 'requestCleanup'] },
      },
    },
    advanced: {
      type: 'final',
      description: 'The item has moved on.',
      entry: 'disarm',
    },
    cancelled: {
      type: 'final',
      description: 'Ended without advancing, and no process of it is left.',
      entry: ['disarm', 'reportCancelled'],
    },
  },
});
