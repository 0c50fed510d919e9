// Accounts in every state they can rest in, with what is known around each.
// It must never make a record by hand: what cannot come about needs no explanation.
import { ask, tell } from '../../support/machine-steps.ts';
import { accountScenario, LATE_MS, NOW_MS, type Scenario } from './why-scenarios.ts';

const usage = { usd: 1.23, inputTokens: 300_000, outputTokens: 40_000, turns: 12 };
const draw = tell('draw', { usage: { ...usage, pricedTokens: 220_000 } });
const limit = { by: 'run.shop.7.build.1', cause: 'usage-limit', evidence: 'resets 2pm' };

export const ACCOUNTS: readonly Scenario[] = [
  accountScenario('nothing was drawn', { state: 'available' }),
  accountScenario('runs draw on it', { state: 'available', steps: [draw] }),
  accountScenario('its provider has refused', {
    state: 'suspended',
    steps: [draw, tell('suspend', { ...limit, resetAtMs: NOW_MS + 720_000 })],
  }),
  accountScenario('its cap of the day is reached', {
    state: 'suspended',
    steps: [tell('draw', { usage, caps: { usd: 1, turns: 100 } })],
  }),
  accountScenario('a person has suspended it', {
    state: 'suspended',
    steps: [ask('suspend', { cause: 'holidays', by: 'ada', resetAtMs: NOW_MS + 720_000 })],
  }),
  accountScenario('its suspension is over, and no host is alive', {
    state: 'suspended',
    steps: [tell('suspend', limit)],
    presences: [],
    nowMs: LATE_MS * 10,
  }),
];
