// Goal: what is promised of metrics, traces and alarms holds for `onceward up` as it is run. Method: the real process
// with a collector and a webhook beside it; one item that is done by a real command, and one that is parked.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { makeAgentProject } from '../../support/agent-project.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { within } from '../../support/within.ts';
import { makeFolder } from '../web/up-process.ts';
import { startWebhook } from './alarm-fixture.ts';
import { startCollector } from './collector.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';

const configurationOf = (given: { remote: string; webhook: string }) => `\
version: 1
settings:
  alarms:
    command: cat > alarm.json
    webhook: ${given.webhook}
    webhookSecretVariable: HOOK_SECRET
projects:
  shop: { repository: ${given.remote}, pipeline: p }
  desk: { repository: ${given.remote}, pipeline: outside }
pipelines:
  outside:
    stages: [{ name: write, kind: external }]
  p:
    stages:
      - name: build
        kind: command
        command: test "$ONCEWARD_ITEM" = good && printf %s "$TRACEPARENT" > "$TRACE_FILE"
        env: { TRACE_FILE: ${given.remote}.trace }
        budgets: { product: 1 }
      - { name: release, kind: command, command: 'true' }
`;

async function setup() {
  const [collector, webhook, folder] = [
    await startCollector(),
    await startWebhook(200),
    makeFolder(),
  ];
  const { remote } = await makeAgentProject(temporaryDirectory());
  const configuration = configurationOf({ remote, webhook: webhook.url });
  writeFileSync(join(folder.directory, 'onceward.yaml'), configuration);
  const { said, stop } = await folder.up(['--http', '127.0.0.1:0', '-o', 'jsonl'], {
    ...{ OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, HOOK_SECRET: 'hunter2' },
  });
  const submit = (id: string, env = {}) =>
    folder.run(['submit', 'shop', '--title', 'x', '--id', id], env);
  const wait = (id: string, state: string) =>
    folder.run(['wait', `shop/${id}`, '--for', `state=${state}`]);
  const { httpUrl } = JSON.parse(said) as { httpUrl: string };
  /** A run that tells what it has used, and an account on which nothing may begin. */
  const draw = async () => {
    await folder.run(['submit', 'desk', '--title', 'x', '--id', 'told']);
    const usage = { usd: 1.5, inputTokens: 300, outputTokens: 40, turns: 3 };
    await folder.run(['send', 'desk/told/write', 'started']);
    const told = JSON.stringify({ usage });
    await folder.run(['send', 'desk/told/write', 'progress', '--data', told]);
    await folder.run(['wait', 'account.project.desk', '--for', 'state=available']);
    await folder.run(['send', 'account.project.desk', 'suspend']);
  };
  return {
    ...{ collector, webhook, folder, submit, wait, stop, draw },
    traceparent: () => readFileSync(`${remote}.trace`, 'utf8'),
    scrape: async () => (await fetch(new URL('/metrics', httpUrl))).text(),
  };
}

test(
  'metrics, traces and alarms of a real process say what happened, and its log no secret',
  within(100_000, async () => {
    const { collector, webhook, folder, submit, wait, stop, draw, traceparent, scrape } =
      await setup();
    await draw();
    const submitted = await submit('good', { TRACEPARENT: `00-${TRACE}-${PARENT}-01` });
    await submit('bad');
    const [done, parked] = [await wait('good', 'done'), await wait('bad', 'parked')];
    const metrics = await scrape();
    const { code, err: log } = await stop();

    assert.equal([submitted.code, done.code, parked.code, code], [0, 0, 0, 0]);
    assert.match(
      metrics,
      'onceward_transitions_total{machine="item",event="open",to="active.working"} 3',
    );
    assert.match(metrics, 'onceward_claims_total{outcome="won",tier="monitor"} 3');
    assert.match(metrics, 'onceward_budget_spent_total{budget="product"} 1');
    assert.match(metrics, 'onceward_alarms_total{reason="budget-exhausted"} 1');
    assert.match(metrics, 'onceward_partitions_held 16');
    assert.match(metrics, 'onceward_takeovers_total{tier="partition"} 16');
    assert.match(metrics, /onceward_queue_jobs\{pool="default",lane="work",state="waiting"\} \d/);
    assert.match(metrics, 'onceward_mailbox_waiting{partition="15"} 0');
    assert.match(metrics, 'onceward_running_agents 0');
    assert.match(metrics, 'onceward_agent_cost_usd_total 1.5');
    assert.match(metrics, 'onceward_agent_tokens_total{kind="input"} 300');
    assert.match(metrics, 'onceward_account_suspended{owner="project",name="desk"} 1');
    assert.match(metrics, /onceward_build_info\{version="\d+\.\d+\.\d+"\} 1/);

    const trace = collector.spans.filter(({ traceId }) => traceId === TRACE);
    const run = trace.find(({ name }) => name === 'run build');
    const item = trace.find(({ name }) => name === 'item shop');
    const ids = new Set([PARENT, ...trace.map(({ spanId }) => spanId)]);
    assert.is(item?.parentSpanId, PARENT);
    assert.equal(
      trace.filter(({ parentSpanId }) => !ids.has(parentSpanId)),
      [],
    );
    assert.is(traceparent(), `00-${TRACE}-${run?.spanId}-01`);
    assert.is(trace.filter(({ name }) => name === 'working').length, 2);

    const told = JSON.parse(readFileSync(join(folder.directory, 'alarm.json'), 'utf8'));
    assert.is(told.address, 'shop/bad');
    assert.equal(
      webhook.posted.map(({ body }) => JSON.parse(body).address),
      ['account.project.desk', 'shop/bad'],
    );
    assert.is(JSON.parse(webhook.posted[1]?.body ?? '').id, told.id);
    assert.match(
      String(webhook.posted[0]?.headers['x-onceward-signature-256']),
      /^sha256=[0-9a-f]{64}$/,
    );
    assert.not.match(log, 'hunter2');
    await Promise.all([collector.close(), webhook.close()]);
  }),
);

test.run();
