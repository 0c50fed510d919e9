// Items in every state they can rest in, with what is known around each.
// It must never make a record by hand: what cannot come about needs no explanation.
import { advance, ask, type StageInput, tell, verdictOf } from '../../support/machine-steps.ts';
import { itemScenario, LATE_MS, type Scenario } from './why-scenarios.ts';

const approval: StageInput = { kind: 'approval' };
const product = verdictOf('product_fail');

export const ITEMS: readonly Scenario[] = [
  itemScenario('its run is open', { state: 'active.working' }),
  itemScenario('it pauses soon', { state: 'active.working', steps: [ask('pause')] }),
  itemScenario('its run went wrong', {
    state: 'active.backingOff',
    steps: [advance('build', 1, verdictOf('infra_error', { cause: 'push-failed' }))],
  }),
  itemScenario('its back-off is over, and no host is alive', {
    state: 'active.backingOff',
    steps: [advance('build', 1, verdictOf('infra_error', { cause: 'push-failed' }))],
    presences: [],
    nowMs: LATE_MS,
  }),
  itemScenario('it is being cancelled', {
    state: 'active.cancelling',
    steps: [ask('cancel', { by: 'ada', reason: 'no longer wanted' })],
  }),
  itemScenario('a person decides', { state: 'awaitingApproval', stage: approval }),
  itemScenario('its policy decides', {
    state: 'awaitingApproval',
    stage: { ...approval, approve: 'auto' },
  }),
  itemScenario('its budget is spent', {
    state: 'parked',
    stage: {
      budgets: {
        product: 1,
        infra: 5,
        inconclusive: 1,
        unobserved: 2,
        continuations: 3,
        resumes: 2,
      },
    },
    steps: [advance('build', 1, product)],
  }),
  itemScenario('it was paused', {
    state: 'parked',
    steps: [ask('pause'), advance('build', 1)],
  }),
  itemScenario('its run was cancelled', {
    state: 'parked',
    steps: [tell('run-cancelled', { stage: 'build', attempt: 1 })],
  }),
  itemScenario('it is done', {
    state: 'done',
    steps: [advance('build', 1), advance('ship', 1)],
  }),
  itemScenario('it has failed', {
    state: 'failed',
    stage: {
      budgets: {
        product: 1,
        infra: 5,
        inconclusive: 1,
        unobserved: 2,
        continuations: 3,
        resumes: 2,
      },
      onExhausted: 'fail',
    },
    steps: [advance('build', 1, product)],
  }),
  itemScenario('it was cancelled', {
    state: 'cancelled',
    steps: [ask('pause'), advance('build', 1), ask('cancel', { by: 'ada', reason: 'enough' })],
  }),
];
