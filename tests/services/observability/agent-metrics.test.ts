// What is counted of agents: what they have used, and what they are charged to.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { budgetsSchema } from '../../../machines/pipeline.ts';
import { METRICS } from '../../../services/observability/metric-definitions.ts';
import { tell, verdictOf } from '../../support/machine-steps.ts';
import { within } from '../../support/within.ts';
import { setup } from './metrics-fixture.ts';

const BUDGETS = budgetsSchema.parse({});

test(
  'a verdict is counted with the budget it is charged to, and with none where its provider is to blame',
  within(5_000, async () => {
    const { item, valuesOf } = setup();
    const ended = (attempt: number, cause: string, charge: string | null) =>
      tell('advance', {
        ...{ stage: 'build', attempt, claimant: 'worker-1', charge },
        verdict: verdictOf('inconclusive', { cause }),
      });
    item({ budgets: { ...BUDGETS, continuations: 3 } }).take(
      ended(1, 'turn-limit', 'continuations'),
      ended(2, 'usage-limit', null),
    );

    assert.equal(await valuesOf(METRICS.budgets), { '{budget="continuations"}': 1 });
  }),
);

test(
  'what a run has used is counted once, although it draws on two accounts, and not again when it is told again',
  within(5_000, async () => {
    const { account, valuesOf } = setup();
    const usage = { inputTokens: 300, cachedInputTokens: 50, outputTokens: 40, turns: 3 };
    const draw = tell('draw', { usage: { ...usage, usd: 1.5, pricedTokens: 20 } });
    account('account.project.shop').take({ ...draw, id: 'a' }, { ...draw, id: 'a' }, draw);
    account('account.provider.claude').take({ ...draw, id: 'a' }, draw);

    assert.equal(await valuesOf(METRICS.agentTokens), {
      '{kind="input"}': 600,
      '{kind="cached_input"}': 100,
      '{kind="output"}': 80,
    });
    assert.equal(await valuesOf(METRICS.agentCost), { '': 3 });
    assert.equal(await valuesOf(METRICS.agentPriced), { '': 40 });
    assert.equal(await valuesOf(METRICS.agentTurns), { '': 6 });
  }),
);

test(
  'what a draw that is refused would have told is not counted',
  within(5_000, async () => {
    const { account, valuesOf } = setup();
    account('account.project.shop').take(tell('draw', { usage: { turns: -1 } }));

    assert.equal(await valuesOf(METRICS.agentTurns), {});
  }),
);

test.run();
