// A version is watched: between two measurements nobody has anything to do, and each is a job of its own.
// It must never end well before every probe that counts has said so.
import {
  atAnyTime,
  carried,
  leaseIn,
  toDegraded,
  toDegradedAsAsked,
  toHealthy,
  toHeld,
  toRollbackFailed,
  toRolledBack,
  whileTouched,
} from './transitions.ts';

const meanwhile = {
  ...whileTouched,
  'watch-overdue': { guard: 'isDue', target: '#deployment.held', actions: 'holdUndecided' },
} as const;

const { take, progress, ...lease } = leaseIn('measuring', toHeld);

const waiting = {
  description: 'What was deployed is watched; the next measurement has its time.',
  meta: { owner: 'the host', reconciler: 'measure-due measures; watch-overdue ends it' },
  entry: ['armMeasure', 'armWatch'],
} as const;

const measuring = {
  description: 'A worker measures the probes that are due.',
  meta: carried,
  entry: ['armJob', 'armRetry', 'armLease', 'armWatch', 'requestWork'],
} as const;

const whileMeasuring = {
  ...meanwhile,
  ...lease,
  take: { ...take, actions: [...take.actions, 'armWatch'] },
  progress: { ...progress, actions: [...progress.actions, 'armWatch'] },
  failed: [
    { guard: 'mayTryAgain', target: 'measuring', reenter: true, actions: 'recordFault' },
    toHeld,
  ],
} as const;

const measureDue = { guard: 'isDue', target: 'measuring' } as const;

/** However the others say: who was measured goes on being measured. */
const undecided = [
  {
    guard: 'isWatchUndecided',
    target: '#deployment.held',
    actions: ['recordRound', 'holdUndecided'],
  },
  { target: 'waiting', actions: ['recordRound', 'goOn', 'releaseHolder'] },
] as const;

const asked = { rollback: { guard: 'hasTarget', ...toDegradedAsAsked } } as const;

export const observing = {
  initial: 'waiting',
  states: {
    waiting: { ...waiting, on: { ...meanwhile, ...asked, 'measure-due': measureDue } },
    measuring: {
      ...measuring,
      on: {
        ...whileMeasuring,
        ...asked,
        measured: [
          {
            guard: 'isWatchFailed',
            target: toDegraded.target,
            actions: ['recordRound', ...toDegraded.actions],
          },
          {
            guard: 'isWatchPassed',
            target: toHealthy.target,
            actions: ['recordRound', ...toHealthy.actions],
          },
          ...undecided,
        ],
      },
    },
  },
} as const;

/** Nobody's release is under way. */
const { withdraw } = atAnyTime;

export const observingRollback = {
  initial: 'waiting',
  states: {
    waiting: { ...waiting, on: { ...meanwhile, 'measure-due': measureDue, withdraw } },
    measuring: {
      ...measuring,
      on: {
        ...whileMeasuring,
        withdraw,
        measured: [
          {
            guard: 'isWatchFailed',
            target: toRollbackFailed.target,
            actions: ['recordRound', ...toRollbackFailed.actions],
          },
          {
            guard: 'isWatchPassed',
            target: toRolledBack.target,
            actions: ['recordRound', ...toRolledBack.actions],
          },
          ...undecided,
        ],
      },
    },
  },
} as const;
