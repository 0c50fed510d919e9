// Time limit: 180 s
// Caps of a run, an item, and a project's day: what is running is asked for first, what comes next is held.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type AgentFleet, startAgentFleet } from '../support/agent-fleet.ts';
import { stopNatsServer } from '../support/nats-server.ts';
import { within } from '../support/within.ts';
import { pipelineOf } from './agent-pipeline.ts';

const projects = {
  allowed: {
    pipeline: pipelineOf({
      ...{ account: 'allowed', env: ', FAKE_AGENT_DELAY_MS: "500"' },
      more: '    caps: { tokens: 10 }',
    }),
  },
  capped: {
    pipeline: pipelineOf({
      ...{ account: 'capped', env: ', FAKE_AGENT_DELAY_MS: "5000"' },
      more: '    caps: { tokens: 10 }',
    }),
  },
  itemcap: { pipeline: `caps: { tokens: 10 }\n${pipelineOf({ account: 'itemcap' })}` },
  day: { pipeline: pipelineOf({ account: 'day' }), more: 'dailyCaps: { tokens: 10 }' },
};

let started: Promise<AgentFleet> | undefined;

/** One for all tests of the file: each has a project, its account and its items of its own. */
function fleetOfAll(): Promise<AgentFleet> {
  started ??= startAgentFleet({
    projects,
    slots: 8,
    settings: 'capDecisionMs: 8000',
  });
  return started;
}

test(
  'a run at its cap waits for a person, who may allow it as much again',
  within(60_000, async () => {
    const fleet = await fleetOfAll();

    await fleet.submit('allowed.allowed-7');
    await fleet.run('allowed.allowed-7.build.1', 'running.overCap');
    await fleet.send('run.allowed.allowed-7.build.1', 'allow');
    const run = await fleet.until(
      'run.allowed.allowed-7.build.1',
      ({ context }) => Number(context['grants']) >= 1 && context,
    );
    await fleet.send('item.allowed.allowed-7', 'cancel');
    await fleet.item('allowed.allowed-7', 'cancelled');

    assert.is(run['exit'], null);
  }),
);

test(
  'a run at its cap that nobody allows more is ended, and its item asks for a decision',
  within(60_000, async () => {
    const fleet = await fleetOfAll();

    await fleet.submit('capped.capped-7');
    const item = await fleet.item('capped.capped-7', 'parked');

    assert.is(item.runs[0]?.verdict.cause, 'cap-reached');
    assert.is(item.parking?.reason, 'run-cap-reached');
  }),
);

test(
  'a cap of the item stops its next run, not the one that has just ended',
  within(60_000, async () => {
    const fleet = await fleetOfAll();

    await fleet.submit('itemcap.itemcap-7');
    const item = await fleet.item('itemcap.itemcap-7', 'parked');

    assert.is(item.parking?.reason, 'item-cap-reached');
    assert.is(item.runs[0]?.verdict.kind, 'pass');
    assert.is(item.next, 'land');
  }),
);

test(
  'a cap of the project and day holds the next start',
  within(60_000, async () => {
    const fleet = await fleetOfAll();

    await fleet.submit('day.day-7');
    await fleet.item('day.day-7', 'done');
    await fleet.submit('day.day-8');
    const held = await fleet.run('day.day-8.build.1', 'running.held');

    assert.equal([held.hold?.cause, held.hold?.account], ['cap-reached', 'account.project.day']);
  }),
);

test.after(async () => {
  await (await started)?.stop();
  await stopNatsServer();
});
test.run();
