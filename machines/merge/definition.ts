// The names a merge queue's machine is written in: its guards, what it writes down, and what it asks of the world.
// It must never hold a rule: those are in the guards, the actions and the machine.
import { assign, setup } from 'xstate';
import * as actions from './actions.ts';
import type { MergeContext } from './context.ts';
import type { MergeEvent, MergeInput } from './events.ts';
import * as guards from './guards.ts';
import * as trials from './trial-actions.ts';
import * as endings from './trial-endings.ts';

/** Effects are performed by the outbox, from the record; inside the machine they only have a name. */
const isPerformedLater = () => {};

export const mergeDefinition = setup({
  types: {} as {
    context: MergeContext;
    events: MergeEvent;
    input: MergeInput & { project: string; branch: string };
  },
  guards,
  actions: {
    recordEntry: assign(actions.recordEntry),
    recordAdmission: assign(actions.recordAdmission),
    removeEntry: assign(actions.removeEntry),
    markWithdrawn: assign(actions.markWithdrawn),
    moveEntry: assign(actions.moveEntry),
    sendBack: assign(actions.sendBack),
    recordFreeze: assign(actions.recordFreeze),
    recordPause: assign(actions.recordPause),
    thaw: assign(actions.thaw),
    armLook: assign(actions.armLook),
    armReminder: assign(actions.armReminder),
    armJob: assign(actions.armJob),
    armLease: assign(actions.armLease),
    armChecks: assign(actions.armChecks),
    beginTrial: assign(trials.beginTrial),
    recordTake: assign(trials.recordTake),
    recordProgress: assign(trials.recordProgress),
    dropHolder: assign(trials.dropHolder),
    releaseHolder: assign(trials.releaseHolder),
    recordPrepared: assign(trials.recordPrepared),
    settlePrepared: assign(endings.settlePrepared),
    recordGates: assign(trials.recordGates),
    recordChecksPassed: assign(trials.recordChecksPassed),
    recordSeen: assign(trials.recordSeen),
    recordPass: assign(trials.recordPass),
    takePassedOver: assign(trials.takePassedOver),
    countBaseMove: assign(trials.countBaseMove),
    settleRed: assign(endings.settleRed),
    settleLanding: assign(endings.settleLanding),
    settleControl: assign(endings.settleControl),
    settleRedBase: assign(endings.settleRedBase),
    settleRewritten: assign(endings.settleRewritten),
    dissolve: assign(endings.dissolve),
    endUnlanded: assign(endings.endUnlanded),
    endMoved: assign(endings.endMoved),
    endFaulty: assign(endings.endFaulty),
    requestWork: isPerformedLater,
    tellDecided: isPerformedLater,
    tellAgain: isPerformedLater,
    alarmFrozen: isPerformedLater,
    alarmPaused: isPerformedLater,
    alarmFaulty: isPerformedLater,
  },
});
