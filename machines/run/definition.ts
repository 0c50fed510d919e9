// The names a run's machine is written in: its guards, what it writes down, and what it asks of the world.
// It must never hold a rule: those are in the guards, the actions and the machine.
import { assign, setup } from 'xstate';
import * as actions from './actions.ts';
import type { RunContext } from './context.ts';
import type { RunEvent, RunInput } from './events.ts';
import * as guards from './guards.ts';

/** Effects are performed by the outbox, from the record; inside the machine they only have a name. */
const isPerformedLater = () => {};

export const runDefinition = setup({
  types: {} as { context: RunContext; events: RunEvent; input: RunInput },
  guards,
  actions: {
    recordStarted: assign(actions.recordStarted),
    recordProgress: assign(actions.recordProgress),
    recordHold: assign(actions.recordHold),
    recordGrant: assign(actions.recordGrant),
    recordDrawn: assign(actions.recordDrawn),
    recordReport: assign(actions.recordReport),
    recordExit: assign(actions.recordExit),
    recordStopped: assign(actions.recordStopped),
    recordStep: assign(actions.recordStep),
    recordClaim: assign(actions.recordClaim),
    recordChecks: assign(actions.recordChecks),
    loseWorker: assign(actions.loseWorker),
    forgetWorker: assign(actions.forgetWorker),
    countRequeue: assign(actions.countRequeue),
    armQueue: assign(actions.armQueue),
    armStart: assign(actions.armStart),
    armHold: assign(actions.armHold),
    armWallClock: assign(actions.armWallClock),
    armDecision: assign(actions.armDecision),
    armStopping: assign(actions.armStopping),
    armGrace: assign(actions.armGrace),
    armEvaluation: assign(actions.armEvaluation),
    armLease: assign(actions.armLease),
    armCancel: assign(actions.armCancel),
    disarm: assign(actions.disarm),
    requestWork: isPerformedLater,
    requestEvaluation: isPerformedLater,
    requestCleanup: isPerformedLater,
    endLeftover: isPerformedLater,
    remindOfProcess: isPerformedLater,
    advanceItem: isPerformedLater,
    reportCancelled: isPerformedLater,
    remind: isPerformedLater,
    drawOnAccounts: isPerformedLater,
    suspendAccount: isPerformedLater,
    askForDecision: isPerformedLater,
  },
});
