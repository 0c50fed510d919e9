// What proved bad gives way to what was good before: whether, how, and what is done when that fails as well.
// It must never end by itself in anything but a version that was found good, or in front of a person.
import {
  atAnyTime,
  begun,
  carried,
  leaseIn,
  toRollbackFailed,
  toRolledBack,
} from './transitions.ts';

export const degraded = {
  description: 'The version has proved bad. Whether the one of before comes back is decided.',
  meta: {
    owner: 'the rules of the stage, or an operator',
    reconciler: 'reminder speaks again',
  },
  entry: 'armReminder',
  always: [
    { guard: 'mayRollBack', target: 'rollingBack', actions: 'beginRollback' },
    { guard: 'isNothingToRollBackTo', target: 'held', actions: 'holdWithoutTarget' },
    { guard: 'isRollbackUnwanted', target: 'settled' },
  ],
  on: {
    ...atAnyTime,
    rollback: { guard: 'hasTarget', target: 'rollingBack', actions: 'beginRollback' },
    release: [
      {
        guard: 'isAccept',
        target: 'settled',
        actions: ['settleAccepted', 'thawQueues', 'recordThaw'],
      },
      { guard: 'isReject', target: 'settled', actions: 'settleGivenUp' },
    ],
    reminder: { guard: 'isDue', target: 'degraded', reenter: true, actions: 'alarmDegraded' },
  },
} as const;

export const rollingBack = {
  description: 'The version of before is brought back: its tags, and the command that deploys it.',
  meta: carried,
  entry: begun,
  on: {
    ...atAnyTime,
    ...leaseIn('rollingBack', toRollbackFailed),
    'rolled-back': [
      { guard: 'isTargetUnwatched', ...toRolledBack },
      {
        guard: 'isTargetsDigest',
        target: 'observingRollback',
        actions: ['goOn', 'recordDeployed', 'beginWatch'],
      },
    ],
    failed: [
      {
        guard: 'mayRollBackAgain',
        target: 'rollingBack',
        reenter: true,
        actions: 'recordFault',
      },
      toRollbackFailed,
    ],
  },
} as const;

export const rollbackFailed = {
  description: 'The version of before could not be brought back, or is bad as well.',
  meta: { owner: 'an operator', reconciler: 'reminder raises the alarm again' },
  entry: ['armReminder', 'alarmRollbackFailed'],
  on: {
    ...atAnyTime,
    rollback: { guard: 'hasTarget', target: 'rollingBack', actions: 'beginRollback' },
    release: [
      { guard: 'mayTargetAgain', target: 'rollingBack', actions: 'beginRollback' },
      {
        guard: 'isAccept',
        target: 'settled',
        actions: ['settleAccepted', 'thawQueues', 'recordThaw'],
      },
      { guard: 'isReject', target: 'settled', actions: 'settleGivenUp' },
    ],
    reminder: { guard: 'isDue', target: 'rollbackFailed', reenter: true },
  },
} as const;
