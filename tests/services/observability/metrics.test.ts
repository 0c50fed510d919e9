// What a scrape is answered, and how long it takes at most.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { METRICS } from '../../../services/observability/metric-definitions.ts';
import type { FleetFacts } from '../../../transport/nats/fleet-facts.ts';
import { within } from '../../support/within.ts';
import { NOTHING, setup } from './metrics-fixture.ts';

test(
  'queues and mailboxes are read at a scrape, summed over projects, and forgotten when they go',
  within(5_000, async () => {
    const queue = { pool: 'big', project: 'shop', lane: 'work', waiting: 3, underWay: 0 };
    const facts = {
      partitions: [{ partition: 4, waiting: 7, isHeld: true }],
      queues: [queue, { ...queue, project: 'web', waiting: 2, underWay: 5 }],
    };
    const readings: FleetFacts[] = [facts, NOTHING];
    const { clock, valuesOf } = setup(async () => readings.shift() ?? NOTHING);

    const jobs = await valuesOf(METRICS.queueJobs);
    const mailboxes = await valuesOf(METRICS.mailboxWaiting);
    await clock.advance(6_000);

    assert.equal(jobs, {
      '{pool="big",lane="work",state="waiting"}': 5,
      '{pool="big",lane="work",state="under_way"}': 5,
    });
    assert.equal(mailboxes, { '{partition="4"}': 7 });
    assert.equal(await valuesOf(METRICS.queueJobs), {});
  }),
);

test(
  'accounts are told with 1 while they are suspended, and left out where they cannot be read',
  within(5_000, async () => {
    const accounts = [
      { owner: 'provider', name: 'claude', isSuspended: true },
      { owner: 'project', name: 'shop', isSuspended: false },
    ];
    const readings = [{ ...NOTHING, accounts }, NOTHING];
    const { clock, samples } = setup(async () => readings.shift() ?? NOTHING);
    const told = async () =>
      (await samples()).filter(([sample]) => sample.startsWith('onceward_account_suspended'));
    const first = await told();
    await clock.advance(6_000);

    assert.equal(first, [
      ['onceward_account_suspended{owner="provider",name="claude"}', 1],
      ['onceward_account_suspended{owner="project",name="shop"}', 0],
    ]);
    assert.equal(await told(), []);
  }),
);

test(
  'scrapes within five seconds share one reading',
  within(5_000, async () => {
    let readings = 0;
    const { clock, metrics } = setup(async () => {
      readings += 1;
      return NOTHING;
    });
    await Promise.all([metrics.text(), metrics.text()]);
    await clock.advance(4_999);
    await metrics.text();
    const early = readings;
    await clock.advance(1);
    await metrics.text();

    assert.equal([early, readings], [1, 2]);
  }),
);

test(
  'a server that does not answer keeps a scrape for one second, and leaves out what it would have said',
  within(5_000, async () => {
    const facts = { partitions: [{ partition: 0, waiting: 1, isHeld: true }], queues: [] };
    const answers = [Promise.resolve(facts), new Promise<FleetFacts>(() => {})];
    const { clock, metrics } = setup(() => answers.shift() ?? Promise.resolve(NOTHING));
    const before = await metrics.text();
    await clock.advance(6_000);
    const asked = metrics.text();
    await clock.advance(1_000);

    assert.match(before, 'onceward_mailbox_waiting{partition="0"} 1');
    assert.not.match(await asked, 'onceward_mailbox_waiting{');
    assert.is(clock.waiting(), 0);
  }),
);

test(
  'a reading that fails is counted, and the scrape goes on without it',
  within(5_000, async () => {
    const { valuesOf } = setup(() => Promise.reject(new Error('away')));

    assert.equal(await valuesOf(METRICS.fleetReadings), { '{outcome="failed"}': 1 });
    assert.equal(await valuesOf(METRICS.buildInfo), { '{version="1.2.3"}': 1 });
  }),
);

test(
  'partitions, agents, alarms told and spans are counted as they come and go',
  within(5_000, async () => {
    const { metrics, valuesOf } = setup();
    metrics.watchPartitions(() => 5);
    metrics.tookOver();
    metrics.agentStarted();
    metrics.agentStarted();
    metrics.agentEnded();
    metrics.alarmActionEnded('webhook', 'failed');
    metrics.spansEnded('exported', 12);

    assert.equal(await valuesOf(METRICS.partitionsHeld), { '': 5 });
    assert.equal(await valuesOf(METRICS.takeovers), { '{tier="partition"}': 1 });
    assert.equal(await valuesOf(METRICS.runningAgents), { '': 1 });
    assert.equal(await valuesOf(METRICS.alarmActions), {
      '{action="webhook",outcome="failed"}': 1,
    });
    assert.equal(await valuesOf(METRICS.spans), { '{outcome="exported"}': 12 });
  }),
);

test(
  'what an alert may wait for is there from the start, so that its first time is a rise',
  within(5_000, async () => {
    const { metrics } = setup();
    const lines = (await metrics.text()).split('\n');

    assert.ok(lines.includes('onceward_alarms_total{reason="budget-exhausted"} 0'));
    assert.ok(lines.includes('onceward_alarms_total{reason="tell-schema"} 0'));
    assert.ok(lines.includes('onceward_refusals_total{machine="item",reason="newer-version"} 0'));
    assert.ok(lines.includes('onceward_takeovers_total{tier="evaluator"} 0'));
    assert.ok(lines.includes('onceward_claims_total{outcome="lost",tier="monitor"} 0'));
    assert.ok(lines.includes('onceward_budget_spent_total{budget="product"} 0'));
    assert.ok(lines.includes('onceward_alarms_total{reason="usage-limit"} 0'));
    assert.ok(lines.includes('onceward_agent_cost_usd_total 0'));
    assert.ok(lines.includes('onceward_alarm_actions_total{action="webhook",outcome="failed"} 0'));
    assert.ok(lines.includes('onceward_spans_total{outcome="failed"} 0'));
    assert.ok(lines.includes('onceward_fleet_readings_total{outcome="failed"} 0'));
  }),
);

test(
  'the answer is Prometheus text with a help line for every metric, those of the process included',
  within(5_000, async () => {
    const { metrics } = setup();
    const text = await metrics.text();

    const missing = Object.values(METRICS).filter(
      ({ name, help, kind }) => !text.includes(`# HELP ${name} ${help}\n# TYPE ${name} ${kind}\n`),
    );
    assert.equal(missing, []);
    assert.match(text, 'process_cpu_seconds_total');
    assert.match(text, 'nodejs_eventloop_lag_p99_seconds');
    assert.match(metrics.contentType, /^text\/plain; version=0\.0\.4/);
  }),
);

test.run();
