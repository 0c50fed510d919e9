// Time limit: 240 s
// Coding agents through the whole of onceward: a real server, a real remote, a real process that replays what
// the tools write. Each end of an agent leads where it should, and charges whom it should.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { itemUsage } from '../../machines/item/context.ts';
import { unpricedTokensOf } from '../../machines/usage.ts';
import { type AgentFleet, FAKE_AGENT, startAgentFleet } from '../support/agent-fleet.ts';
import { stopNatsServer } from '../support/nats-server.ts';
import { within } from '../support/within.ts';
import { pipelineOf } from './agent-pipeline.ts';

const circles = `stages:
  - name: build
    kind: agent
    agent: { adapter: claude, account: circles, executable: ${FAKE_AGENT} }
    budgets: { product: 9 }`;

const projects = {
  claude: { pipeline: pipelineOf({ account: 'claude' }) },
  codex: { pipeline: pipelineOf({ account: 'codex', adapter: 'codex' }) },
  turns: {
    pipeline: pipelineOf({
      ...{ account: 'turns', transcript: 'claude-turn-limit' },
      more: '    budgets: { continuations: 2 }',
    }),
  },
  limited: {
    pipeline: pipelineOf({ account: 'limited', transcript: 'claude-usage-limit-epoch' }),
  },
  outage: { pipeline: pipelineOf({ account: 'outage', transcript: 'claude-overloaded' }) },
  refused: { pipeline: pipelineOf({ account: 'refused', transcript: 'claude-refusal' }) },
  crashed: {
    pipeline: pipelineOf({
      ...{ account: 'crashed', transcript: 'claude-no-result' },
      more: '    budgets: { infra: 2 }',
    }),
  },
  circles: { pipeline: circles },
};

let started: Promise<AgentFleet> | undefined;

/** One for all tests of the file: each has a project, its account and its items of its own. */
function fleetOfAll(): Promise<AgentFleet> {
  started ??= startAgentFleet({
    projects,
    slots: 8,
    settings: 'outageBackoffMs: 1000\noutageBackoffCapMs: 2000',
  });
  return started;
}

for (const adapter of ['claude', 'codex'] as const) {
  test(
    `what an agent of ${adapter} uses is counted for its item, its project and its account`,
    within(60_000, async () => {
      const fleet = await fleetOfAll();

      await fleet.submit(`${adapter}.${adapter}-7`);
      const item = await fleet.item(`${adapter}.${adapter}-7`, 'done');

      const used = itemUsage(item);
      const account = await fleet.account(`provider.${adapter}`, 'available');
      const ofProject = await fleet.account(`project.${adapter}`, 'available');
      assert.ok(used.turns > 0 && used.outputTokens > 0, JSON.stringify(used));
      assert.is(used.usd > 0, adapter === 'claude');
      assert.is(unpricedTokensOf(used) > 0, adapter === 'codex');
      assert.is(account.total.outputTokens, used.outputTokens);
      assert.is(ofProject.total.outputTokens, used.outputTokens);
    }),
  );
}

test(
  'a turn limit is continued in the same session, within its own budget',
  within(60_000, async () => {
    const fleet = await fleetOfAll();

    await fleet.submit('turns.turns-7');
    const item = await fleet.item('turns.turns-7', 'parked');
    const first = await fleet.run('turns.turns-7.build.1', 'advanced');
    const second = await fleet.run('turns.turns-7.build.2', 'advanced');

    const charged = Object.keys(item.spent).map((key) => key.split('/')[1]);
    assert.equal([...new Set(charged)], ['continuations']);
    assert.is(item.parking?.reason, 'budget-exhausted');
    assert.ok(first.session !== null);
    assert.is(second.session?.id, first.session?.id);
  }),
);

test(
  'a usage limit suspends the account for every run, charges no item, and a person may lift it',
  within(60_000, async () => {
    const fleet = await fleetOfAll();

    await fleet.submit('limited.limited-7');
    const held = await fleet.run('limited.limited-7.build.2', 'running.held');
    await fleet.submit('limited.limited-8');
    const other = await fleet.run('limited.limited-8.build.1', 'running.held');
    const first = await fleet.item('limited.limited-7', 'active.working');
    const lifted = await fleet.send('account.provider.limited', 'resume');

    assert.equal(
      [held.hold?.cause, held.hold?.account],
      ['usage-limit', 'account.provider.limited'],
    );
    assert.is(other.hold?.account, 'account.provider.limited');
    assert.equal(first.spent, {});
    assert.is(lifted.outcome, 'applied');
  }),
);

test(
  'after an outage of the provider the account serves again by itself, and nobody was charged',
  within(60_000, async () => {
    const fleet = await fleetOfAll();

    await fleet.submit('outage.outage-7');
    const third = await fleet.run('outage.outage-7.build.3', 'advanced');
    const account = await fleet.account('provider.outage', 'suspended');
    await fleet.send('item.outage.outage-7', 'cancel');
    const item = await fleet.item('outage.outage-7', 'cancelled');

    assert.is(third.exit?.cause, 'provider-outage');
    assert.is(account.suspension?.cause, 'provider-outage');
    assert.ok(account.strikes >= 2, String(account.strikes));
    assert.equal(item.spent, {});
  }),
);

test(
  'a refusal is for a person: the item is parked with what the agent said',
  within(60_000, async () => {
    const fleet = await fleetOfAll();

    await fleet.submit('refused.refused-7');
    const item = await fleet.item('refused.refused-7', 'parked');

    const [run] = item.runs;
    assert.equal([run?.verdict.kind, run?.verdict.cause], ['inconclusive', 'refused']);
    assert.is(item.parking?.release, 'retry');
  }),
);

test(
  'exit code 0 without a result is a crash, charged to the infrastructure',
  within(60_000, async () => {
    const fleet = await fleetOfAll();

    await fleet.submit('crashed.crashed-7');
    const item = await fleet.item('crashed.crashed-7', 'parked');

    const causes = item.runs.map(({ verdict }) => `${verdict.kind} ${verdict.cause}`);
    assert.equal(causes, ['infra_error agent-crashed', 'infra_error agent-crashed']);
  }),
);

test(
  'an agent that shows the same failure on the same commit twice is not asked a third time',
  within(60_000, async () => {
    const fleet = await fleetOfAll();

    await fleet.submit('circles.circles-7');
    const item = await fleet.item('circles.circles-7', 'parked');

    assert.is(item.parking?.reason, 'no-progress');
    assert.is(item.runs.length, 2);
  }),
);

test.after(async () => {
  await (await started)?.stop();
  await stopNatsServer();
});
test.run();
