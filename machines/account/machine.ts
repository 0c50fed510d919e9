// What a project may use in a day, or a provider lets us use: one record that every start looks at.
// It must never start or end anything: runs draw on it, and workers ask it before they begin.
import { assign, setup } from 'xstate';
import * as actions from './actions.ts';
import { type AccountContext, initialAccountContext } from './context.ts';
import type { AccountEvent, AccountInput } from './events.ts';
import * as guards from './guards.ts';

const definition = setup({
  types: {} as {
    context: AccountContext;
    events: AccountEvent;
    input: AccountInput & { owner: string; name: string };
  },
  guards,
  actions: {
    recordDraw: assign(actions.recordDraw),
    rollDay: assign(actions.rollDay),
    suspendForDay: assign(actions.suspendForDay),
    suspend: assign(actions.suspend),
    lift: assign(actions.lift),
    allowAgain: assign(actions.allowAgain),
    armDay: assign(actions.armDay),
    armResume: assign(actions.armResume),
    // Performed by the outbox, from the record; inside the machine it only has a name.
    alarmSuspended: () => {},
  },
});

export const accountMachine = definition.createMachine({
  id: 'account',
  context: ({ input }) => initialAccountContext(input),
  initial: 'available',
  states: {
    available: {
      description: 'May be drawn on: runs are begun.',
      meta: { owner: 'the runs that draw on it', reconciler: 'day-over begins a new day' },
      entry: 'armDay',
      on: {
        draw: [
          {
            guard: 'exceedsDay',
            target: 'suspended',
            actions: ['recordDraw', 'suspendForDay'],
          },
          { target: 'available', reenter: true, actions: 'recordDraw' },
        ],
        suspend: { target: 'suspended', actions: 'suspend' },
        'day-over': { guard: 'isDue', target: 'available', reenter: true, actions: 'rollDay' },
      },
    },
    suspended: {
      description: 'No run is begun on it; those under way go on.',
      meta: {
        owner: 'its provider, its next day, or a person',
        reconciler: 'resume-due makes it available again',
      },
      entry: ['armResume', 'alarmSuspended'],
      on: {
        draw: { actions: 'recordDraw' },
        suspend: { guard: 'isLonger', target: 'suspended', reenter: true, actions: 'suspend' },
        resume: { target: 'available', actions: ['rollDay', 'allowAgain'] },
        'resume-due': [
          {
            guard: 'isDueAtCap',
            target: 'suspended',
            reenter: true,
            actions: ['rollDay', 'suspendForDay'],
          },
          { guard: 'isDue', target: 'available', actions: ['rollDay', 'lift'] },
        ],
      },
    },
  },
});
