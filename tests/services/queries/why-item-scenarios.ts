// Items in every state they can rest in, with what is known around each.
// It must never make a record by hand: what cannot come about needs no explanation.
import { usageSchema } from '../../../machines/usage.ts';
import type { Verdict } from '../../../machines/verdict.ts';
import {
  advance,
  ask,
  type StageInput,
  type Step,
  tell,
  verdictOf,
} from '../../support/machine-steps.ts';
import { AGENT } from './why-run-scenarios.ts';
import { itemScenario, LATE_MS, type Scenario, SOON_MS } from './why-scenarios.ts';

const approval: StageInput = { kind: 'approval' };
const reviewed: StageInput = { kind: 'approval', approve: 'reviews' };
const rejected = verdictOf('product_fail', { cause: 'rejected' });
const SHA = 'a'.repeat(40);
const seen = (state: string) => ask('pull-request', { number: 7, state, headSha: SHA, by: 'ada' });
const product = verdictOf('product_fail');

const handing = { stage: 'build', claimant: 'worker-1' };

/** What a run of an agent says of itself besides its verdict. */
function handsOver(verdict: Verdict, more: Record<string, unknown> = {}): Step {
  return tell('advance', { ...handing, attempt: 1, verdict, ...more });
}

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
  itemScenario('a review decides as well', {
    state: 'awaitingApproval',
    stage: reviewed,
    steps: [seen('open')],
  }),
  itemScenario('its pull request was closed', {
    state: 'parked',
    steps: [seen('closed'), tell('run-cancelled', { stage: 'build', attempt: 1 })],
  }),
  itemScenario('it was sent back too often', {
    state: 'parked',
    stage: { ...reviewed, reviews: { approvals: 1, rounds: 1, reviewers: [] }, onReject: 'build' },
    steps: [1, 2].map((attempt) => advance('build', attempt, rejected)),
  }),
  itemScenario('its merge is not seen yet', {
    state: 'parked',
    steps: [advance('build', 1, verdictOf('pass', { headSha: SHA })), advance('ship', 1)],
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
  itemScenario('its provider refuses', {
    state: 'active.backingOff',
    stage: AGENT,
    steps: [handsOver(verdictOf('infra_error', { cause: 'usage-limit' }), { charge: null })],
    nowMs: SOON_MS,
  }),
  itemScenario('it has used as much as its cap allows', {
    state: 'parked',
    stage: AGENT,
    caps: { usd: 5 },
    steps: [handsOver(verdictOf('pass'), { usage: usageSchema.parse({ usd: 5.12 }) })],
  }),
  itemScenario('its run was ended at a cap', {
    state: 'parked',
    stage: AGENT,
    steps: [
      handsOver(verdictOf('inconclusive', { cause: 'cap-reached', summary: 'usd 5.12 of 5' }), {
        charge: null,
      }),
    ],
  }),
  itemScenario('it goes in circles', {
    state: 'parked',
    stage: AGENT,
    steps: [handsOver(product), tell('advance', { ...handing, attempt: 2, verdict: product })],
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
