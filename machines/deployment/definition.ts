// The names a deployment's machine is written in: its guards, what it writes down, and what it asks of the world.
// It must never hold a rule: those are in the guards, the actions and the machine.
import { assign, setup } from 'xstate';
import * as actions from './actions.ts';
import type { DeploymentContext } from './context.ts';
import * as endings from './endings.ts';
import type { DeploymentEvent, DeploymentInput } from './events.ts';
import * as guards from './guards.ts';
import * as holds from './holds.ts';
import * as steps from './step-actions.ts';

/** Effects are performed by the outbox, from the record; inside the machine they only have a name. */
const isPerformedLater = () => {};

export const deploymentDefinition = setup({
  types: {} as {
    context: DeploymentContext;
    events: DeploymentEvent;
    input: DeploymentInput & { project: string; environment: string };
  },
  guards,
  actions: {
    recordRelease: assign(actions.recordRelease),
    recordDeploy: assign(actions.recordDeploy),
    removeRelease: assign(actions.removeRelease),
    markWithdrawn: assign(actions.markWithdrawn),
    putBack: assign(actions.putBack),
    recordHold: assign(actions.recordHold),
    clearHold: assign(actions.clearHold),
    recordRollbackWanted: assign(actions.recordRollbackWanted),
    holdWanted: assign(actions.holdWanted),
    holdWithoutTarget: assign(actions.holdWithoutTarget),
    recordItem: assign(actions.recordItem),
    recordThaw: assign(actions.recordThaw),
    armLook: assign(actions.armLook),
    armReminder: assign(actions.armReminder),
    armJob: assign(actions.armJob),
    armRetry: assign(actions.armRetry),
    armLease: assign(actions.armLease),
    armMeasure: assign(actions.armMeasure),
    armWatch: assign(actions.armWatch),
    beginRelease: assign(steps.beginRelease),
    beginRollback: assign(steps.beginRollback),
    goOn: assign(steps.goOn),
    resume: assign(steps.resume),
    recordTake: assign(steps.recordTake),
    recordProgress: assign(steps.recordProgress),
    dropHolder: assign(steps.dropHolder),
    releaseHolder: assign(steps.releaseHolder),
    recordFault: assign(steps.recordFault),
    recordArtifact: assign(steps.recordArtifact),
    recordFindings: assign(steps.recordFindings),
    recordOverride: assign(steps.recordOverride),
    touch: assign(steps.touch),
    recordDeployed: assign(steps.recordDeployed),
    beginWatch: assign(steps.beginWatch),
    recordRound: assign(steps.recordRound),
    settleContained: assign(endings.settleContained),
    settleNotNeeded: assign(endings.settleNotNeeded),
    settleUnfit: assign(endings.settleUnfit),
    settleWithdrawn: assign(endings.settleWithdrawn),
    settleFailed: assign(endings.settleFailed),
    settleRejected: assign(endings.settleRejected),
    settleHealthy: assign(endings.settleHealthy),
    settleAccepted: assign(endings.settleAccepted),
    settleGivenUp: assign(endings.settleGivenUp),
    settleDegraded: assign(endings.settleDegraded),
    settleRolledBack: assign(endings.settleRolledBack),
    settleRollbackFailed: assign(endings.settleRollbackFailed),
    holdUntested: assign(holds.holdUntested),
    holdMismatch: assign(holds.holdMismatch),
    holdFailed: assign(holds.holdFailed),
    holdUndecided: assign(holds.holdUndecided),
    requestWork: isPerformedLater,
    tellDecided: isPerformedLater,
    tellAgain: isPerformedLater,
    freezeQueue: isPerformedLater,
    thawQueues: isPerformedLater,
    alarmHeld: isPerformedLater,
    alarmDegraded: isPerformedLater,
    alarmRollbackFailed: isPerformedLater,
  },
});
