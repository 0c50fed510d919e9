// Time limit: 240 s
// Coding agents through the whole of onceward: a real server, a real remote, a real process that replays what
// the tools write. Each end of an agent leads where it should, and charges whom it should.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { AccountContext } from '../../machines/account/context.ts';
import { itemUsage } from '../../machines/item/context.ts';
import { stateName } from '../../machines/record.ts';
import { FAKE_AGENT, startAgentFleet } from '../support/agent-fleet.ts';
import { stopNatsServer } from '../support/nats-server.ts';
import { within } from '../support/within.ts';

const WORK = 'echo work >> $ONCEWARD_ITEM.txt; git add .; git commit -qm "$ONCEWARD_ITEM"';

/** A stage of one agent, which replays a transcript and leaves a commit. */
function stage(options: {
  adapter?: string;
  account: string;
  env?: string;
  more?: string;
  agent?: string;
}): string {
  const { adapter = 'claude', account, env = '', more = '', agent = '' } = options;
  return `stages:
  - name: build
    kind: agent
    killGraceMs: 300
    interruptGraceMs: 200
    agent: { adapter: ${adapter}, account: ${account}, executable: ${FAKE_AGENT}${agent} }
    env: { FAKE_AGENT_WORK: '${WORK}'${env} }
${more}
  - name: land
    kind: command
    command: git push -q origin HEAD:main
`;
}

for (const adapter of ['claude', 'codex']) {
  test(
    `an agent of ${adapter} does its work, and what it used is counted for item, project and account`,
    within(60_000, async () => {
      const fleet = await startAgentFleet({
        pipeline: stage({ adapter, account: `done-${adapter}` }),
      });

      await fleet.submit('7');
      const item = await fleet.item('7', 'done');

      const used = itemUsage(item);
      const account = await fleet.until(
        `account.provider.done-${adapter}`,
        ({ context }) => context as unknown as AccountContext,
      );
      const ofProject = await fleet.until(
        `account.project.${fleet.project}`,
        ({ context }) => context as unknown as AccountContext,
      );
      await fleet.stop();
      assert.ok(used.turns > 0 && used.outputTokens > 0, JSON.stringify(used));
      assert.is(used.usd > 0, adapter === 'claude');
      assert.is(used.unpricedTokens > 0, adapter === 'codex');
      assert.is(account.total.outputTokens, used.outputTokens);
      assert.is(ofProject.total.outputTokens, used.outputTokens);
    }),
  );
}

test(
  'a turn limit is continued in the same session, within its own budget',
  within(60_000, async () => {
    const fleet = await startAgentFleet({
      pipeline: stage({
        account: 'turns',
        env: ', FAKE_AGENT_TRANSCRIPT: claude-turn-limit',
        more: '    budgets: { continuations: 2 }',
      }),
    });

    await fleet.submit('7');
    const item = await fleet.item('7', 'parked');
    const second = await fleet.run('7.build.2', 'advanced');

    await fleet.stop();
    const charged = Object.keys(item.spent).map((key) => key.split('/')[1]);
    assert.equal([...new Set(charged)], ['continuations']);
    assert.is(item.parking?.reason, 'budget-exhausted');
    assert.ok(second.session !== null);
    const [first] = item.runs;
    assert.is(first?.verdict.cause, 'turn-limit');
  }),
);

test(
  'a usage limit suspends the account for every run, charges no item, and a person may lift it',
  within(60_000, async () => {
    const fleet = await startAgentFleet({
      pipeline: stage({
        account: 'limited',
        env: ', FAKE_AGENT_TRANSCRIPT: claude-usage-limit-epoch',
      }),
    });

    await fleet.submit('7');
    const held = await fleet.run('7.build.2', 'running.held');
    await fleet.submit('8');
    const other = await fleet.run('8.build.1', 'running.held');
    const first = await fleet.until(`item.${fleet.project}.7`, ({ context }) => context);
    const lifted = await fleet.send('account.provider.limited', 'resume');

    await fleet.stop();
    assert.is(held.hold?.cause, 'usage-limit');
    assert.is(held.hold?.account, 'account.provider.limited');
    assert.is(other.hold?.account, 'account.provider.limited');
    assert.equal(first['spent'], {});
    assert.is(lifted.outcome, 'applied');
  }),
);

test(
  'after an outage of the provider the account serves again by itself, and the item goes on',
  within(60_000, async () => {
    const fleet = await startAgentFleet({
      settings: 'outageBackoffMs: 1000\noutageBackoffCapMs: 2000',
      pipeline: stage({
        account: 'outage',
        env: ', FAKE_AGENT_TRANSCRIPT: claude-overloaded',
      }),
    });

    await fleet.submit('7');
    // The second and the third run meet the same outage: nobody is charged, nothing is parked.
    const third = await fleet.run('7.build.3', 'advanced');
    const item = await fleet.until(`item.${fleet.project}.7`, ({ context }) => context);
    const suspended = await fleet.until('account.provider.outage', (record) =>
      stateName(record.state) === 'suspended' ? (record.context as unknown as AccountContext) : null,
    );
    await fleet.send(`item.${fleet.project}.7`, 'cancel');
    await fleet.stop();

    assert.is(third.exit?.cause, 'provider-outage');
    assert.equal(item['spent'], {});
    assert.is(suspended.suspension?.cause, 'provider-outage');
    assert.ok(suspended.strikes >= 2);
  }),
);

