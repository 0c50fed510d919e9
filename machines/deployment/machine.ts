// One environment of a project: brings one version after the other into it, watches it, and brings the one of before back.
// It must never let anything be deployed but the image that was proved to be the tested one, nor two at once.
import { initialDeploymentContext } from './context.ts';
import { deploymentDefinition } from './definition.ts';
import { degraded, rollbackFailed, rollingBack } from './rolling-back.ts';
import {
  atAnyTime,
  atRest,
  begun,
  carried,
  failedUntouched,
  leaseIn,
  released,
  resting,
  toDegraded,
  toDegradedAsAsked,
  toHealthy,
  toHeld,
  whileTouched,
  whileUntouched,
} from './transitions.ts';
import { observing, observingRollback } from './watching.ts';

const waiting = {
  owner: 'the items that come to it, and operators',
  reconciler: 'look-due looks for work again',
} as const;
const look = { guard: 'isDue', reenter: true } as const;

export const deploymentMachine = deploymentDefinition.createMachine({
  id: 'deployment',
  context: ({ input }) => initialDeploymentContext(input),
  initial: 'idle',
  states: {
    settled: {
      description: 'Chooses where to rest, and is left at once.',
      always: [
        { guard: 'restsHealthy', target: 'healthy' },
        { guard: 'restsIdle', target: 'idle' },
        { target: 'rolledBack' },
      ],
    },
    idle: {
      description: 'Nothing is under way, and what is live, if anything, is not known to be good.',
      meta: waiting,
      ...resting,
      on: { ...atRest, 'look-due': { ...look, target: 'idle' } },
    },
    healthy: {
      description: 'Nothing is under way, and what is live was found good.',
      meta: waiting,
      ...resting,
      on: { ...atRest, 'look-due': { ...look, target: 'healthy' } },
    },
    rolledBack: {
      description:
        'Nothing is under way; a version proved bad, and the one of before serves again.',
      meta: waiting,
      ...resting,
      on: { ...atRest, 'look-due': { ...look, target: 'rolledBack' } },
    },
    assessing: {
      description: 'The commit is compared with the base and with what is live.',
      meta: carried,
      entry: begun,
      on: {
        ...whileUntouched,
        ...leaseIn('assessing', toHeld),
        assessed: [
          { guard: 'isContained', target: 'settled', actions: ['settleContained', 'tellDecided'] },
          { guard: 'isNotNeeded', target: 'settled', actions: ['settleNotNeeded', 'tellDecided'] },
          { guard: 'isUnfit', target: 'settled', actions: ['settleUnfit', 'tellDecided'] },
          { guard: 'isBuildNeeded', target: 'building', actions: 'goOn' },
          { target: 'verifyingProvenance', actions: 'goOn' },
        ],
        failed: failedUntouched('assessing'),
      },
    },
    building: {
      description:
        'The image of the commit is built, once, and pushed; no tag that is deployed moves.',
      meta: carried,
      entry: begun,
      on: {
        ...whileUntouched,
        ...leaseIn('building', toHeld),
        built: {
          guard: 'isOwnBuild',
          target: 'verifyingProvenance',
          actions: ['recordArtifact', 'goOn'],
        },
        failed: failedUntouched('building'),
      },
    },
    verifyingProvenance: {
      description: 'The registry is asked whether the image is the one that was built and tested.',
      meta: carried,
      entry: begun,
      on: {
        ...whileUntouched,
        ...leaseIn('verifyingProvenance', toHeld),
        checked: [
          {
            guard: 'isBarred',
            target: 'settled',
            actions: ['recordFindings', 'settleUnfit', 'tellDecided'],
          },
          { guard: 'isProvenAndTested', target: 'promoting', actions: ['recordFindings', 'goOn'] },
          { guard: 'isProven', target: 'held', actions: ['recordFindings', 'holdUntested'] },
          { target: 'held', actions: ['recordFindings', 'holdMismatch'] },
        ],
        failed: failedUntouched('verifyingProvenance'),
      },
    },
    promoting: {
      description:
        "The environment's tags are moved to the image, and read back; nothing is built.",
      meta: carried,
      entry: begun,
      on: {
        ...whileUntouched,
        ...leaseIn('promoting', toHeld),
        promoted: [
          { guard: 'isReleasesDigest', target: 'deploying', actions: ['goOn', 'touch'] },
          { target: 'held', actions: 'holdMismatch' },
        ],
        failed: failedUntouched('promoting'),
      },
    },
    deploying: {
      description: 'The commands that deploy and verify it are run, by digest.',
      meta: carried,
      entry: begun,
      on: {
        ...whileTouched,
        ...leaseIn('deploying', toHeld),
        rollback: { guard: 'hasTarget', actions: 'recordRollbackWanted' },
        deployed: [
          { guard: 'isReleasedAndUnwanted', ...toDegraded },
          { guard: 'isReleasedAndUnwatched', ...toHealthy },
          {
            guard: 'isReleasesDigest',
            target: 'observing',
            actions: ['goOn', 'recordDeployed', 'beginWatch'],
          },
        ],
        failed: [
          { guard: 'isFailedAndUnwanted', ...toDegraded },
          { guard: 'mayTryAgain', target: 'deploying', reenter: true, actions: 'recordFault' },
          { guard: 'isProductFault', ...toDegraded },
          toHeld,
        ],
      },
    },
    observing,
    degraded,
    rollingBack,
    observingRollback,
    rollbackFailed,
    held: {
      description: 'Nothing goes on until a person has decided; the reason is in the record.',
      meta: { owner: 'an operator', reconciler: 'reminder raises the alarm again' },
      entry: ['armReminder', 'alarmHeld'],
      on: {
        ...atAnyTime,
        withdraw: [
          { guard: 'isUnderWayTouched', actions: 'markWithdrawn' },
          { guard: 'isUnderWay', target: 'settled', actions: 'settleWithdrawn' },
          atAnyTime.withdraw,
        ],
        release: released,
        rollback: [
          {
            guard: 'isHeldTouchedWithTarget',
            ...toDegradedAsAsked,
          },
          {
            guard: 'hasTarget',
            target: 'settled',
            actions: ['recordRollbackWanted', 'putBack'],
          },
        ],
        reminder: { guard: 'isDue', target: 'held', reenter: true },
      },
    },
  },
});