test(
  'a refusal is for a person: the item is parked with what the agent said',
  within(60_000, async () => {
    const fleet = await startAgentFleet({
      pipeline: stage({ account: 'refused', env: ', FAKE_AGENT_TRANSCRIPT: claude-refusal' }),
    });

    await fleet.submit('7');
    const item = await fleet.item('7', 'parked');

    await fleet.stop();
    assert.is(item.runs[0]?.verdict.cause, 'refused');
    assert.is(item.runs[0]?.verdict.kind, 'inconclusive');
    assert.is(item.parking?.release, 'retry');
  }),
);

test(
  'exit code 0 without a result is a crash, charged to the infrastructure',
  within(60_000, async () => {
    const fleet = await startAgentFleet({
      pipeline: stage({
        account: 'crash',
        env: ', FAKE_AGENT_TRANSCRIPT: claude-no-result',
        more: '    budgets: { infra: 2 }',
      }),
    });

    await fleet.submit('7');
    const item = await fleet.item('7', 'parked');

    await fleet.stop();
    assert.equal(
      item.runs.map(({ verdict }) => [verdict.kind, verdict.cause]),
      [
        ['infra_error', 'agent-crashed'],
        ['infra_error', 'agent-crashed'],
      ],
    );
  }),
);

test(
  'an agent that shows the same failure on the same commit twice is not asked a third time',
  within(60_000, async () => {
    const fleet = await startAgentFleet({
      pipeline: `stages:
  - name: build
    kind: agent
    agent: { adapter: claude, account: circles, executable: ${FAKE_AGENT} }
    budgets: { product: 9 }
`,
    });

    await fleet.submit('7');
    const item = await fleet.item('7', 'parked');

    await fleet.stop();
    assert.is(item.parking?.reason, 'no-progress');
    assert.is(item.runs.length, 2);
  }),
);

test(
  'a run at its cap waits for a person, who may allow it as much again',
  within(60_000, async () => {
    const fleet = await startAgentFleet({
      settings: 'capDecisionMs: 600000',
      pipeline: stage({
        account: 'allowed',
        env: ', FAKE_AGENT_DELAY_MS: "400"',
        more: '    caps: { tokens: 10 }',
      }),
    });

    await fleet.submit('7');
    await fleet.run('7.build.1', 'running.overCap');
    for (let grants = 0; grants < 1; grants += 1) {
      await fleet.send(`run.${fleet.project}.7.build.1`, 'allow');
    }
    const item = await fleet.item('7', 'done');

    await fleet.stop();
    assert.is(item.runs[0]?.verdict.kind, 'pass');
  }),
);

test(
  'a run at its cap that nobody allows more is ended, and its item asks for a decision',
  within(60_000, async () => {
    const fleet = await startAgentFleet({
      settings: 'capDecisionMs: 1000',
      pipeline: stage({
        account: 'capped',
        env: ', FAKE_AGENT_DELAY_MS: "3000"',
        more: '    caps: { tokens: 10 }',
      }),
    });

    await fleet.submit('7');
    const item = await fleet.item('7', 'parked');

    await fleet.stop();
    assert.is(item.runs[0]?.verdict.cause, 'cap-reached');
    assert.is(item.parking?.reason, 'run-cap-reached');
  }),
);

test(
  'a cap of the item stops its next run, not the one that has just ended',
  within(60_000, async () => {
    const fleet = await startAgentFleet({
      pipeline: `caps: { tokens: 10 }\n${stage({ account: 'item-cap' })}`,
    });

    await fleet.submit('7');
    const item = await fleet.item('7', 'parked');
    await fleet.send(`item.${fleet.project}.7`, 'retry');

    await fleet.stop();
    assert.is(item.parking?.reason, 'item-cap-reached');
    assert.is(item.runs[0]?.verdict.kind, 'pass');
    assert.is(item.next, 'land');
  }),
);

test(
  'a cap of the project and day holds the next start, until a person resumes it',
  within(60_000, async () => {
    const fleet = await startAgentFleet({
      project: 'dailyCaps: { tokens: 10 }',
      pipeline: stage({ account: 'day' }),
    });

    await fleet.submit('7');
    await fleet.item('7', 'done');
    await fleet.submit('8');
    const held = await fleet.run('8.build.1', 'running.held');

    await fleet.stop();
    assert.is(held.hold?.cause, 'cap-reached');
    assert.is(held.hold?.account, `account.project.${fleet.project}`);
  }),
);

test.after(() => stopNatsServer());
test.run();
